SET SESSION sql_mode = 'STRICT_TRANS_TABLES';
CREATE DATABASE IF NOT EXISTS `tenantry` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS `tenantry`.`objects` (
  `fleet` varchar(64) NOT NULL,
  `identity` varchar(255) NOT NULL,
  `name` varchar(64) NOT NULL,
  PRIMARY KEY (`fleet`, `identity`)
) ENGINE=InnoDB;
CREATE DATABASE IF NOT EXISTS `quick_globex_fde631d2` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER DATABASE `quick_globex_fde631d2` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.globex/schema', 'quick', 'quick_globex_fde631d2')
  ON DUPLICATE KEY UPDATE `fleet` = 'quick', `name` = 'quick_globex_fde631d2';
-- Needs, in the same session: SET @password_hash_quick_globex_fde631d2 = '<native hash of derived:database-password/site.globex/0>';
EXECUTE IMMEDIATE CONCAT('CREATE USER IF NOT EXISTS `quick_globex_fde631d2`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash_quick_globex_fde631d2));
EXECUTE IMMEDIATE CONCAT('ALTER USER `quick_globex_fde631d2`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash_quick_globex_fde631d2), ' WITH MAX_USER_CONNECTIONS 24 MAX_STATEMENT_TIME 300 MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 ACCOUNT UNLOCK');
GRANT ALL PRIVILEGES ON `quick\_globex\_fde631d2`.* TO `quick_globex_fde631d2`@`%`;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.globex/account', 'quick', 'quick_globex_fde631d2')
  ON DUPLICATE KEY UPDATE `fleet` = 'quick', `name` = 'quick_globex_fde631d2';
CREATE DATABASE IF NOT EXISTS `quick_initech_ca560791` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER DATABASE `quick_initech_ca560791` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.initech/schema', 'quick', 'quick_initech_ca560791')
  ON DUPLICATE KEY UPDATE `fleet` = 'quick', `name` = 'quick_initech_ca560791';
-- Needs, in the same session: SET @password_hash_quick_initech_ca560791 = '<native hash of derived:database-password/site.initech/0>';
EXECUTE IMMEDIATE CONCAT('CREATE USER IF NOT EXISTS `quick_initech_ca560791`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash_quick_initech_ca560791));
EXECUTE IMMEDIATE CONCAT('ALTER USER `quick_initech_ca560791`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash_quick_initech_ca560791), ' WITH MAX_USER_CONNECTIONS 16 MAX_STATEMENT_TIME 300 MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 ACCOUNT UNLOCK');
GRANT ALL PRIVILEGES ON `quick\_initech\_ca560791`.* TO `quick_initech_ca560791`@`%`;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.initech/account', 'quick', 'quick_initech_ca560791')
  ON DUPLICATE KEY UPDATE `fleet` = 'quick', `name` = 'quick_initech_ca560791';
