SELECT 1 \; SELECT 2; a \: b;
SELECT a\echo b
FROM c;
