-- Verify shop:order_totals on mysql

SELECT customer_id, orders, total FROM order_totals WHERE 0;
SHOW CREATE TRIGGER orders_counted;
