SET SESSION sql_mode = 'STRICT_TRANS_TABLES';
CREATE DATABASE IF NOT EXISTS `tenantry` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS `tenantry`.`objects` (
  `fleet` varchar(64) NOT NULL,
  `identity` varchar(255) NOT NULL,
  `name` varchar(64) NOT NULL,
  PRIMARY KEY (`fleet`, `identity`)
) ENGINE=InnoDB;
CREATE DATABASE IF NOT EXISTS `acmetls_globex_b69d33be` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER DATABASE `acmetls_globex_b69d33be` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.globex/schema', 'acmetls', 'acmetls_globex_b69d33be')
  ON DUPLICATE KEY UPDATE `fleet` = 'acmetls', `name` = 'acmetls_globex_b69d33be';
-- Needs, in the same session: SET @password_hash_acmetls_globex_b69d33be = '<native hash of derived:database-password/site.globex/0>';
EXECUTE IMMEDIATE CONCAT('CREATE USER IF NOT EXISTS `acmetls_globex_b69d33be`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash_acmetls_globex_b69d33be));
EXECUTE IMMEDIATE CONCAT('ALTER USER `acmetls_globex_b69d33be`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash_acmetls_globex_b69d33be), ' WITH MAX_USER_CONNECTIONS 40 MAX_STATEMENT_TIME 300 MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 ACCOUNT UNLOCK');
GRANT ALL PRIVILEGES ON `acmetls\_globex\_b69d33be`.* TO `acmetls_globex_b69d33be`@`%`;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.globex/account', 'acmetls', 'acmetls_globex_b69d33be')
  ON DUPLICATE KEY UPDATE `fleet` = 'acmetls', `name` = 'acmetls_globex_b69d33be';
