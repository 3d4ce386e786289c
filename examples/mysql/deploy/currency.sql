-- Deploy shop:currency to mysql
-- MySQL commits the ALTERs by themselves. kedge journals each statement: if one fails, or the machine
-- does, the next deploy goes on at exactly that one.

ALTER TABLE orders ADD COLUMN currency CHAR(3) NULL;
UPDATE orders SET currency = 'EUR';
ALTER TABLE orders MODIFY COLUMN currency CHAR(3) NOT NULL;
CREATE INDEX orders_by_currency ON orders (currency);
