SELECT 1; -- a
SELECT 'b
;',
  2 -- c;
;

SELECT 3
