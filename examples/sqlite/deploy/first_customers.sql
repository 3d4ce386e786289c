-- Deploy shop:first_customers to sqlite
-- requires: customers
-- requires: orders

BEGIN;

INSERT INTO customers (id, name, email) VALUES
    (1, 'Edith Clarke', 'edith@example.com'),
    (2, 'Katherine Johnson', 'katherine@example.com');

INSERT INTO orders (customer_id, amount, placed_at) VALUES
    (1, 12.50, '2026-02-01 08:15:00'),
    (1, 7.25, '2026-02-01 17:40:00'),
    (2, 99.00, '2026-02-02 11:05:00');

COMMIT;
