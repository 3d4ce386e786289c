-- Verify shop:orders on sqlite

BEGIN;

SELECT id, customer_id, amount, placed_at FROM orders INDEXED BY orders_customer
 WHERE customer_id = 0;

ROLLBACK;
