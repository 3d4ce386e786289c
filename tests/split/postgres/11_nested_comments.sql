SELECT 1 /* a; /* b; */ c; */ + 2;
SELECT 3 /*/* ; */*/ + 4;
