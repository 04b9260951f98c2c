SET SESSION sql_mode = 'STRICT_TRANS_TABLES';
CREATE DATABASE IF NOT EXISTS `acme_initech_1dd5ef69` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER DATABASE `acme_initech_1dd5ef69` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.initech/schema', 'acme', 'acme_initech_1dd5ef69')
  ON DUPLICATE KEY UPDATE `fleet` = 'acme', `name` = 'acme_initech_1dd5ef69';
-- Needs, in the same session: SET @password_hash = '<native hash of derived:database-password/site.initech/0>';
EXECUTE IMMEDIATE CONCAT('CREATE USER IF NOT EXISTS `acme_initech_1dd5ef69`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash));
EXECUTE IMMEDIATE CONCAT('ALTER USER `acme_initech_1dd5ef69`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash), ' WITH MAX_USER_CONNECTIONS 60 MAX_STATEMENT_TIME 300 MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 ACCOUNT UNLOCK');
GRANT ALL PRIVILEGES ON `acme\_initech\_1dd5ef69`.* TO `acme_initech_1dd5ef69`@`%`;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.initech/account', 'acme', 'acme_initech_1dd5ef69')
  ON DUPLICATE KEY UPDATE `fleet` = 'acme', `name` = 'acme_initech_1dd5ef69';
