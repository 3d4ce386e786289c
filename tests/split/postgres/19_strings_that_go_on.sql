SELECT 'a;'
  ';b' ;
SELECT 'c' -- ;
  -- ';
  'd';
SELECT 'e\'
  'f\';
