CREATE TABLE begin (atomic int, "end" int, "case" int);
SELECT atomic, "end" FROM begin;
CREATE FUNCTION "begin"() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f("begin" int, beginning int) RETURNS int RETURN "begin" + beginning;
DROP FUNCTION begin();
SELECT 1;
