-- Revert shop:first_customers from pg

BEGIN;
TRUNCATE shop.orders, shop.customers RESTART IDENTITY;
COMMIT;
