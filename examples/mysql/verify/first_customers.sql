-- Verify shop:first_customers on mysql
-- A query that gives more than one row where one is wanted fails.

SELECT IF(COUNT(*) = 2, 1, (SELECT 1 UNION SELECT 2)) FROM customers;
