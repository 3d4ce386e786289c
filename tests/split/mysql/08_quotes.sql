SELECT 'a;b', 'it''s', 'it\'s;', "c;d", "e\";", `f;``g`;
SELECT '-- no', '/* no', '# no';
SELECT 'a
b;
c';
