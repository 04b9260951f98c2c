SET SESSION sql_mode = 'STRICT_TRANS_TABLES';
CREATE DATABASE IF NOT EXISTS `quick_initech_ca560791` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER DATABASE `quick_initech_ca560791` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.initech/schema', 'quick', 'quick_initech_ca560791')
  ON DUPLICATE KEY UPDATE `fleet` = 'quick', `name` = 'quick_initech_ca560791';
-- Needs, in the same session: SET @password_hash = '<native hash of derived:database-password/site.initech/0>';
EXECUTE IMMEDIATE CONCAT('CREATE USER IF NOT EXISTS `quick_initech_ca560791`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash));
EXECUTE IMMEDIATE CONCAT('ALTER USER `quick_initech_ca560791`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash), ' WITH MAX_USER_CONNECTIONS 16 MAX_STATEMENT_TIME 300 MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 ACCOUNT UNLOCK');
GRANT ALL PRIVILEGES ON `quick\_initech\_ca560791`.* TO `quick_initech_ca560791`@`%`;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.initech/account', 'quick', 'quick_initech_ca560791')
  ON DUPLICATE KEY UPDATE `fleet` = 'quick', `name` = 'quick_initech_ca560791';
