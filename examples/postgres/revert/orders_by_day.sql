-- Revert shop:orders_by_day from pg

DROP INDEX CONCURRENTLY shop.orders_by_day;
