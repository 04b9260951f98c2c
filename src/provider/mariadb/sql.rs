//! SQL text. Nothing else in Tenantry quotes it.

mod look;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub use look::{alone, holders, look, together};

use crate::desired::ObjectId;
use crate::desired::mariadb::{Account, Schema};

/// The schema that records which databases and accounts are ours; users have no comment, and a database's dies when
/// it is made anew.
pub const MARKS: &str = "tenantry";

/// The host part of an account that may log in from everywhere.
pub const ANYWHERE: &str = "%";

/// Every privilege on a database, as [`Account::grants`] has it.
pub const ALL: &str = "ALL";

/// A quoted identifier.
#[must_use]
pub fn identifier(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A quoted string. Every mode of the server reads it the same way but `NO_BACKSLASH_ESCAPES`, which [`MODE`] leaves out.
#[must_use]
pub fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        match c {
            '\'' => out.push_str("''"),
            '\\' => out.push_str("\\\\"),
            '\0' => out.push_str("\\0"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\x1a' => out.push_str("\\Z"),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// A database's name where `GRANT` takes a pattern: `_` and `%` stand for themselves.
#[must_use]
pub fn pattern(name: &str) -> String {
    name.replace('\\', "\\\\").replace('_', "\\_").replace('%', "\\%")
}

/// `name`@`%`.
#[must_use]
pub fn account_name(name: &str) -> String {
    format!("{}@`%`", identifier(name))
}

/// Sets what the rest of a script relies on.
pub const MODE: &str = "SET SESSION sql_mode = 'STRICT_TRANS_TABLES';\n";

/// Makes the schema of marks.
#[must_use]
pub fn marks() -> String {
    let marks = identifier(MARKS);
    format!(
        "CREATE DATABASE IF NOT EXISTS {marks} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;\n\
         CREATE TABLE IF NOT EXISTS {marks}.`objects` (\n  \
           `fleet` varchar(64) NOT NULL,\n  \
           `identity` varchar(255) NOT NULL,\n  \
           `name` varchar(64) NOT NULL,\n  \
           PRIMARY KEY (`fleet`, `identity`)\n\
         ) ENGINE=InnoDB;\n"
    )
}

/// What a script of ours begins with, whatever the server's own settings are: nothing waits longer for a lock than so many
/// seconds.
#[must_use]
pub fn session(lock_wait: u64) -> String {
    format!(
        "{MODE}SET SESSION autocommit = 1, max_statement_time = 0, lock_wait_timeout = {lock_wait}, \
         innodb_lock_wait_timeout = {lock_wait};\n"
    )
}

/// Error of a database or account that stands under our name without our mark.
pub const FOREIGN: u32 = 32_001;
/// Error of a database that somebody may have logged in to.
pub const USED: u32 = 32_002;

/// Which of the two kinds of things bears a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Database,
    Account,
}

/// Fails where something stands under the name that is not ours; marks the name where nothing does. The mark comes first:
/// a mark without a thing is nothing, a thing without a mark would be a stranger's.
fn claim(kind: Kind, fleet: &str, id: &ObjectId, name: &str) -> String {
    let text = string(name);
    let there = match kind {
        // The schema compares names without regard to case.
        Kind::Database => format!(
            "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = {text} AND BINARY SCHEMA_NAME = BINARY {text}"
        ),
        // Roles have no host.
        Kind::Account => format!("SELECT 1 FROM mysql.global_priv WHERE User = {text} AND Host <> ''"),
    };
    let (fleet_text, identity) = (string(fleet), string(&id.to_string()));
    let (marks, mark) = (identifier(MARKS), mark(fleet, id, name));
    block(&format!(
        "IF NOT EXISTS (SELECT 1 FROM {marks}.`objects`\n  \
           WHERE `fleet` = {fleet_text} AND `identity` = {identity} AND `name` = {text}) THEN\n  \
           IF EXISTS ({there}) THEN {foreign} END IF;\n  {mark}END IF;\n",
        foreign = signal(FOREIGN)
    ))
}

/// A compound statement outside of any routine.
fn block(body: &str) -> String {
    format!("DELIMITER //\nBEGIN NOT ATOMIC\n{body}END//\nDELIMITER ;\n")
}

fn signal(code: u32) -> String {
    format!("SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = {code}, MESSAGE_TEXT = 'left alone';")
}

/// Makes a database of ours, or gives it its character set. Fails with [`FOREIGN`] where it is not ours.
#[must_use]
pub fn set_schema(fleet: &str, id: &ObjectId, wanted: &Schema) -> String {
    format!("{}{}{}", marks(), claim(Kind::Database, fleet, id, &wanted.name), schema(wanted))
}

/// Empties a database of ours. Fails with [`USED`] where `bench new-site` may have ended: its administrator has a password,
/// and its scheduled jobs are listed.
///
/// The account goes first, then its mark. A server that dies between the two halves leaves the database's mark alone, which says
/// that nothing is lost: `site_tables::Server::begun`.
#[must_use]
pub fn reset_schema(fleet: &str, id: &ObjectId, wanted: &Schema) -> String {
    let name = identifier(&wanted.name);
    let account = ObjectId { kind: crate::desired::ObjectKind::Account, ..id.clone() };
    let mark = format!(
        "`fleet` = {} AND `identity` = {} AND `name` = {}",
        string(fleet),
        string(&account.to_string()),
        string(&wanted.name)
    );
    let unused = block(&format!(
        "DECLARE passwords, jobs INT DEFAULT 0;\n\
         BEGIN\n  DECLARE CONTINUE HANDLER FOR 1049, 1146 BEGIN END;\n  \
           SELECT COUNT(*) INTO passwords FROM {name}.`__Auth` {only_tables} WHERE {administrator};\n  \
           SELECT COUNT(*) INTO jobs FROM {name}.{jobs} {only_tables};\nEND;\n\
         IF passwords > 0 AND jobs > 0 THEN {used} END IF;\n\
         IF EXISTS (SELECT 1 FROM {marks}.`objects` WHERE {mark}) THEN\n  \
           FOR at IN (SELECT Host FROM mysql.global_priv WHERE User = {text} AND Host <> '') DO\n    \
             EXECUTE IMMEDIATE CONCAT('DROP USER IF EXISTS ', {user}, '@', QUOTE(at.Host));\n  \
           END FOR;\n  \
           DELETE FROM {marks}.`objects` WHERE {mark};\nEND IF;\n\
         DROP DATABASE IF EXISTS {name};\n",
        marks = identifier(MARKS),
        text = string(&wanted.name),
        user = string(&name),
        only_tables = look::ONLY_TABLES,
        administrator = look::ADMINISTRATOR,
        jobs = identifier(look::JOBS),
        used = signal(USED),
    ));
    format!("{}{}{unused}{}", marks(), claim(Kind::Database, fleet, id, &wanted.name), schema(wanted))
}

/// What is to become of an account.
#[derive(Debug, Clone, Copy)]
pub struct SetAccount<'a> {
    /// Its fields.
    pub account: &'a Account,
    /// Native hash of its password.
    pub hash: &'a str,
    /// Takes away every privilege first.
    pub revoke: bool,
    /// Hosts at which the name may no longer log in.
    pub strays: &'a BTreeSet<String>,
}

/// Makes an account of ours, or gives it what it should have. Fails with [`FOREIGN`] where it is not ours.
#[must_use]
pub fn set_account(fleet: &str, id: &ObjectId, set: SetAccount<'_>) -> String {
    let (account, name) = (set.account, account_name(&set.account.name));
    let variable = "tenantry_hash";
    let hash = string(set.hash);
    let claim = claim(Kind::Account, fleet, id, &account.name);
    // It takes roles away as well.
    let revoke = if set.revoke {
        format!("REVOKE ALL PRIVILEGES, GRANT OPTION FROM {name};\n")
    } else {
        String::new()
    };
    let strays = set.strays.iter().filter(|host| *host != ANYWHERE);
    let drop: String = strays
        .map(|host| format!("DROP USER IF EXISTS {}@{};\n", identifier(&account.name), identifier(host)))
        .collect();
    format!(
        "{}{claim}SET @{variable} = {hash};\n{}{drop}{revoke}{}{}",
        marks(),
        login(account, variable),
        grants(account),
        kill(account)
    )
}

/// Records that a database or account is ours.
#[must_use]
pub fn mark(fleet: &str, id: &ObjectId, name: &str) -> String {
    let (fleet, id, name) = (string(fleet), string(&id.to_string()), string(name));
    format!(
        "INSERT INTO {marks}.`objects` (`identity`, `fleet`, `name`) VALUES ({id}, {fleet}, {name})\n  \
           ON DUPLICATE KEY UPDATE `fleet` = {fleet}, `name` = {name};\n",
        marks = identifier(MARKS)
    )
}

/// Makes a database, or gives an existing one its character set.
#[must_use]
pub fn schema(schema: &Schema) -> String {
    let name = identifier(&schema.name);
    let set = format!("CHARACTER SET {} COLLATE {}", word(&schema.character_set), word(&schema.collation));
    format!("CREATE DATABASE IF NOT EXISTS {name} {set};\nALTER DATABASE {name} {set};\n")
}

/// Makes an account, or gives an existing one its password, limits and grant. The native hash of the password is taken
/// from the session variable, so no password reaches the general log; unset, the statement fails.
#[must_use]
pub fn account(account: &Account, variable: &str) -> String {
    format!("{}{}{}", login(account, variable), grants(account), kill(account))
}

fn login(account: &Account, variable: &str) -> String {
    let name = account_name(&account.name);
    let hash = format!("QUOTE(@{variable})");
    let via = format!("USER IF NOT EXISTS {name} IDENTIFIED VIA mysql_native_password USING ");
    let create = format!("EXECUTE IMMEDIATE CONCAT({}, {hash});\n", string(&format!("CREATE {via}")));
    let via = format!("ALTER USER {name} IDENTIFIED VIA mysql_native_password USING ");
    let lock = if account.locked { "LOCK" } else { "UNLOCK" };
    let with = format!(
        " WITH MAX_USER_CONNECTIONS {} MAX_STATEMENT_TIME {} MAX_QUERIES_PER_HOUR 0 MAX_UPDATES_PER_HOUR 0 \
         MAX_CONNECTIONS_PER_HOUR 0 ACCOUNT {lock}",
        account.connections, account.statement_time
    );
    format!("{create}EXECUTE IMMEDIATE CONCAT({}, {hash}, {});\n", string(&via), string(&with))
}

fn grants(account: &Account) -> String {
    let name = account_name(&account.name);
    let grants = account.grants.iter().map(|(pattern, privileges)| {
        let what = if privileges == ALL { "ALL PRIVILEGES" } else { privileges };
        format!("GRANT {} ON {}.* TO {name};\n", word(what), identifier(pattern))
    });
    grants.collect()
}

/// A lock keeps new sessions out only.
fn kill(account: &Account) -> String {
    if account.locked { format!("KILL USER {};\n", account_name(&account.name)) } else { String::new() }
}

/// A character set, a collation or privileges: bare words, so anything else is dropped.
fn word(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ' ' | ',')).collect()
}
