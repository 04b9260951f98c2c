//! What an account may do, from the tables that a server keeps it in.

/// Privileges on the whole server, by their bit in `access`.
const GLOBAL: [&str; 30] = [
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "CREATE",
    "DROP",
    "RELOAD",
    "SHUTDOWN",
    "PROCESS",
    "FILE",
    "GRANT OPTION",
    "REFERENCES",
    "INDEX",
    "ALTER",
    "SHOW DATABASES",
    "SUPER",
    "CREATE TEMPORARY TABLES",
    "LOCK TABLES",
    "EXECUTE",
    "REPLICATION SLAVE",
    "BINLOG MONITOR",
    "CREATE VIEW",
    "SHOW VIEW",
    "CREATE ROUTINE",
    "ALTER ROUTINE",
    "CREATE USER",
    "EVENT",
    "TRIGGER",
    "CREATE TABLESPACE",
    "DELETE HISTORY",
];

/// The names of the bits that are set.
pub(super) fn global(access: u64) -> String {
    let bits = (0..u64::BITS).filter(|bit| access >> bit & 1 == 1);
    let name = |bit: u32| match usize::try_from(bit).ok().and_then(|bit| GLOBAL.get(bit)) {
        Some(name) => (*name).to_owned(),
        None => format!("privilege {bit}"),
    };
    bits.map(name).collect::<Vec<_>>().join(", ")
}

/// The privileges of a row of `mysql.db`: `columns` by commas, and a `Y` or `N` for each.
///
/// # Errors
/// When the two do not belong together.
pub(super) fn of_database(columns: &str, flags: &str) -> Result<String, String> {
    if columns.split(',').count() != flags.len() || !flags.bytes().all(|flag| matches!(flag, b'Y' | b'N')) {
        return Err("a row of mysql.db has not one `Y` or `N` for each privilege".to_owned());
    }
    let all: Vec<(&str, bool)> = columns.split(',').zip(flags.chars().map(|flag| flag == 'Y')).collect();
    let is_grant = |column: &str| column.eq_ignore_ascii_case("Grant_priv");
    let option = all.iter().any(|(column, has)| *has && is_grant(column));
    let mut privileges: Vec<String> = if all.iter().all(|(column, has)| *has || is_grant(column)) {
        vec![super::sql::ALL.to_owned()]
    } else {
        let has = all.iter().filter(|(column, has)| *has && !is_grant(column));
        has.map(|(column, _)| column.trim_end_matches("_priv").replace('_', " ").to_uppercase()).collect()
    };
    if option {
        privileges.push("GRANT OPTION".to_owned());
    }
    Ok(privileges.join(", "))
}

/// Whether an account that has `seen` has more than `wanted` gives it: then it must lose some.
pub(super) fn exceeds(seen: &str, wanted: &str) -> bool {
    seen != wanted && (wanted != super::sql::ALL || seen.contains("GRANT OPTION"))
}

#[cfg(test)]
mod tests {
    use super::{exceeds, global, of_database};

    const COLUMNS: &str = "Select_priv,Insert_priv,Grant_priv,Create_tmp_table_priv";

    #[test]
    fn privileges_have_the_names_that_grants_have() {
        assert_eq!(global(0), "");
        assert_eq!(global(0x41 | 1 << 40), "SELECT, RELOAD, privilege 40");
        assert_eq!(of_database(COLUMNS, "YYNY").unwrap(), "ALL");
        assert_eq!(of_database(COLUMNS, "YYYY").unwrap(), "ALL, GRANT OPTION");
        assert_eq!(of_database(COLUMNS, "YNNY").unwrap(), "SELECT, CREATE TMP TABLE");
        assert_eq!(of_database(COLUMNS, "NNNN").unwrap(), "");
        of_database(COLUMNS, "NNN").expect_err("one is missing");
        of_database(COLUMNS, "NNNX").expect_err("neither yes nor no");
    }

    #[test]
    fn only_too_much_is_taken_away() {
        assert!(!exceeds("ALL", "ALL"));
        assert!(!exceeds("SELECT", "ALL"), "a grant of all adds what is missing");
        assert!(exceeds("ALL, GRANT OPTION", "ALL"));
        assert!(exceeds("ALL", "SELECT"));
    }
}
