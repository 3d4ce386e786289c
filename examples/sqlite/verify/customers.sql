-- Verify shop:customers on sqlite

BEGIN;

SELECT id, name, email FROM customers WHERE 0;

ROLLBACK;
