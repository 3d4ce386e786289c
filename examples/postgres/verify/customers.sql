-- Verify shop:customers on pg

SELECT id, name, email FROM shop.customers WHERE false;
