-- Verify shop:customers on mysql

SELECT id, name, email FROM customers WHERE 0;
