CREATE TABLE "Größe;" (日本 TEXT, é TEXT);
INSERT INTO "Größe;" VALUES ('😀;', '—');
SELECT 日本 FROM "Größe;";
