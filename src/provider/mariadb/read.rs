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

/// Understands the rows of [`super::sql::look`].
pub(super) fn read(rows: &[Row], fleet: &str, opener: &Opener<'_>) -> Read {
    let mut read = Read::default();
    let mut columns = String::new();
    for row in rows {
        match row.word(0) {
            "mark" => mark(&mut read, fleet, row),
            "schema" => {
                let schema = Schema { name: row.text(1), character_set: row.text(2), collation: row.text(3) };
                read.schemas.insert(schema.name.clone(), schema);
            }
            "account" => account(&mut read.accounts, row, opener),
            "columns" => columns = row.text(1),
            "grant" => {
                grant(&mut read.accounts, row, row.text(3), &privileges::of_database(&columns, row.word(4)));
            }
            "table" => {
                let what = format!("{}.{}", row.text(3), row.text(4));
                grant(&mut read.accounts, row, what, &row.text(5).trim_matches(',').to_uppercase());
            }
            "role" => grant(&mut read.accounts, row, format!("role {}", row.text(3)), "MEMBER"),
            "apps" => {
                let apps = serde_json::from_str(&row.text(2)).unwrap_or_default();
                site(&mut read, row).installed = apps;
            }
            "administrator" => site(&mut read, row).has_administrator = row.word(2) != "0",
            "jobs" => site(&mut read, row).has_jobs = row.word(2) != "0",
            "scheduler" => site(&mut read, row).scheduler = row.text(2) == "1",
            "unread" => {
                let why = format!("{} (error {})", row.text(3), row.word(2));
                read.server.unreadable.insert(row.text(1), why);
            }
            _ => {}
        }
    }
    let ours = read.marks.iter().filter(|(id, _)| id.kind == ObjectKind::Schema);
    read.server.ours =
        ours.map(|(_, name)| name.clone()).filter(|name| read.schemas.contains_key(name)).collect();
    read.server.gone = Server::gone(&read.marks, |name| read.schemas.contains_key(name));
    read
}

fn mark(read: &mut Read, fleet: &str, row: &Row) {
    let (owner, name) = (row.text(1), row.text(3));
    if owner != fleet {
        read.others.insert(name, owner);
    } else if let Ok(id) = row.text(2).parse() {
        read.marks.insert(id, name);
    }
}

fn site<'r>(read: &'r mut Read, row: &Row) -> &'r mut SiteTables {
    read.server.sites.entry(row.text(1)).or_default()
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
fn account(accounts: &mut BTreeMap<String, Account>, row: &Row, opener: &Opener<'_>) {
    let (name, host) = (row.text(1), row.text(2));
    let json: Value = serde_json::from_str(&row.text(3)).unwrap_or_default();
    if json["is_role"] == Value::Bool(true) {
        return;
    }
    let account = accounts.entry(name.clone()).or_insert_with(|| nobody(name));
    let is_ours = host == ANYWHERE;
    account.hosts.insert(host);
    if !is_ours {
        return;
    }
    account.password = hash::fingerprint(&authentication(&json), opener);
    account.connections = whole(&json["max_user_connections"]);
    account.statement_time = whole(&json["max_statement_time"]);
    account.locked = json["account_locked"] == Value::Bool(true);
    let hourly = ["max_questions", "max_updates", "max_connections"];
    account.hourly = hourly
        .into_iter()
        .map(|name| (name.to_owned(), whole(&json[name])))
        .filter(|(_, limit)| *limit != 0)
        .collect();
    let access = privileges::global(json["access"].as_u64().unwrap_or_default());
    if !access.is_empty() {
        account.grants.insert("*".to_owned(), access);
    }
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
fn whole(value: &Value) -> u64 {
    let number = value.as_f64().unwrap_or_default();
    if number < 0.0 {
        return u64::MAX;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "neither negative nor huge")]
    let whole = number.ceil() as u64;
    whole
}

fn grant(accounts: &mut BTreeMap<String, Account>, row: &Row, what: String, privileges: &str) {
    if row.text(2) == ANYWHERE
        && !privileges.is_empty()
        && let Some(account) = accounts.get_mut(&row.text(1))
    {
        account.grants.insert(what, privileges.to_owned());
    }
}

#[cfg(test)]
mod tests;
