CREATE TABLE "a;b" ("c;""d" TEXT, "--" TEXT);
INSERT INTO "a;b" VALUES (1, 2);
SELECT "c;""d" FROM "a;b";
