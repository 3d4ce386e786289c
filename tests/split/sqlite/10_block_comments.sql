/* a; */ SELECT 1 /* b;
c; */ , 2;
/**/SELECT 3;/***/
/* -- */ SELECT 4; /* /* not nested */
SELECT 5;
