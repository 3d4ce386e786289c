-- Revert shop:unique_emails from sqlite
-- kedge: foreign_keys off

BEGIN;

DROP VIEW order_totals;

CREATE TABLE old_customers (
    id    INTEGER PRIMARY KEY,
    name  TEXT NOT NULL,
    email TEXT NOT NULL
);
INSERT INTO old_customers SELECT id, name, email FROM customers;
DROP TABLE customers;
ALTER TABLE old_customers RENAME TO customers;

CREATE VIEW order_totals AS
SELECT c.name, count(o.id) AS orders, coalesce(sum(o.amount), 0) AS total
  FROM customers c
  LEFT JOIN orders o ON o.customer_id = c.id
 GROUP BY c.id;

COMMIT;
