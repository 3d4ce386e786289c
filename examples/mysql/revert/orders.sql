-- Revert shop:orders from mysql

DROP TABLE orders;
