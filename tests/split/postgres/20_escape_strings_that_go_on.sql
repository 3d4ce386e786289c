SELECT E'a'
  '\';b';
SELECT E'c' -- it

  '\\' ;
