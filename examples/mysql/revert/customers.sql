-- Revert shop:customers from mysql

DROP TABLE customers;
