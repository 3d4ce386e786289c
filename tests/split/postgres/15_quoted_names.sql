CREATE TABLE "a;b" ("c""d;" int, "e'f" int);
SELECT "c""d;", "e'f" FROM "a;b";
SELECT 1 AS "two
;lines";
