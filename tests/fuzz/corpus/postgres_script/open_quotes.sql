\echo 'a
SELECT "b