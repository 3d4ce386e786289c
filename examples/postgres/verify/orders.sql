-- Verify shop:orders on pg

SELECT id, customer_id, amount, state, placed_on FROM shop.orders WHERE false;
SELECT 1 / count(*) FROM pg_catalog.pg_trigger WHERE tgname = 'refuse_unpaid';
