SET @old = @@sql_mode, sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES');
SELECT 1 AS "a\"; SELECT 2;
SET sql_mode = @old;
SELECT "a\"; SELECT 3";
