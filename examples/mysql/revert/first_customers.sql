-- Revert shop:first_customers from mysql

DELETE FROM order_totals;
DELETE FROM orders;
DELETE FROM customers;
