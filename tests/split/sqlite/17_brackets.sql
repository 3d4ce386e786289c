CREATE TABLE [a;b] ([c;'d] TEXT, [[e] TEXT);
DROP TABLE [a;b];
