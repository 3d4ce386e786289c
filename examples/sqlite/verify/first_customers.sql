-- Verify shop:first_customers on sqlite

BEGIN;

SELECT CASE WHEN count(*) = 2 THEN 'ok' ELSE json('customers are missing') END
  FROM customers WHERE id IN (1, 2);

ROLLBACK;
