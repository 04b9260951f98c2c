//! What Frappe wrote into the databases of a server. A hundred of them are read by one statement: with one for each
//! table of each site a server with thousands of them would be looked at for minutes.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;

use super::client::{self, Row};
use super::observe::LOCK_WAIT;
use super::sql;
use crate::provider::inside::Inside;
use crate::provider::{Error, ErrorKind};

/// How many databases one statement reads. Four tables of each are open at once, and a server keeps 2,000.
const TOGETHER: usize = 100;
/// How many statements are under way at once.
const AT_ONCE: usize = 2;
/// Seconds that one may take.
const WITHIN: u64 = 60;
/// Seconds after which databases that are read one after the other are given up.
const PATIENCE: u64 = 40;

/// Some databases, and what was told of them.
pub(super) type Told<'t> = (Vec<&'t String>, Result<Vec<Row>, Error>);

/// A database, and which of Frappe's tables it has.
type Database<'t> = (&'t String, &'t BTreeSet<String>);

/// Where they are asked.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) inside: &'a dyn Inside,
    pub(super) container: &'a str,
    pub(super) mark: &'a str,
    pub(super) fleet: &'a str,
}

/// Reads them; `tables` are those of Frappe's that each has.
pub(super) async fn read<'t>(at: At<'_>, tables: &'t BTreeMap<String, BTreeSet<String>>) -> Vec<Told<'t>> {
    let all: Vec<Database<'t>> = tables.iter().collect();
    let mut told = Vec::new();
    for parts in all.chunks(TOGETHER * AT_ONCE) {
        told.extend(join_all(parts.chunks(TOGETHER).map(|part| some(at, part))).await);
    }
    told
}

async fn some<'t>(at: At<'_>, part: &[Database<'t>]) -> Told<'t> {
    let told = match ask(at, sql::together(part)).await {
        // One that is locked, or broken, or has a view in the place of a table, must hide no other.
        Err(error) if !is_of_the_server(&error) => ask(at, sql::alone(at.fleet, part, PATIENCE)).await,
        told => told,
    };
    (part.iter().map(|(name, _)| *name).collect(), told)
}

async fn ask(at: At<'_>, script: String) -> Result<Vec<Row>, Error> {
    let script = format!("{}{script}", sql::session(LOCK_WAIT));
    client::run(at.inside, at.container, at.mark, "read sites", &script, WITHIN).await
}

/// Whether it would be the same for each of them.
const fn is_of_the_server(error: &Error) -> bool {
    matches!(
        error.kind,
        ErrorKind::ServerGone
            | ErrorKind::Unreachable
            | ErrorKind::TooManyConnections
            | ErrorKind::WrongPassword
    )
}
