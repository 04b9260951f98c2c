//! What a server's rows say: its databases and accounts, and whose they are.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::client::Row;
use super::sql::ANYWHERE;
use super::{hash, privileges};
use crate::desired::content::Content;
use crate::desired::mariadb::{Account, Schema};
use crate::desired::{ObjectId, ObjectKind};
use crate::provider::site_tables::{Server, SiteTables};
use crate::provider::{Error, ErrorKind};
use crate::world::secret::Opener;

/// Everything that was read of a server.
#[derive(Debug, Default)]
pub struct Read {
    /// Names by the object that they are marked as.
    pub marks: BTreeMap<ObjectId, String>,
    /// Other fleets' marks: the fleet by name.
    pub others: BTreeMap<String, String>,
    /// By name.
    pub schemas: BTreeMap<String, Schema>,
    /// By name.
    pub accounts: BTreeMap<String, Account>,
    /// Databases and accounts of which something could not be understood, by name, and what.
    pub unreadable: BTreeMap<String, String>,
    /// Which of Frappe's tables each database has.
    pub(super) tables: BTreeMap<String, BTreeSet<String>>,
    /// What Frappe wrote.
    pub server: Server,
}

impl Read {
    /// Why something without our mark is not ours.
    #[must_use]
    pub fn evidence(&self, fleet: &str, kind: &str, name: &str) -> String {
        match self.others.get(name) {
            Some(other) => format!("{kind} `{name}` belongs to fleet {other}"),
            None => format!("{kind} `{name}` has no mark of fleet `{fleet}` in tenantry.objects"),
        }
    }
}

/// Understands the rows of [`super::sql::look`]. What cannot be understood of one database or account makes that one
/// unreadable.
///
/// # Errors
/// A row of which nobody can say what it is about: then nothing that it could have told is known.
pub(super) fn read(rows: &[Row], fleet: &str, opener: &Opener<'_>) -> Result<Read, Error> {
    let mut read = Read::default();
    understand(&mut read, rows, fleet, opener)?;
    let ours = read.marks.iter().filter(|(id, _)| id.kind == ObjectKind::Schema);
    read.server.ours =
        ours.map(|(_, name)| name.clone()).filter(|name| read.schemas.contains_key(name)).collect();
    // What could not be understood is no more gone than it is there.
    read.server
        .miss(&read.marks, |name| read.schemas.contains_key(name) || read.unreadable.contains_key(name));
    Ok(read)
}

/// Adds what further rows tell.
///
/// # Errors
/// As [`read`].
pub(super) fn understand(
    read: &mut Read,
    rows: &[Row],
    fleet: &str,
    opener: &Opener<'_>,
) -> Result<(), Error> {
    let mut columns = None;
    for row in rows {
        let Some(known) = COLUMNS.iter().find(|(word, count)| row.word(0) == *word && row.count() == *count)
        else {
            return Err(strange(row, "nobody knows what it tells"));
        };
        let name = row.text(if known.0 == "mark" { 3 } else { 1 }).map_err(|why| strange(row, &why))?;
        let columns = &mut columns;
        if let Err(why) = one(read, columns, row, &name, fleet, opener) {
            match known.0 {
                "columns" => return Err(strange(row, &why)),
                "apps" | "administrator" | "jobs" | "scheduler" | "unread" => {
                    read.server.unreadable.insert(name, why);
                }
                _ => {
                    read.unreadable.insert(name, why);
                }
            }
        }
    }
    Ok(())
}

/// How many columns each row has, its first word among them.
const COLUMNS: [(&str, usize); 13] = [
    ("mark", 4),
    ("schema", 4),
    ("account", 4),
    ("columns", 2),
    ("grant", 5),
    ("table", 6),
    ("role", 4),
    ("there", 3),
    ("apps", 3),
    ("administrator", 3),
    ("jobs", 3),
    ("scheduler", 3),
    ("unread", 4),
];

fn strange(row: &Row, why: &str) -> Error {
    let word: String = row.word(0).chars().take(20).collect();
    Error::new(
        ErrorKind::ExecFailed,
        format!(
            "read databases: a row that begins with `{}` cannot be understood: {why}",
            word.escape_debug()
        ),
    )
    .advise(
        "the client in the server's image speaks otherwise than this version knows; nothing in it is changed",
    )
}

/// One row, of what bears `name`.
fn one(
    read: &mut Read,
    columns: &mut Option<String>,
    row: &Row,
    name: &str,
    fleet: &str,
    opener: &Opener<'_>,
) -> Result<(), String> {
    match row.word(0) {
        "mark" => mark(read, fleet, row, name)?,
        "schema" => {
            let schema =
                Schema { name: name.to_owned(), character_set: row.text(2)?, collation: row.text(3)? };
            read.schemas.insert(schema.name.clone(), schema);
        }
        "account" => account(&mut read.accounts, row, name, opener)?,
        "columns" => *columns = Some(name.to_owned()),
        "grant" => {
            let columns = columns.as_deref().ok_or("the server did not say which privileges there are")?;
            let privileges = privileges::of_database(columns, row.word(4))?;
            grant(&mut read.accounts, row, name, row.text(3)?, &privileges)?;
        }
        "table" => {
            let what = format!("{}.{}", row.text(3)?, row.text(4)?);
            let privileges = row.text(5)?.trim_matches(',').to_uppercase();
            grant(&mut read.accounts, row, name, what, &privileges)?;
        }
        "role" => grant(&mut read.accounts, row, name, format!("role {}", row.text(3)?), "MEMBER")?,
        "there" => {
            read.tables.entry(name.to_owned()).or_default().insert(row.text(2)?);
        }
        "apps" => {
            let apps = serde_json::from_str(&row.text(2)?)
                .map_err(|_| "what Frappe lists as installed in it is no list of names")?;
            site(read, name).installed = apps;
        }
        "administrator" => site(read, name).has_administrator = number(row)? != 0,
        "jobs" => site(read, name).has_jobs = number(row)? != 0,
        // Without a value it is off, as with any other.
        "scheduler" => site(read, name).scheduler = row.word(2) != "NULL" && row.text(2)? == "1",
        _ => {
            let why = format!("{} (error {})", row.text(3)?, row.word(2));
            read.server.unreadable.insert(name.to_owned(), why);
        }
    }
    Ok(())
}

fn number(row: &Row) -> Result<u64, String> {
    row.word(2).parse().map_err(|_| format!("`{}` is no number", row.word(2).escape_debug()))
}

fn mark(read: &mut Read, fleet: &str, row: &Row, name: &str) -> Result<(), String> {
    let owner = row.text(1)?;
    if owner != fleet {
        read.others.insert(name.to_owned(), owner);
        return Ok(());
    }
    let id = row.text(2)?;
    let known = id.parse().map_err(|_| {
        format!(
            "its mark in tenantry.objects, `{}`, names no object that this version knows",
            id.escape_debug()
        )
    })?;
    read.marks.insert(known, name.to_owned());
    Ok(())
}

fn site<'r>(read: &'r mut Read, name: &str) -> &'r mut SiteTables {
    read.server.sites.entry(name.to_owned()).or_default()
}

/// An account of which only strays were seen.
fn nobody(name: String) -> Account {
    Account {
        name,
        hosts: BTreeSet::new(),
        grants: BTreeMap::new(),
        password: Content::Sealed(String::new()),
        connections: 0,
        statement_time: 0,
        hourly: BTreeMap::new(),
        locked: false,
    }
}

/// A row for each host. All but the one for everywhere are strays, of which no more is told than that they are there.
fn account(
    accounts: &mut BTreeMap<String, Account>,
    row: &Row,
    name: &str,
    opener: &Opener<'_>,
) -> Result<(), String> {
    let (host, json) = (row.text(2)?, row.text(3)?);
    let json: Value = serde_json::from_str(&json)
        .ok()
        .filter(Value::is_object)
        .ok_or("what mysql.global_priv says of the account is no JSON object")?;
    if json["is_role"] == Value::Bool(true) {
        return Ok(());
    }
    let account = accounts.entry(name.to_owned()).or_insert_with(|| nobody(name.to_owned()));
    let is_ours = host == ANYWHERE;
    account.hosts.insert(host);
    if !is_ours {
        return Ok(());
    }
    account.password = hash::fingerprint(&authentication(&json), opener);
    account.connections = whole(&json, "max_user_connections")?;
    account.statement_time = whole(&json, "max_statement_time")?;
    account.locked = json["account_locked"] == Value::Bool(true);
    for name in ["max_questions", "max_updates", "max_connections"] {
        let limit = whole(&json, name)?;
        if limit != 0 {
            account.hourly.insert(name.to_owned(), limit);
        }
    }
    let access = match &json["access"] {
        Value::Null => 0,
        access => access.as_u64().ok_or("what mysql.global_priv says it may do is no number")?,
    };
    let access = privileges::global(access);
    if !access.is_empty() {
        account.grants.insert("*".to_owned(), access);
    }
    Ok(())
}

/// The hash, where a password is the one way in.
fn authentication(json: &Value) -> String {
    let text = |key: &str| json[key].as_str().unwrap_or_default();
    if text("plugin") == "mysql_native_password" && json["auth_or"].is_null() {
        return text("authentication_string").to_owned();
    }
    json.get("auth_or").map_or_else(|| text("plugin").to_owned(), Value::to_string)
}

/// Limits are whole numbers, where nobody wrote a fraction; one less than a second is no absent limit. A negative one lets
/// nobody in.
fn whole(json: &Value, key: &str) -> Result<u64, String> {
    let number = match &json[key] {
        Value::Null => 0.0,
        value => value.as_f64().ok_or_else(|| format!("its `{key}` in mysql.global_priv is no number"))?,
    };
    if number < 0.0 {
        return Ok(u64::MAX);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "neither negative nor huge")]
    let whole = number.ceil() as u64;
    Ok(whole)
}

fn grant(
    accounts: &mut BTreeMap<String, Account>,
    row: &Row,
    name: &str,
    what: String,
    privileges: &str,
) -> Result<(), String> {
    if row.text(2)? == ANYWHERE
        && !privileges.is_empty()
        && let Some(account) = accounts.get_mut(name)
    {
        account.grants.insert(what, privileges.to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
