//! Who notices what of a change in place, read off the fields that differ. Empty where nobody does.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::desired::ObjectKind;
use crate::desired::change::{Action, Change, FieldChange};
use crate::desired::fields::Consequence;

/// What people notice of an update, in words; `None` where its class says all there is.
#[must_use]
pub fn felt(change: &Change) -> Option<String> {
    let words: Vec<String> = noticed(change).into_iter().map(|(_, words)| words).collect();
    (!words.is_empty()).then(|| words.join("; "))
}

/// Whether somebody loses something by an update, whatever its class.
#[must_use]
pub fn hurts(change: &Change) -> bool {
    noticed(change).iter().any(|(loss, _)| *loss)
}

/// What is noticed, and whether somebody loses by it.
type Noticed = Vec<(bool, String)>;

fn noticed(change: &Change) -> Noticed {
    if change.action != Action::Update {
        return Noticed::new();
    }
    match change.id.kind {
        ObjectKind::Route => route(&change.fields),
        ObjectKind::Account => account(&change.fields),
        ObjectKind::Site => site(&change.fields),
        ObjectKind::Container => container(change),
        _ => Noticed::new(),
    }
}

fn field<'a>(fields: &'a [FieldChange], path: &str) -> Option<&'a FieldChange> {
    fields.iter().find(|field| field.path == path)
}

/// Whether a field turns true, or false.
fn turns(fields: &[FieldChange], path: &str) -> Option<bool> {
    field(fields, path)?.after.as_bool()
}

fn route(fields: &[FieldChange]) -> Noticed {
    let routers = || fields.iter().filter(|field| is_router(field) && !is_uncounted(field));
    let (before, after) = (hosts(routers().map(|f| &f.before)), hosts(routers().map(|f| &f.after)));
    let mut words = Vec::new();
    let gone: Vec<&str> = before.difference(&after).map(String::as_str).collect();
    if !gone.is_empty() {
        words.push((true, format!("no longer answers at {}", gone.join(", "))));
    }
    let new: Vec<&str> = after.difference(&before).map(String::as_str).collect();
    if !new.is_empty() {
        words.push((false, format!("answers at {} too", new.join(", "))));
    }
    let page = |value: &Value| {
        value.as_str().and_then(|service| service.rsplit_once('.')).is_some_and(|(_, end)| end == "page")
    };
    let service = |of: fn(&FieldChange) -> &Value| {
        routers().any(|field| field.path.ends_with(".service") && page(of(field)))
    };
    match (service(|field| &field.before), service(|field| &field.after)) {
        (false, true) => words.push((true, "visitors see the page of a suspended site".to_owned())),
        (true, false) => words.push((false, "visitors reach the site again".to_owned())),
        _ => {}
    }
    let limit = |end: &str| {
        let own = |f: &&FieldChange| f.path.starts_with("entries.http.middlewares.") && f.path.contains(end);
        fields.iter().filter(own).any(|field| is_lower(&field.before, &field.after))
    };
    let counted = |of: fn(&FieldChange) -> &Value| fields.iter().any(|f| is_uncounted(f) && of(f).is_null());
    if words.is_empty() && counted(|field| &field.before) {
        words.push((false, "files and open desks no longer count as requests".to_owned()));
    }
    // A suspended site loses its limits with its visitors.
    if words.is_empty() && (limit(".rate") || limit(".inflight")) {
        words.push((true, "visitors above the new limit are answered 429".to_owned()));
    }
    words
}

fn is_router(field: &FieldChange) -> bool {
    field.path.starts_with("entries.http.routers.")
}

/// Whether a field is of the router that leads to a site past its limits, which has the names of the other one.
pub(super) fn is_uncounted(field: &FieldChange) -> bool {
    is_router(field) && field.path.split('.').any(|part| part == "uncounted")
}

/// Whether a limit is new, or some number of it becomes less.
fn is_lower(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (_, Value::Null) => false,
        (Value::Null, _) => true,
        (Value::Object(before), Value::Object(after)) => {
            after.iter().any(|(key, after)| is_lower(before.get(key).unwrap_or(&Value::Null), after))
        }
        (before, after) => before.as_u64().zip(after.as_u64()).is_some_and(|(before, after)| after < before),
    }
}

/// The names that rules speak of.
fn hosts<'a>(values: impl Iterator<Item = &'a Value>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for value in values {
        let text = value.to_string();
        for part in text.split("Host(`").skip(1) {
            found.extend(part.split('`').next().map(str::to_owned));
        }
    }
    found
}

fn account(fields: &[FieldChange]) -> Noticed {
    let mut words = Vec::new();
    match turns(fields, "locked") {
        Some(true) => words.push((true, "no new login: the site cannot reach its database".to_owned())),
        Some(false) => words.push((false, "may log in again".to_owned())),
        None => {}
    }
    if field(fields, "password").is_some() {
        words.push((
            true,
            "the site cannot log in until its configuration has the new password too, in this run".to_owned(),
        ));
    }
    // 0 is no limit.
    let lowered = |path: &str| {
        let field = field(fields, path)?;
        let (before, after) = (field.before.as_u64()?, field.after.as_u64()?);
        (after > 0 && (before == 0 || after < before)).then_some(after)
    };
    if let Some(limit) = lowered("connections") {
        words.push((true, format!("visitors who need more than {limit} connections at once get an error")));
    }
    if let Some(limit) = lowered("statement_time") {
        words.push((true, format!("statements of more than {limit} s are cut off")));
    }
    words
}

fn site(fields: &[FieldChange]) -> Noticed {
    let mut words = Vec::new();
    match turns(fields, "suspended") {
        Some(true) => words.push((true, "stops answering: visitors see a page, and no job runs".to_owned())),
        Some(false) => words.push((false, "answers again, and its jobs run".to_owned())),
        None => {}
    }
    if field(fields, "admin_password").is_some() {
        words.push((true, "the administrator logs in with the new password only".to_owned()));
    }
    if field(fields, "database_password").is_some() {
        words.push((false, "logs in to its database with the new password".to_owned()));
    }
    if let Some(name) = field(fields, "config.host_name").and_then(|field| field.after.as_str()) {
        words.push((false, format!("links in its pages and e-mails lead to {name}")));
    }
    if field(fields, "apps").is_some() {
        words.push((true, "busy while the app is installed".to_owned()));
    }
    if words.is_empty() && fields.iter().any(|field| field.path.contains("config.")) {
        words.push((false, "read again at once: whoever uses the site works with the new values".to_owned()));
    }
    words
}

/// A server takes its root password only when its data is first made. Less memory is taken from processes that run.
fn container(change: &Change) -> Noticed {
    let memory = field(&change.fields, "memory");
    let runs_on = change.consequence < Consequence::Restart;
    if runs_on && memory.is_some_and(|field| is_lower(&field.before, &field.after)) {
        return vec![(true, "what needs more memory than that is killed and starts again".to_owned())];
    }
    let root = |field: &FieldChange| field.path == "files./run/secrets/root-password.content";
    if change.id.role != "mariadb" || !change.fields.iter().any(root) {
        return Noticed::new();
    }
    vec![(
        true,
        "restarts, and every site of it is down until it is healthy; MariaDB keeps its old root password, and no command \
         of ours gets in until it is given the new one by hand: `ALTER USER root@localhost IDENTIFIED BY …`"
            .to_owned(),
    )]
}
