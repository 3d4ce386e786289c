-- Verify shop:orders_by_day on pg

SELECT 1 / count(*) FROM pg_catalog.pg_index
 WHERE indexrelid = 'shop.orders_by_day'::regclass AND indisvalid;
