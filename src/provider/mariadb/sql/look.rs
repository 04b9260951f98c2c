//! SQL text that reads, and changes nothing. Names and values come as hexadecimal digits, so that no byte in them can be
//! taken for the end of a column or of a line.

use std::collections::BTreeSet;

use super::{MARKS, block, identifier, string};

/// A view has no indexes, so it is refused at once. A tenant's view could call a function of the tenant's, and that would
/// run with our rights.
pub(super) const ONLY_TABLES: &str = "USE INDEX ()";

/// The row of Frappe's `__Auth` without which nobody can log in.
pub(super) const ADMINISTRATOR: &str =
    "doctype = 'User' AND name = 'Administrator' AND fieldname = 'password'";

/// `bench new-site` fills it last, and every migration after it: where it is empty, `new-site` never ended.
pub(super) const JOBS: &str = "tabScheduled Job Type";

/// Everything that is to be known of a server, as rows that begin with what they tell:
///
/// | row | columns |
/// |---|---|
/// | `mark` | fleet, identity, name |
/// | `schema` | name, character set, collation |
/// | `account` | name, host, JSON |
/// | `columns` | the names of the privileges in `grant` rows, by commas |
/// | `grant` | name, host, pattern of databases, `Y` and `N` for each privilege |
/// | `table` | name, host, database, table or routine, privileges |
/// | `role` | name, host, role |
/// | `there` | database, one of Frappe's tables |
///
/// and of the sites, by [`together`] or [`alone`]:
///
/// | row | columns |
/// |---|---|
/// | `apps`, `administrator`, `jobs`, `scheduler` | database, value |
/// | `unread` | database, error number, message |
///
/// Databases and accounts are those that bear a mark of the fleet, and those of the names given, whosever they are.
#[must_use]
pub fn look(fleet: &str, databases: &BTreeSet<&str>, accounts: &BTreeSet<&str>) -> String {
    let marks = identifier(MARKS);
    let fleet = string(fleet);
    let (databases, accounts) = (list(databases), list(accounts));
    // The schema of marks may not be there yet; both lists then have the names given alone.
    let known = block(&format!(
        "DECLARE CONTINUE HANDLER FOR 1049, 1146 BEGIN END;\n\
         SET @ours = NULL;\n\
         SELECT 'mark', HEX(`fleet`), HEX(`identity`), HEX(`name`) FROM {marks}.`objects`\n  \
           WHERE `fleet` = {fleet} OR `name` IN ({databases}) OR `name` IN ({accounts});\n\
         SELECT GROUP_CONCAT(DISTINCT QUOTE(`name`)) INTO @ours FROM {marks}.`objects` WHERE `fleet` = {fleet};\n\
         SET @databases = CONCAT_WS(',', {}, @ours), @accounts = CONCAT_WS(',', {}, @ours);\n",
        string(&databases),
        string(&accounts)
    ));
    let of_accounts = [
        "SELECT 'account', HEX(User), HEX(Host), HEX(Priv) FROM mysql.global_priv WHERE User IN (",
        "SELECT 'table', HEX(User), HEX(Host), HEX(Db), HEX(Table_name), HEX(CONCAT_WS(',', Table_priv, Column_priv)) \
         FROM mysql.tables_priv WHERE User IN (",
        "SELECT 'table', HEX(User), HEX(Host), HEX(Db), HEX(Routine_name), HEX(Proc_priv) FROM mysql.procs_priv \
         WHERE User IN (",
        "SELECT 'role', HEX(User), HEX(Host), HEX(Role) FROM mysql.roles_mapping WHERE User IN (",
    ];
    let of_accounts: String = of_accounts.iter().map(|text| immediate(&string(text), "@accounts")).collect();
    let of_databases = immediate(
        &string(
            "SELECT 'schema', HEX(SCHEMA_NAME), HEX(DEFAULT_CHARACTER_SET_NAME), HEX(DEFAULT_COLLATION_NAME) \
             FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN (",
        ),
        "@databases",
    );
    // Which privileges there are depends on the server's version.
    let columns = "SELECT GROUP_CONCAT(COLUMN_NAME ORDER BY ORDINAL_POSITION) INTO @columns FROM information_schema.COLUMNS \
         WHERE TABLE_SCHEMA = 'mysql' AND TABLE_NAME = 'db' AND COLUMN_NAME LIKE '%\\_priv';\n\
         SELECT 'columns', HEX(@columns);\n";
    let grants = immediate(
        "'SELECT ''grant'', HEX(User), HEX(Host), HEX(Db), CONCAT(', @columns, ') FROM mysql.db WHERE User IN ('",
        "@accounts",
    );
    let there = there();
    format!(
        "SET SESSION group_concat_max_len = 67108864;\n{known}{of_databases}{of_accounts}{columns}{grants}{there}"
    )
}

/// What is read of each site: the row that tells it, the value, the table, the condition.
const QUERIES: [(&str, &str, &str, &str); 4] = [
    ("apps", "HEX(defvalue)", "tabDefaultValue", "parent = '__global' AND defkey = 'installed_apps'"),
    ("administrator", "COUNT(*)", "__Auth", ADMINISTRATOR),
    ("jobs", "COUNT(*)", JOBS, "1 = 1"),
    ("scheduler", "HEX(value)", "tabSingles", "doctype = 'System Settings' AND field = 'enable_scheduler'"),
];

/// Which of Frappe's tables each database of ours has, from the names of files alone: none is opened.
fn there() -> String {
    let tables: Vec<String> = QUERIES.iter().map(|(.., table, _)| string(table)).collect();
    let head = format!(
        "SELECT 'there', HEX(TABLE_SCHEMA), HEX(TABLE_NAME) FROM information_schema.TABLES \
         WHERE TABLE_NAME IN ({}) AND TABLE_SCHEMA IN (",
        tables.join(",")
    );
    immediate(&string(&head), "IFNULL(@ours, QUOTE(''))")
}

/// What Frappe wrote into databases, by the tables that each has: one statement for all of them, which fails where one
/// table cannot be read. Nothing of it is told before all of it was read.
#[must_use]
pub fn together(databases: &[(&String, &BTreeSet<String>)]) -> String {
    let queries = databases.iter().flat_map(|(database, tables)| {
        let digits: String = database.bytes().map(|byte| format!("{byte:02X}")).collect();
        let there = QUERIES.iter().filter(|(.., table, _)| tables.contains(*table));
        there.map(move |(row, value, table, condition)| {
            format!(
                "SELECT '{row}' AS told, '{digits}' AS name, {value} AS value FROM {}.{} {ONLY_TABLES} WHERE {condition}",
                identifier(database),
                identifier(table)
            )
        })
    });
    let queries: Vec<String> = queries.collect();
    if queries.is_empty() {
        return String::new();
    }
    format!("SELECT * FROM (\n{}\n) AS sites;\n", queries.join("\nUNION ALL "))
}

/// The same of one database after the other. A table that is not there is skipped; any other trouble is told, and hides
/// nobody else's. After `seconds` the rest is told as unread.
#[must_use]
pub fn alone(fleet: &str, databases: &[(&String, &BTreeSet<String>)], seconds: u64) -> String {
    let (marks, fleet) = (identifier(MARKS), string(fleet));
    let names = list(&databases.iter().map(|(name, _)| name.as_str()).collect());
    let queries = QUERIES.map(|(row, value, table, condition)| {
        format!(
            "EXECUTE IMMEDIATE CONCAT({}, QUOTE(HEX(mark.`name`)), {}, REPLACE(mark.`name`, '`', '``'), {});\n",
            string(&format!("SELECT '{row}', ")),
            string(&format!(", {value} FROM `")),
            string(&format!("`.`{table}` {ONLY_TABLES} WHERE {condition}")),
        )
    });
    block(&format!(
        "SET @until = SYSDATE() + INTERVAL {seconds} SECOND;\n\
         FOR mark IN (SELECT DISTINCT `name` FROM {marks}.`objects` WHERE `fleet` = {fleet} AND `name` IN ({names})) DO\n\
         BEGIN\n\
         DECLARE CONTINUE HANDLER FOR 1049, 1146 BEGIN END;\n\
         DECLARE CONTINUE HANDLER FOR SQLEXCEPTION BEGIN\n  \
           GET DIAGNOSTICS CONDITION 1 @number = MYSQL_ERRNO, @text = MESSAGE_TEXT;\n  \
           SELECT 'unread', HEX(mark.`name`), @number, HEX(@text);\n\
         END;\n\
         IF SYSDATE() > @until THEN\n  \
           SELECT 'unread', HEX(mark.`name`), 1205, HEX('those before it kept the look waiting for too long');\n\
         ELSE\n\
         {}END IF;\nEND;\nEND FOR;\n",
        queries.concat()
    ))
}

/// The sessions that may hold a lock on a database, those in it before those that are at work for longest: number, account,
/// host, database, command, seconds.
#[must_use]
pub fn holders(database: &str) -> String {
    format!(
        "SELECT ID, HEX(USER), HEX(HOST), HEX(IFNULL(DB, '')), HEX(COMMAND), TIME FROM information_schema.PROCESSLIST\n  \
           WHERE ID <> CONNECTION_ID() AND USER NOT IN ('system user', 'event_scheduler')\n  \
           ORDER BY DB <=> {} DESC, TIME DESC LIMIT 3;\n",
        string(database)
    )
}

/// A statement that ends in a list which only the server knows.
fn immediate(head: &str, names: &str) -> String {
    format!("EXECUTE IMMEDIATE CONCAT({head}, {names}, ')');\n")
}

/// Never empty: no name is.
fn list(names: &BTreeSet<&str>) -> String {
    let names: Vec<String> = std::iter::once("").chain(names.iter().copied()).map(string).collect();
    names.join(",")
}
