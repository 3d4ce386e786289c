 .print x
;
SELECT 1;
