-- Revert shop:order_totals from pg

BEGIN;
DROP VIEW shop.order_totals;
COMMIT;
