CREATE TABLE été (größe int, 名前 text);
SELECT größe, 名前 AS "ü;" FROM été WHERE 名前 <> 'ß;';
SELECT 1 AS é;
