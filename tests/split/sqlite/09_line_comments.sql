-- first; not a statement
SELECT 1 -- one;
, 2; -- two;
--;
SELECT 3;--
