-- Deploy shop:order_totals to pg
-- requires: orders

BEGIN;

CREATE VIEW shop.order_totals AS
SELECT c.name, count(o.id) AS orders, coalesce(sum(o.amount), 0) AS total
  FROM shop.customers c
  LEFT JOIN shop.orders o ON o.customer_id = c.id
 GROUP BY c.id;

COMMIT;
