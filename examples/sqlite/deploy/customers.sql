-- Deploy shop:customers to sqlite

BEGIN;

CREATE TABLE customers (
    id    INTEGER PRIMARY KEY,
    name  TEXT NOT NULL,
    email TEXT NOT NULL
);

COMMIT;
