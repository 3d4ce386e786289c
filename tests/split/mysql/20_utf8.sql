SELECT "é;", '日本' AS `ü`;
SELECT/**/é;
