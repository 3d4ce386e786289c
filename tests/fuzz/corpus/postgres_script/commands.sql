\echo a; b \\ SELECT 1 \g
SELECT (2 \gx (a=b) 'c\n'
\set a `b :c` :'d' "e"
\s "A""b".C
\w  all of it 
