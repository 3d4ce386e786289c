SELECT 1 - -1, 6 / 2, 3 * 2, 1 || 2, 5 % 3, 1 <> 2, ~1;
SELECT 4 -1;
SELECT 8 /2;
SELECT json_extract('{"a;":1}', '$."a;"');
SELECT 1 << 2 | 3 & 4, 1 == 2, 1 != 2, 'a' LIKE 'b;' ESCAPE '\';
