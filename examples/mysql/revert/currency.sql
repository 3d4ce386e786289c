-- Revert shop:currency from mysql

DROP INDEX orders_by_currency ON orders;
ALTER TABLE orders DROP COLUMN currency;
