use mysql
SELECT 1;
USE `mysql`;
\u mysql
SELECT 2;
