delimiter '$$'
SELECT 1; SELECT 2$$
  DELIMITER ;;
SELECT 3;;SELECT 4;;
\d // SELECT 5// \d ;
SELECT 6;
