-- Verify shop:first_customers on pg

SELECT 1 / count(*) FROM shop.orders WHERE amount = 99;
