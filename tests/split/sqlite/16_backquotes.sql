CREATE TABLE `a;b` (`c;``d` TEXT, `/*` TEXT);
DROP TABLE `a;b`;
