-- Verify shop:currency on mysql

SELECT currency FROM orders WHERE 0;
