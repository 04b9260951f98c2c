//! Nothing gets out of its quotes.

use super::{ALL, ANYWHERE, account, identifier, pattern, string};
use crate::desired::content::Content;
use crate::desired::mariadb::Account;
use crate::world::secret::SecretRef;

#[test]
fn quotes_are_doubled_and_backslashes_escaped() {
    assert_eq!(identifier("a`; DROP TABLE t; --"), "`a``; DROP TABLE t; --`");
    assert_eq!(string("it's \\ a\n\r\0\u{1a}é"), "'it''s \\\\ a\\n\\r\\0\\Zé'");
}

#[test]
fn a_grant_reaches_one_database_only() {
    assert_eq!(identifier(&pattern("_a%b\\c`")), "`\\_a\\%b\\\\c```");
}

#[test]
fn an_account_is_made_and_mended_without_its_password() {
    let text = account(
        &Account {
            name: "it's`".to_owned(),
            hosts: [ANYWHERE.to_owned()].into(),
            grants: [(pattern("a_b"), ALL.to_owned())].into(),
            password: Content::secret(SecretRef::Env("PASSWORD".to_owned())),
            connections: 24,
            statement_time: 0,
            hourly: std::collections::BTreeMap::new(),
            locked: false,
        },
        "hash",
    );
    assert_eq!(
        text,
        "EXECUTE IMMEDIATE CONCAT('CREATE USER IF NOT EXISTS `it''s```@`%` IDENTIFIED VIA mysql_native_password USING ', \
         QUOTE(@hash));\n\
         EXECUTE IMMEDIATE CONCAT('ALTER USER `it''s```@`%` IDENTIFIED VIA mysql_native_password USING ', QUOTE(@hash), \
         ' WITH MAX_USER_CONNECTIONS 24 MAX_STATEMENT_TIME 0 MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 \
         MAX_CONNECTIONS_PER_HOUR 0 ACCOUNT UNLOCK');\n\
         GRANT ALL PRIVILEGES ON `a\\_b`.* TO `it's```@`%`;\n"
    );
}
