SELECT 1; /* SELECT 2;
.print x
SELECT 3;
