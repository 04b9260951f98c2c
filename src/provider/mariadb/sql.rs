//! SQL text. Nothing else in Tenantry quotes it.

#[cfg(test)]
mod tests;

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
    let alter = format!("EXECUTE IMMEDIATE CONCAT({}, {hash}, {});\n", string(&via), string(&with));
    let grants = account.grants.iter().map(|(pattern, privileges)| {
        let what = if privileges == ALL { "ALL PRIVILEGES" } else { privileges };
        format!("GRANT {} ON {}.* TO {name};\n", word(what), identifier(pattern))
    });
    let grant: String = grants.collect();
    let kill = if account.locked { format!("KILL USER {name};\n") } else { String::new() };
    format!("{create}{alter}{grant}{kill}")
}

/// A character set, a collation or privileges: bare words, so anything else is dropped.
fn word(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ' ' | ',')).collect()
}
