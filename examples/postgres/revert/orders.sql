-- Revert shop:orders from pg

BEGIN;
DROP TABLE shop.orders;
DROP FUNCTION shop.refuse_unpaid();
DROP TYPE shop.order_state;
COMMIT;
