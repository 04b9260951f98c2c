SET SESSION sql_mode = 'STRICT_TRANS_TABLES';
CREATE DATABASE IF NOT EXISTS `acme_hooli_c9c135e7` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER DATABASE `acme_hooli_c9c135e7` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.hooli/schema', 'acme', 'acme_hooli_c9c135e7')
  ON DUPLICATE KEY UPDATE `fleet` = 'acme', `name` = 'acme_hooli_c9c135e7';
-- Needs, in the same session: SET @password_hash = '<native hash of derived:database-password/site.hooli/0>';
EXECUTE IMMEDIATE CONCAT('CREATE USER IF NOT EXISTS `acme_hooli_c9c135e7`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash));
EXECUTE IMMEDIATE CONCAT('ALTER USER `acme_hooli_c9c135e7`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash), ' WITH MAX_USER_CONNECTIONS 16 MAX_STATEMENT_TIME 300 MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 ACCOUNT LOCK');
GRANT ALL PRIVILEGES ON `acme\_hooli\_c9c135e7`.* TO `acme_hooli_c9c135e7`@`%`;
KILL USER `acme_hooli_c9c135e7`@`%`;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.hooli/account', 'acme', 'acme_hooli_c9c135e7')
  ON DUPLICATE KEY UPDATE `fleet` = 'acme', `name` = 'acme_hooli_c9c135e7';
