//! SQL on a server, by the client in its own container: as root through the socket, so that no port is opened for us. The
//! password is read in there and travels in the client's environment, the SQL on its standard input. The environment of a
//! process can be read by its own user and root, as the password's file can: an option file would hide it from nobody, and
//! needs a password quoted for it.

use super::lower::{MYSQL, ROOT};
use crate::provider::inside::{Inside, Said, Script};
use crate::provider::{Error, ErrorKind};

/// How `sh` starts the client. Through a socket TLS protects nothing, and would wrap the server's refusals.
const START: &str = "MYSQL_PWD=$(cat \"$1\") || exit 120\n\
    export MYSQL_PWD\n\
    client=$(command -v mariadb || command -v mysql) || { echo 'the image has no client: neither `mariadb` nor `mysql`' >&2; exit 127; }\n\
    exec \"$client\" --user=root --protocol=socket --batch --skip-column-names --raw --binary-mode --quick \\\n  \
      --loose-skip-ssl --skip-reconnect --connect-timeout=10 --default-character-set=utf8mb4 --max-allowed-packet=1G";

/// One row: its columns, none of which has a tab in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row(Vec<String>);

impl Row {
    /// A column as it is; empty where there is none.
    pub(super) fn word(&self, column: usize) -> &str {
        self.0.get(column).map_or("", String::as_str)
    }

    /// A column of hexadecimal digits, as text.
    ///
    /// # Errors
    /// When it is something else.
    pub(super) fn text(&self, column: usize) -> Result<String, String> {
        let bytes =
            unhex(self.word(column)).ok_or_else(|| format!("column {column} is no hexadecimal number"))?;
        String::from_utf8(bytes).map_err(|_| format!("column {column} is no text"))
    }

    /// How many columns it has.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }
}

/// Runs a script; its rows. `what` is what is being done, for messages.
///
/// # Errors
/// What the server said, in our kinds; nothing after the statement that failed was executed.
pub(super) async fn run(
    inside: &dyn Inside,
    container: &str,
    mark: &str,
    what: &str,
    sql: &str,
    within: u64,
) -> Result<Vec<Row>, Error> {
    let user = format!("{MYSQL}:{MYSQL}");
    let arguments = [ROOT.to_owned()];
    let script =
        Script { user: Some(&user), stdin: Some(sql.as_bytes()), within, ..Script::new(START, &arguments) };
    let said = inside.exec(container, mark, script).await.map_err(|error| stopped(what, error))?;
    if said.code == 0 {
        return Ok(rows(&said.stdout));
    }
    Err(failed(what, &said))
}

/// The rows of an output.
pub(super) fn rows(stdout: &[u8]) -> Vec<Row> {
    let text = String::from_utf8_lossy(stdout);
    let lines = text.lines().filter(|line| !line.is_empty());
    lines.map(|line| Row(line.split('\t').map(str::to_owned).collect())).collect()
}

/// A command is not let into a container that stands still.
fn stopped(what: &str, error: Error) -> Error {
    let down = ["is not running", "is restarting"];
    if error.kind == ErrorKind::Conflict && down.iter().any(|words| error.message.contains(words)) {
        return gone(format!("{what}: the server's container does not run"));
    }
    error
}

/// Why a client ended with an error.
pub(super) fn failed(what: &str, said: &Said) -> Error {
    let complaint = String::from_utf8_lossy(&said.stderr);
    // Beside its error the client repeats the statement, which is of no use to people.
    if let Some((number, message)) = complaint.lines().find_map(error_line) {
        return typed(what, number, message);
    }
    match said.code {
        // Killed together with its server.
        137 | 143 => gone(format!("{what}: the client was killed")),
        120 => Error::new(
            ErrorKind::ExecFailed,
            format!("{what}: {ROOT} cannot be read: {}", said.complaint()),
        )
        .advise(
            "the server's container was changed by hand; `tenantry plan` shows whether the file is there",
        ),
        _ => Error::new(ErrorKind::ExecFailed, format!("{what}: {}", said.complaint())),
    }
}

/// `ERROR 1045 (28000): …`, `ERROR 1007 (HY000) at line 3: …`.
fn error_line(line: &str) -> Option<(u32, &str)> {
    let rest = line.strip_prefix("ERROR ")?;
    let (number, rest) = rest.split_once(' ')?;
    Some((number.parse().ok()?, rest.split_once(": ").map_or(rest, |(_, message)| message)))
}

fn typed(what: &str, number: u32, message: &str) -> Error {
    let error = |kind| Error::new(kind, format!("{what}: {message} (error {number})"));
    match number {
        1045 | 1698 => error(ErrorKind::WrongPassword).advise(
            "a server keeps the root password that it was initialised with: give `root` of the database its old secret \
             back, or set the new one on the server with the old one: `ALTER USER root@localhost IDENTIFIED BY …`",
        ),
        1040 | 1203 | 1226 => error(ErrorKind::TooManyConnections).advise(
            "end sessions that do nothing (`SHOW PROCESSLIST`, `KILL <id>`) or raise `connections` of the database; \
             MariaDB keeps one connection beyond the limit for root, which is taken as well (`extra_port` in the \
             server's configuration gives root a further way in)",
        ),
        1205 | 1213 => error(ErrorKind::LockTimeout)
            .advise("another session holds a lock: `SHOW FULL PROCESSLIST` shows which, `KILL <id>` ends it"),
        2002 | 2003 | 2006 | 2013 | 2055 | 1053 | 1927 => gone(format!("{what}: {message} (error {number})")),
        1021 | 1114 | 3 if message.contains("28") || number != 3 => error(ErrorKind::NoSpace)
            .advise("make room on the disk of the server's volume"),
        1044 | 1142 | 1227 => error(ErrorKind::Denied)
            .advise("root@localhost lacks rights on its own server: `SHOW GRANTS FOR root@localhost`"),
        1064 => error(ErrorKind::Other).advise("MariaDB 10.6 is the oldest version that Tenantry speaks to"),
        _ => error(ErrorKind::Other),
    }
}

fn gone(message: String) -> Error {
    Error::new(ErrorKind::ServerGone, message).advise(
        "the server stopped or is still starting: `docker logs` of its container says why; what was cut off is done \
         again by the next apply",
    )
}

/// The number of the error that a server gave, out of a message of ours.
pub(super) fn number(error: &Error) -> Option<u32> {
    let (_, rest) = error.message.rsplit_once("(error ")?;
    rest.strip_suffix(')')?.parse().ok()
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| match pair {
            [high, low] => Some(value(*high)? << 4 | value(*low)?),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests;
