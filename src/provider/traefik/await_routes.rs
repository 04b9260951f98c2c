//! Waiting until Traefik has taken a change: its own API says what it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

use super::apply::Change;
use crate::provider::inside::{Inside, Script};
use crate::provider::{Error, ErrorKind};

/// Traefik gathers changes for two seconds; a busy one takes longer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long an entry may be shown as broken: what it refers to may come a moment later.
const BROKEN: Duration = Duration::from_secs(8);
/// How long we look for fields that Traefik shows as it likes (it fills in defaults, and respells durations).
const SHOWN: Duration = Duration::from_secs(6);
const LOOK: Duration = Duration::from_millis(400);
/// How long Traefik gathers changes.
const GATHERS: Duration = Duration::from_secs(4);
/// What it runs.
const RAWDATA: &str = "exec wget -qO- http://127.0.0.1:8080/api/rawdata";

/// What Traefik's API shows of a change.
enum View {
    Done,
    /// There, as far as names, states and rules go; another field is not yet shown as written.
    Similar,
    /// Not there yet: the first thing that is missing.
    Missing(String),
    /// Traefik refuses it, in its words.
    Refused(String),
}

/// Returns when every entry that was set is enabled, and none that was removed is left.
pub(super) async fn settled(
    inside: &dyn Inside,
    container: &str,
    mark: &str,
    change: Change<'_>,
) -> Result<(), Error> {
    let begun = Instant::now();
    let mut refused: Option<Instant> = None;
    loop {
        let (missing, broken) = match look(inside, container, mark, change).await? {
            View::Done => return Ok(()),
            View::Similar if begun.elapsed() >= SHOWN => return Ok(()),
            View::Similar => ("what was changed".to_owned(), None),
            View::Missing(what) => (what, None),
            View::Refused(why) => (String::new(), Some(why)),
        };
        if let Some(why) = broken {
            let since = *refused.get_or_insert_with(Instant::now);
            if since.elapsed() >= BROKEN {
                return Err(Error::new(
                    ErrorKind::Invalid,
                    format!("Traefik refuses routes of {}: {why}", change.file),
                ));
            }
        } else {
            refused = None;
            if begun.elapsed() >= PATIENCE {
                let message = format!(
                    "Traefik has not taken {} within {} s: {missing}",
                    change.file,
                    PATIENCE.as_secs()
                );
                return Err(Error::new(ErrorKind::Timeout, message).advise(
                    "its log says why it keeps the old configuration; one broken file stops all of them",
                ));
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Of entries that lie in its files, those that Traefik does not run: another file that it cannot read makes it keep its
/// old configuration. `None` when it does not answer.
pub(super) async fn unserved(
    inside: &dyn Inside,
    container: &str,
    entries: &BTreeMap<String, Value>,
) -> Option<BTreeSet<String>> {
    let begun = Instant::now();
    loop {
        let script = Script { within: 10, ..Script::new(RAWDATA, &[]) };
        let said = inside.exec(container, "look", script).await.ok()?;
        let shown: Value = serde_json::from_slice(&said.stdout).ok().filter(|_| said.code == 0)?;
        let missing = |key: &&String| {
            let groups =
                place(key).map(|(group, name)| shown.get(&group).and_then(|g| g.get(&name)).is_none());
            groups.unwrap_or(false)
        };
        let missing: BTreeSet<String> = entries.keys().filter(missing).cloned().collect();
        // One that has only just started, or been told, gathers changes first.
        if missing.is_empty() || begun.elapsed() >= GATHERS {
            return Some(missing);
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn look(inside: &dyn Inside, container: &str, mark: &str, change: Change<'_>) -> Result<View, Error> {
    let script = Script::new(RAWDATA, &[]);
    let said = inside.exec(container, mark, script).await?;
    if said.code == 127 || said.code == 126 {
        let message = format!("ask Traefik what it runs: {}", said.complaint());
        return Err(Error::new(ErrorKind::ExecFailed, message).advise("its image has no wget"));
    }
    if said.code != 0 {
        return Ok(View::Missing(format!("its API does not answer ({})", said.complaint())));
    }
    match serde_json::from_slice(&said.stdout) {
        Ok(shown) => Ok(compare(&shown, change)),
        Err(error) => Ok(View::Missing(format!("its API says what we cannot read ({error})"))),
    }
}

fn compare(shown: &Value, change: Change<'_>) -> View {
    let mut similar = false;
    for (key, wanted) in change.set {
        let Some((group, name)) = place(key) else { continue };
        let Some(entry) = shown.get(&group).and_then(|entries| entries.get(&name)) else {
            return View::Missing(format!("{name} is not there"));
        };
        // A router shows its old rule until the change is taken; its old errors don't count either.
        for field in ["rule", "priority"] {
            if let Some(value) = wanted.get(field)
                && entry.get(field) != Some(value)
            {
                return View::Missing(format!("{name} has another {field}"));
            }
        }
        let errors: Vec<&str> = entry
            .get("error")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        if !errors.is_empty() {
            return View::Refused(format!("{name}: {}", errors.join("; ")));
        }
        match entry.get("status").and_then(Value::as_str) {
            Some("enabled") | None => {}
            Some(status) => return View::Missing(format!("{name} is {status}")),
        }
        similar |= !contains(entry, wanted);
    }
    for key in change.remove {
        if let Some((group, name)) = place(key)
            && shown.get(&group).is_some_and(|entries| entries.get(&name).is_some())
        {
            return View::Missing(format!("{name} is still there"));
        }
    }
    if similar { View::Similar } else { View::Done }
}

/// Where the API shows an entry: `http.routers.x` in `routers`, `tcp.routers.x` in `tcpRouters`; the rest nowhere.
fn place(key: &str) -> Option<(String, String)> {
    let mut parts = key.splitn(3, '.');
    let (section, kind, name) = (parts.next()?, parts.next()?, parts.next()?);
    if !matches!(kind, "routers" | "services" | "middlewares") {
        return None;
    }
    let group = match section {
        "http" => kind.to_owned(),
        "tcp" | "udp" => format!("{section}{}{}", kind[..1].to_uppercase(), &kind[1..]),
        _ => return None,
    };
    Some((group, format!("{name}@file")))
}

/// Whether everything that is wanted is shown; what Traefik adds does not count.
fn contains(shown: &Value, wanted: &Value) -> bool {
    match (shown, wanted) {
        (Value::Object(shown), Value::Object(wanted)) => {
            wanted.iter().all(|(key, value)| shown.get(key).is_some_and(|shown| contains(shown, value)))
        }
        (Value::Array(shown), Value::Array(wanted)) => {
            shown.len() == wanted.len()
                && shown.iter().zip(wanted).all(|(shown, wanted)| contains(shown, wanted))
        }
        (Value::String(shown), Value::String(wanted)) => {
            // References come back with their provider.
            shown == wanted || shown.strip_suffix("@file") == Some(wanted)
        }
        (shown, wanted) => shown == wanted,
    }
}

#[cfg(test)]
mod tests;
