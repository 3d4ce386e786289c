-- Deploy shop:orders_by_day to pg
-- requires: orders
--
-- It keeps nobody from ordering, and so it can't be in a transaction. kedge sees that, and runs this
-- script under its journal.

CREATE INDEX CONCURRENTLY orders_by_day ON shop.orders (placed_on);
