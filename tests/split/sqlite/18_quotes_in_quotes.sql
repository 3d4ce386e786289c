SELECT '"', '`', '[';
SELECT "'" FROM (SELECT 1 AS "'");
SELECT [`"'] FROM (SELECT 1 AS [`"']);
