-- Revert shop:currency from mysql

ALTER TABLE orders DROP FOREIGN KEY orders_currency;
ALTER TABLE orders DROP KEY orders_by_currency, DROP COLUMN currency;
DROP TABLE currencies;
