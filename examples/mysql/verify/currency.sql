-- Verify shop:currency on mysql

SELECT o.currency FROM orders o JOIN currencies c ON c.code = o.currency WHERE 0;
