//! Calls on a server: SQL through the client in its container.

use super::{client, hash, sql};
use crate::desired::call::Call;
use crate::desired::mariadb::Account;
use crate::provider::host::Cx;
use crate::provider::inside::Inside;
use crate::provider::{Error, ErrorKind, Output};

/// Seconds that a call may take.
const WITHIN: u64 = 180;
/// Seconds that a statement waits for somebody's lock.
const LOCK_WAIT: u64 = 30;

/// Executes a call in a container of ours; `mark` marks execs.
///
/// # Errors
/// What the world said.
pub async fn call(
    inside: &dyn Inside,
    container: &str,
    mark: &str,
    call: &Call,
    cx: Cx<'_>,
) -> Result<Output, Error> {
    let (kind, name, text) = match call {
        Call::SetSchema { id, schema, .. } => {
            ("database", &schema.name, sql::set_schema(cx.fleet, id, schema))
        }
        Call::ResetSchema { id, schema, .. } => {
            ("database", &schema.name, sql::reset_schema(cx.fleet, id, schema))
        }
        Call::SetAccount { id, account, revoke, strays, .. } => {
            let hash = password(account, cx)?;
            let set = sql::SetAccount { account, hash: &hash, revoke: *revoke, strays };
            ("account", &account.name, sql::set_account(cx.fleet, id, set))
        }
        other => {
            let why = format!("`{}` is not a server's to do", other.verb());
            return Err(Error::new(ErrorKind::Invalid, why));
        }
    };
    let what = format!("{kind} {name}");
    let script = format!("{}{text}", sql::session(LOCK_WAIT));
    match client::run(inside, container, mark, &what, &script, WITHIN).await {
        Ok(_) => Ok(Output::default()),
        Err(error) => Err(explained(inside, container, mark, &what, name, error).await),
    }
}

/// The hash alone leaves this process.
fn password(account: &Account, cx: Cx<'_>) -> Result<String, Error> {
    let opened = account.password.open(cx.opener).map_err(|error| {
        let why = format!("the password of account {} cannot be opened: {error}", account.name);
        Error::new(ErrorKind::SecretUnopened, why)
    })?;
    Ok(hash::native(opened.expose()))
}

/// Our own refusals in words, and who holds a lock.
async fn explained(
    inside: &dyn Inside,
    container: &str,
    mark: &str,
    what: &str,
    name: &str,
    error: Error,
) -> Error {
    match client::number(&error) {
        Some(sql::FOREIGN) => {
            Error::new(ErrorKind::NameTaken, format!("{what} is there without our mark in tenantry.objects"))
                .advise("remove or rename it, or let Tenantry adopt it")
        }
        Some(sql::USED) => Error::new(
            ErrorKind::Conflict,
            format!("{what} has a site in it whose administrator has a password; it is left alone"),
        )
        .advise(
            "restore the site's directory from a backup, or drop the database yourself if nobody needs it",
        ),
        _ if error.kind == ErrorKind::LockTimeout => held(inside, container, mark, name, error).await,
        _ => error,
    }
}

/// Says which sessions may hold the lock, where the server tells.
async fn held(inside: &dyn Inside, container: &str, mark: &str, name: &str, error: Error) -> Error {
    let script = format!("{}{}", sql::session(LOCK_WAIT), sql::holders(name));
    let Ok(rows) = client::run(inside, container, mark, "look at sessions", &script, WITHIN).await else {
        return error;
    };
    let text = |row: &client::Row, column| row.text(column).unwrap_or_default();
    let sessions = rows.iter().map(|row| {
        let database = match text(row, 3) {
            database if database.is_empty() => String::new(),
            database => format!(" in {database}"),
        };
        format!(
            "{} ({} from {}{database}, {} for {} s)",
            row.word(0),
            text(row, 1),
            text(row, 2),
            text(row, 4),
            row.word(5)
        )
    });
    let sessions: Vec<String> = sessions.collect();
    if sessions.is_empty() {
        return error;
    }
    let advice = format!(
        "it waited {LOCK_WAIT} s for a lock; sessions that may hold it: {}; `KILL <number>` ends one",
        sessions.join(", ")
    );
    error.advise(advice)
}
