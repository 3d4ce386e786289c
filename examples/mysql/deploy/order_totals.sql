-- Deploy shop:order_totals to mysql

CREATE TABLE order_totals (
    customer_id INT UNSIGNED NOT NULL PRIMARY KEY,
    orders      INT UNSIGNED NOT NULL,
    total       DECIMAL(12, 2) NOT NULL
) ENGINE = InnoDB;

DELIMITER //
CREATE TRIGGER orders_counted AFTER INSERT ON orders FOR EACH ROW
BEGIN
    INSERT INTO order_totals (customer_id, orders, total) VALUES (NEW.customer_id, 1, NEW.total)
    ON DUPLICATE KEY UPDATE orders = orders + 1, total = total + NEW.total;
END//
DELIMITER ;
