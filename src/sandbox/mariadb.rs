//! Servers on the model of a host. What is in one lies in the data volume of its container, and goes with it.

use std::collections::{BTreeMap, BTreeSet};

use super::containers;
use super::interpret::taken;
use super::observe::Look;
use super::state::{Database, Databases, State};
use crate::desired::call::Call;
use crate::desired::content::Content;
use crate::desired::docker::Container;
use crate::desired::mariadb::{Account, Schema};
use crate::desired::observed::{Observation, Observed};
use crate::desired::{Desired, Object, ObjectId, ObjectKind};
use crate::provider::host::{Cx, Output};
use crate::provider::mariadb::found::{Of, Stand, servers, stand};
use crate::provider::mariadb::hash;
use crate::provider::mariadb::lower::DATA;
use crate::provider::mariadb::read::Read;
use crate::provider::mariadb::sql::{ALL, ANYWHERE};
use crate::provider::names::MARIADB;
use crate::provider::{Error, ErrorKind};

/// Does one call.
pub(super) fn interpret(
    state: &mut State,
    container: &str,
    call: &Call,
    cx: Cx<'_>,
) -> Result<Output, Error> {
    let fleet = cx.fleet;
    if !containers::ours(state, fleet, container, "look at a container")?.is_running() {
        let why = format!("{}: the server's container does not run", call.verb());
        return Err(Error::new(ErrorKind::ServerGone, why)
            .advise("the server stopped or is still starting: `docker logs` of its container says why"));
    }
    let missing = || Error::new(ErrorKind::Invalid, format!("container {container} has no volume at {DATA}"));
    match call {
        Call::SetSchema { id, schema, .. } => {
            let server = databases(state, container).ok_or_else(missing)?;
            set_schema(server, fleet, id, schema)?;
        }
        Call::ResetSchema { id, schema, .. } => {
            let server = databases(state, container).ok_or_else(missing)?;
            let name = &schema.name;
            claim(server, fleet, id, name)?;
            if our_database(state, container, fleet, name).is_some_and(|database| database.has_administrator)
            {
                let why = format!(
                    "database {name} has a site in it whose administrator has a password; it is left alone"
                );
                return Err(Error::new(ErrorKind::Conflict, why));
            }
            let server = databases(state, container).ok_or_else(missing)?;
            let account = ObjectId { kind: ObjectKind::Account, ..id.clone() };
            if is_marked(server, fleet, &account, name) {
                server.accounts.remove(name);
                server.marks.entry(fleet.to_owned()).or_default().remove(&account);
            }
            server.schemas.remove(name);
            set_schema(server, fleet, id, schema)?;
        }
        Call::SetAccount { id, account, revoke, strays, .. } => {
            let opened = account.password.open(cx.opener).map_err(|error| {
                let why = format!("the password of account {} cannot be opened: {error}", account.name);
                Error::new(ErrorKind::SecretUnopened, why)
            })?;
            let password = hash::fingerprint(&hash::native(opened.expose()), cx.opener);
            let account = Account { password, ..Account::clone(account) };
            let server = databases(state, container).ok_or_else(missing)?;
            set_account(server, fleet, id, account, *revoke, strays)?;
        }
        other => {
            let why = format!("`{}` is not a server's to do", other.verb());
            return Err(Error::new(ErrorKind::Invalid, why));
        }
    }
    Ok(Output::default())
}

fn set_schema(server: &mut Databases, fleet: &str, id: &ObjectId, schema: &Schema) -> Result<(), Error> {
    claim(server, fleet, id, &schema.name)?;
    let new = || Database::new(schema.clone());
    let database = server.schemas.entry(schema.name.clone()).or_insert_with(new);
    database.schema = schema.clone();
    database.marked.0 = Some(id.clone());
    Ok(())
}

fn set_account(
    server: &mut Databases,
    fleet: &str,
    id: &ObjectId,
    wanted: Account,
    revoke: bool,
    strays: &BTreeSet<String>,
) -> Result<(), Error> {
    claim(server, fleet, id, &wanted.name)?;
    let (mut hosts, mut grants) = match server.accounts.remove(&wanted.name) {
        Some(seen) => (seen.hosts, if revoke { BTreeMap::new() } else { seen.grants }),
        None => (BTreeSet::new(), BTreeMap::new()),
    };
    hosts.retain(|host| !strays.contains(host));
    hosts.insert(ANYWHERE.to_owned());
    for (what, privileges) in &wanted.grants {
        // A grant takes nothing away.
        let now = match grants.get(what) {
            Some(seen) => granted(seen, privileges),
            None => privileges.clone(),
        };
        grants.insert(what.clone(), now);
    }
    let account = Account { hosts, grants, hourly: BTreeMap::new(), ..wanted };
    server.accounts.insert(account.name.clone(), account);
    Ok(())
}

/// Privileges after further ones were granted.
fn granted(seen: &str, more: &str) -> String {
    let all = |words: &str| words.split(", ").any(|word| word == ALL);
    let option = "GRANT OPTION";
    let mut words: Vec<&str> = if all(seen) || all(more) {
        vec![ALL]
    } else {
        let mut words: Vec<&str> = seen.split(", ").filter(|word| *word != option).collect();
        words.extend(more.split(", ").filter(|word| !seen.split(", ").any(|known| known == *word)));
        words
    };
    if seen.contains(option) {
        words.push(option);
    }
    words.join(", ")
}

/// Refuses what stands under the name without our mark, and marks the name where nothing does.
fn claim(server: &mut Databases, fleet: &str, id: &ObjectId, name: &str) -> Result<(), Error> {
    if is_marked(server, fleet, id, name) {
        return Ok(());
    }
    let (kind, is_there) = match id.kind {
        ObjectKind::Account => ("account", server.accounts.contains_key(name)),
        _ => ("database", server.schemas.contains_key(name)),
    };
    if is_there {
        return Err(taken(&format!("{kind} {name}"), "is there without our mark in tenantry.objects"));
    }
    server.marks.entry(fleet.to_owned()).or_default().insert(id.clone(), name.to_owned());
    Ok(())
}

fn is_marked(server: &Databases, fleet: &str, id: &ObjectId, name: &str) -> bool {
    server.marks.get(fleet).and_then(|marks| marks.get(id)).is_some_and(|marked| marked == name)
}

/// What is in the server of a container, which need not run.
pub(super) fn databases<'s>(state: &'s mut State, container: &str) -> Option<&'s mut Databases> {
    let id = state.container_id(container)?;
    let volume = state.containers.get(id)?.thing.container.volumes.get(DATA)?.volume.clone();
    Some(&mut state.volumes.get_mut(&volume)?.thing.databases)
}

/// A database of this fleet's in the server of a container, by its name.
pub(super) fn our_database<'s>(
    state: &'s mut State,
    container: &str,
    fleet: &str,
    name: &str,
) -> Option<&'s mut Database> {
    let Databases { marks, schemas, .. } = databases(state, container)?;
    let marks = marks.get(fleet)?;
    let database = schemas.get_mut(name)?;
    let known = database.marked.0.as_ref().and_then(|id| marks.get(id));
    if known.is_none_or(|marked| marked != name) {
        let is_it = |(id, marked): &(&ObjectId, &String)| id.kind == ObjectKind::Schema && *marked == name;
        database.marked.0 = Some(marks.iter().find(is_it)?.0.clone());
    }
    Some(database)
}

/// An account in the server of a container.
pub(super) fn account<'s>(state: &'s State, container: &str, name: &str) -> Option<&'s Account> {
    let volume = state.containers.get(state.container_id(container)?)?.thing.container.volumes.get(DATA)?;
    state.volumes.get(&volume.volume)?.thing.databases.accounts.get(name)
}

/// Looks at it.
pub(super) fn observe(look: &Look<'_>, seen: &Observed) -> Vec<(ObjectId, Observation)> {
    let mut objects = Vec::new();
    for (id, server) in servers(look.host, look.desired, seen) {
        let of = Of { host: look.host, desired: look.desired, server: id };
        match stand(id, server, look.desired, seen) {
            Stand::Gone => {}
            Stand::Unknown(why) => objects.extend(of.unreadable(&why)),
            Stand::Ready(_) => objects.extend(of.objects(&read(look, server))),
        }
    }
    objects
}

fn read(look: &Look<'_>, server: &Container) -> Read {
    let volume = server.volumes.get(DATA).and_then(|mount| look.state.volumes.get(&mount.volume));
    let Some(databases) = volume.map(|volume| &volume.thing.databases) else { return Read::default() };
    let mut read = Read::default();
    for (fleet, marks) in &databases.marks {
        if *fleet == look.desired.fleet {
            read.marks.clone_from(marks);
        } else {
            read.others.extend(marks.values().map(|name| (name.clone(), fleet.clone())));
        }
    }
    let schemas = databases.schemas.iter();
    read.schemas = schemas.map(|(name, database)| (name.clone(), database.schema.clone())).collect();
    read.accounts.clone_from(&databases.accounts);
    read
}

/// Puts what was seen of a real host into the model.
pub(super) fn restore(state: &mut State, desired: &Desired, id: &ObjectId, seen: &Observation) {
    let wanted = desired.objects.get(id).map(|entry| &entry.object);
    let object = match (seen, wanted) {
        (Observation::Present(present), _) => &present.object,
        // Of a stranger no more is known than its name, and of what is lost its mark is left.
        (Observation::Foreign { .. } | Observation::Lost(_), Some(wanted)) => wanted,
        _ => return,
    };
    let Some(container) = server(state, desired, id) else { return };
    let Some(server) = databases(state, &container) else { return };
    let is_lost = matches!(seen, Observation::Lost(_));
    let name = match object {
        Object::Schema(schema) if is_lost => &schema.name,
        Object::Account(account) if is_lost => &account.name,
        Object::Schema(schema) => {
            let database = Database::new(schema.clone());
            server.schemas.insert(schema.name.clone(), database);
            &schema.name
        }
        Object::Account(account) => {
            let password = Content::Sealed(String::new());
            let known = matches!(seen, Observation::Present(_)).then(|| account.clone());
            let kept = known.unwrap_or_else(|| Account { password, ..account.clone() });
            server.accounts.insert(account.name.clone(), kept);
            &account.name
        }
        _ => return,
    };
    if is_lost || matches!(seen, Observation::Present(_)) {
        server.marks.entry(desired.fleet.clone()).or_default().insert(id.clone(), name.clone());
    }
}

/// The container of the server that an object is in; of one that nobody wants any more, any server's.
fn server(state: &State, desired: &Desired, id: &ObjectId) -> Option<String> {
    let needs = desired.objects.get(id).map(|entry| &entry.needs);
    let is_server = |id: &ObjectId| {
        id.kind == ObjectKind::Container && id.role == MARIADB && needs.is_none_or(|needs| needs.contains(id))
    };
    let mut containers = state.containers.iter();
    let found = containers.find(|(_, c)| c.identity(&desired.fleet).is_some_and(|id| is_server(&id)))?;
    Some(found.0.clone())
}
