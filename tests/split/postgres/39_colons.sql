SELECT '1'::int, :a, :'b;', :"c";
SELECT (ARRAY[1])[1:1], ':d;' ;
SELECT 1 \: 2;
CREATE FUNCTION f(a int) RETURNS int RETURN a;
SELECT f(a := 1), f(a => 2);
