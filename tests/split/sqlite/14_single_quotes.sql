SELECT ';', 'it''s; so', '', '''', ';''';
SELECT 'a
;
b';
SELECT '-- no comment', '/* nor this';
