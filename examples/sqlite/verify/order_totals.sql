-- Verify shop:order_totals on sqlite

BEGIN;

SELECT name, orders, total FROM order_totals WHERE 0;

ROLLBACK;
