-- Deploy shop:currency to mysql
-- MySQL commits DDL by itself. kedge journals each statement: if one fails, or the machine does, the next
-- deploy goes on at exactly that one.

CREATE TABLE currencies (
    code CHAR(3) NOT NULL PRIMARY KEY
) ENGINE = InnoDB;
INSERT INTO currencies (code) VALUES ('EUR'), ('USD');
ALTER TABLE orders
    ADD COLUMN currency CHAR(3) NOT NULL DEFAULT 'EUR',
    ADD KEY orders_by_currency (currency);
ALTER TABLE orders
    ADD CONSTRAINT orders_currency FOREIGN KEY (currency) REFERENCES currencies (code);
