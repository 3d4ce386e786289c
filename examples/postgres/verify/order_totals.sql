-- Verify shop:order_totals on pg

SELECT name, orders, total FROM shop.order_totals WHERE false;
