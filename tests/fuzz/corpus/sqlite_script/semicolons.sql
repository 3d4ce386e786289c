;;
;
SELECT 1;;
