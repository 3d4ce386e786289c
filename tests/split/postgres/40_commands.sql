\echo a; b
SELECT 1 \echo c
+ 2;
\echo d \\ SELECT 3;
SELECT\echo e
4;
  \echo f
