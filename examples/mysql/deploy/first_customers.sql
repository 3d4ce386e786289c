-- Deploy shop:first_customers to mysql
-- Rows alone: all of it is one transaction, with its verify script and the registry.

INSERT INTO customers (name, email) VALUES
    ('Edith Clarke', 'edith@example.com'),
    ('Katherine Johnson', 'katherine@example.com');
INSERT INTO orders (customer_id, total)
    SELECT id, 9.75 FROM customers WHERE email = 'edith@example.com';
INSERT INTO orders (customer_id, total)
    SELECT id, 10 FROM customers WHERE email = 'edith@example.com';
INSERT INTO orders (customer_id, total)
    SELECT id, 99 FROM customers WHERE email = 'katherine@example.com';
