SET SESSION sql_mode = 'STRICT_TRANS_TABLES';
CREATE DATABASE IF NOT EXISTS `acme_globex_training_78f2a25c` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER DATABASE `acme_globex_training_78f2a25c` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.globex-training/schema', 'acme', 'acme_globex_training_78f2a25c')
  ON DUPLICATE KEY UPDATE `fleet` = 'acme', `name` = 'acme_globex_training_78f2a25c';
-- Needs, in the same session: SET @password_hash = '<native hash of derived:database-password/site.globex-training/0>';
EXECUTE IMMEDIATE CONCAT('CREATE USER IF NOT EXISTS `acme_globex_training_78f2a25c`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash));
EXECUTE IMMEDIATE CONCAT('ALTER USER `acme_globex_training_78f2a25c`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash), ' WITH MAX_USER_CONNECTIONS 24 MAX_STATEMENT_TIME 300 MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 ACCOUNT UNLOCK');
GRANT ALL PRIVILEGES ON `acme\_globex\_training\_78f2a25c`.* TO `acme_globex_training_78f2a25c`@`%`;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.globex-training/account', 'acme', 'acme_globex_training_78f2a25c')
  ON DUPLICATE KEY UPDATE `fleet` = 'acme', `name` = 'acme_globex_training_78f2a25c';
