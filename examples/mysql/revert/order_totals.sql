-- Revert shop:order_totals from mysql

DROP TRIGGER orders_counted;
DROP TABLE order_totals;
