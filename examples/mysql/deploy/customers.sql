-- Deploy shop:customers to mysql

CREATE TABLE customers (
    id    INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name  VARCHAR(100) NOT NULL,
    email VARCHAR(200) NOT NULL,
    UNIQUE KEY customers_email (email)
) ENGINE = InnoDB COMMENT = 'People who buy';
