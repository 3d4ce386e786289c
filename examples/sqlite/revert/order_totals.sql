-- Revert shop:order_totals from sqlite

BEGIN;

DROP VIEW order_totals;

COMMIT;
