SET SESSION sql_mode = 'STRICT_TRANS_TABLES';
CREATE DATABASE IF NOT EXISTS `acme_globex_bb07dffb` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER DATABASE `acme_globex_bb07dffb` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.globex/schema', 'acme', 'acme_globex_bb07dffb')
  ON DUPLICATE KEY UPDATE `fleet` = 'acme', `name` = 'acme_globex_bb07dffb';
-- Needs, in the same session: SET @password_hash = '<native hash of derived:database-password/site.globex/0>';
EXECUTE IMMEDIATE CONCAT('CREATE USER IF NOT EXISTS `acme_globex_bb07dffb`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash));
EXECUTE IMMEDIATE CONCAT('ALTER USER `acme_globex_bb07dffb`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash), ' WITH MAX_USER_CONNECTIONS 24 MAX_STATEMENT_TIME 300 MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 ACCOUNT UNLOCK');
GRANT ALL PRIVILEGES ON `acme\_globex\_bb07dffb`.* TO `acme_globex_bb07dffb`@`%`;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.globex/account', 'acme', 'acme_globex_bb07dffb')
  ON DUPLICATE KEY UPDATE `fleet` = 'acme', `name` = 'acme_globex_bb07dffb';
