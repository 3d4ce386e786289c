-- Deploy shop:order_totals to sqlite
-- requires: orders

BEGIN;

CREATE VIEW order_totals AS
SELECT c.name, count(o.id) AS orders, coalesce(sum(o.amount), 0) AS total
  FROM customers c
  LEFT JOIN orders o ON o.customer_id = c.id
 GROUP BY c.id;

COMMIT;
