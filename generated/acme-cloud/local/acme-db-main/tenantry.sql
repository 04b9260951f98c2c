SET SESSION sql_mode = 'STRICT_TRANS_TABLES';
CREATE DATABASE IF NOT EXISTS `tenantry` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS `tenantry`.`objects` (
  `fleet` varchar(64) NOT NULL,
  `identity` varchar(255) NOT NULL,
  `name` varchar(64) NOT NULL,
  PRIMARY KEY (`fleet`, `identity`)
) ENGINE=InnoDB;
CREATE DATABASE IF NOT EXISTS `acme_globex_bb07dffb` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER DATABASE `acme_globex_bb07dffb` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.globex/schema', 'acme', 'acme_globex_bb07dffb')
  ON DUPLICATE KEY UPDATE `fleet` = 'acme', `name` = 'acme_globex_bb07dffb';
-- Needs, in the same session: SET @password_hash_acme_globex_bb07dffb = '<native hash of derived:database-password/site.globex/0>';
EXECUTE IMMEDIATE CONCAT('CREATE USER IF NOT EXISTS `acme_globex_bb07dffb`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash_acme_globex_bb07dffb));
EXECUTE IMMEDIATE CONCAT('ALTER USER `acme_globex_bb07dffb`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash_acme_globex_bb07dffb), ' WITH MAX_USER_CONNECTIONS 24 MAX_STATEMENT_TIME 300 MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 ACCOUNT UNLOCK');
GRANT ALL PRIVILEGES ON `acme\_globex\_bb07dffb`.* TO `acme_globex_bb07dffb`@`%`;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.globex/account', 'acme', 'acme_globex_bb07dffb')
  ON DUPLICATE KEY UPDATE `fleet` = 'acme', `name` = 'acme_globex_bb07dffb';
CREATE DATABASE IF NOT EXISTS `acme_globex_training_78f2a25c` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER DATABASE `acme_globex_training_78f2a25c` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.globex-training/schema', 'acme', 'acme_globex_training_78f2a25c')
  ON DUPLICATE KEY UPDATE `fleet` = 'acme', `name` = 'acme_globex_training_78f2a25c';
-- Needs, in the same session: SET @password_hash_acme_globex_training_78f2a25c = '<native hash of derived:database-password/site.globex-training/0>';
EXECUTE IMMEDIATE CONCAT('CREATE USER IF NOT EXISTS `acme_globex_training_78f2a25c`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash_acme_globex_training_78f2a25c));
EXECUTE IMMEDIATE CONCAT('ALTER USER `acme_globex_training_78f2a25c`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash_acme_globex_training_78f2a25c), ' WITH MAX_USER_CONNECTIONS 24 MAX_STATEMENT_TIME 300 MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 ACCOUNT UNLOCK');
GRANT ALL PRIVILEGES ON `acme\_globex\_training\_78f2a25c`.* TO `acme_globex_training_78f2a25c`@`%`;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.globex-training/account', 'acme', 'acme_globex_training_78f2a25c')
  ON DUPLICATE KEY UPDATE `fleet` = 'acme', `name` = 'acme_globex_training_78f2a25c';
CREATE DATABASE IF NOT EXISTS `acme_hooli_c9c135e7` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER DATABASE `acme_hooli_c9c135e7` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.hooli/schema', 'acme', 'acme_hooli_c9c135e7')
  ON DUPLICATE KEY UPDATE `fleet` = 'acme', `name` = 'acme_hooli_c9c135e7';
-- Needs, in the same session: SET @password_hash_acme_hooli_c9c135e7 = '<native hash of derived:database-password/site.hooli/0>';
EXECUTE IMMEDIATE CONCAT('CREATE USER IF NOT EXISTS `acme_hooli_c9c135e7`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash_acme_hooli_c9c135e7));
EXECUTE IMMEDIATE CONCAT('ALTER USER `acme_hooli_c9c135e7`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash_acme_hooli_c9c135e7), ' WITH MAX_USER_CONNECTIONS 16 MAX_STATEMENT_TIME 300 MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 ACCOUNT LOCK');
GRANT ALL PRIVILEGES ON `acme\_hooli\_c9c135e7`.* TO `acme_hooli_c9c135e7`@`%`;
KILL USER `acme_hooli_c9c135e7`@`%`;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.hooli/account', 'acme', 'acme_hooli_c9c135e7')
  ON DUPLICATE KEY UPDATE `fleet` = 'acme', `name` = 'acme_hooli_c9c135e7';
CREATE DATABASE IF NOT EXISTS `acme_initech_1dd5ef69` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER DATABASE `acme_initech_1dd5ef69` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.initech/schema', 'acme', 'acme_initech_1dd5ef69')
  ON DUPLICATE KEY UPDATE `fleet` = 'acme', `name` = 'acme_initech_1dd5ef69';
-- Needs, in the same session: SET @password_hash_acme_initech_1dd5ef69 = '<native hash of derived:database-password/site.initech/0>';
EXECUTE IMMEDIATE CONCAT('CREATE USER IF NOT EXISTS `acme_initech_1dd5ef69`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash_acme_initech_1dd5ef69));
EXECUTE IMMEDIATE CONCAT('ALTER USER `acme_initech_1dd5ef69`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash_acme_initech_1dd5ef69), ' WITH MAX_USER_CONNECTIONS 60 MAX_STATEMENT_TIME 300 MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 ACCOUNT UNLOCK');
GRANT ALL PRIVILEGES ON `acme\_initech\_1dd5ef69`.* TO `acme_initech_1dd5ef69`@`%`;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.initech/account', 'acme', 'acme_initech_1dd5ef69')
  ON DUPLICATE KEY UPDATE `fleet` = 'acme', `name` = 'acme_initech_1dd5ef69';
CREATE DATABASE IF NOT EXISTS `acme_umbrella_5c9fe0fd` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER DATABASE `acme_umbrella_5c9fe0fd` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.umbrella/schema', 'acme', 'acme_umbrella_5c9fe0fd')
  ON DUPLICATE KEY UPDATE `fleet` = 'acme', `name` = 'acme_umbrella_5c9fe0fd';
-- Needs, in the same session: SET @password_hash_acme_umbrella_5c9fe0fd = '<native hash of derived:database-password/site.umbrella/0>';
EXECUTE IMMEDIATE CONCAT('CREATE USER IF NOT EXISTS `acme_umbrella_5c9fe0fd`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash_acme_umbrella_5c9fe0fd));
EXECUTE IMMEDIATE CONCAT('ALTER USER `acme_umbrella_5c9fe0fd`@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@password_hash_acme_umbrella_5c9fe0fd), ' WITH MAX_USER_CONNECTIONS 16 MAX_STATEMENT_TIME 300 MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 MAX_CONNECTIONS_PER_HOUR 0 ACCOUNT UNLOCK');
GRANT ALL PRIVILEGES ON `acme\_umbrella\_5c9fe0fd`.* TO `acme_umbrella_5c9fe0fd`@`%`;
INSERT INTO `tenantry`.`objects` (`identity`, `fleet`, `name`) VALUES ('site.umbrella/account', 'acme', 'acme_umbrella_5c9fe0fd')
  ON DUPLICATE KEY UPDATE `fleet` = 'acme', `name` = 'acme_umbrella_5c9fe0fd';
