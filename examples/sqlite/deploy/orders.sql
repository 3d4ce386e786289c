-- Deploy shop:orders to sqlite
-- requires: customers

BEGIN;

CREATE TABLE orders (
    id          INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    amount      NUMERIC NOT NULL CHECK (amount > 0),
    placed_at   TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);

CREATE INDEX orders_customer ON orders (customer_id);

COMMIT;
