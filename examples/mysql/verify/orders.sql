-- Verify shop:orders on mysql

SELECT id, customer_id, total FROM orders WHERE 0;
