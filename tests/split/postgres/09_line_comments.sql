-- before;
SELECT 1 -- within;
  + 2; -- behind;
SELECT 3--;
;
SELECT 4 - -1;
