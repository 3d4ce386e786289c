SELECT 1;
.print x
SELECT
2
/
