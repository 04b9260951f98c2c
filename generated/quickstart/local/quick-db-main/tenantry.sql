SET SESSION sql_mode = 'STRICT_TRANS_TABLES';
CREATE DATABASE IF NOT EXISTS `tenantry` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS `tenantry`.`objects` (
  `identity` varchar(255) NOT NULL PRIMARY KEY,
  `fleet` varchar(64) NOT NULL,
  `name` varchar(64) NOT NULL
) ENGINE=InnoDB;
