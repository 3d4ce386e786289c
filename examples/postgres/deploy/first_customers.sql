-- Deploy shop:first_customers to pg
-- requires: customers
-- requires: orders

BEGIN;

\copy shop.customers (name, email) from 'data/customers.csv' (format csv, header)

COPY shop.orders (customer_id, amount, placed_on) FROM STDIN;
1	12.50	2026-01-20
1	7.25	2026-01-21
2	99.00	2026-01-22
\.

SELECT count(*) AS customers FROM shop.customers \gset
\echo :customers customers to begin with

COMMIT;
