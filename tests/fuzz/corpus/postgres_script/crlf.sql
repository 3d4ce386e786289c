SELECT 1; -- a

SELECT 'a
b' -- b;
