SELECT '{"a":1}'::json->>'a', ARRAY[1]@>ARRAY[1], ARRAY[1]<@ARRAY[1];
SELECT 4*/* ; */2, 4-- ;
-2, 'a'||'b', @-5, |/25.0, 5 % 3;
SELECT CAST('1'AS int)::text, 1<>2, 1!=2;
