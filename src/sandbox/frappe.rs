//! Benches on the model of a host: documents in the sites volume, and what Frappe has in its databases. Judged as a real
//! bench is.

mod document;
mod look;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::state::{Database, Databases, Instance, State};
use super::{containers, files, mariadb};
use crate::desired::ObjectId;
use crate::desired::call::Call;
use crate::desired::content::Content;
use crate::desired::frappe::Site;
use crate::desired::mariadb::Account;
use crate::desired::observed::Present;
use crate::desired::{Object, ObjectKind};
use crate::provider::frappe::mark::{BASE, MARK, Mark, made_for};
use crate::provider::frappe::secret;
use crate::provider::frappe::{HOME, WAITING};
use crate::provider::host::{Cx, Output};
use crate::provider::mariadb::hash;
use crate::provider::mariadb::lower::DATA;
use crate::provider::{Error, ErrorKind};
use document::Document;

pub(super) use look::observe;

/// Images whose name contains this hold something else than their release says.
const WRONG: &str = "wrong-release";
/// An app of this name is listed, and then its installation fails.
const NEVER: &str = "never_installs";

/// Does one call.
pub(super) fn interpret(
    state: &mut State,
    container: &str,
    call: &Call,
    cx: Cx<'_>,
) -> Result<Output, Error> {
    let backend = containers::ours(state, cx.fleet, container, "run a command")?;
    if let Call::VerifyMadeFor { image, .. } = call {
        let path = format!("{HOME}/sites/common_site_config.json");
        if let Some(Content::Text(text)) = files::get(state, backend, &path).map(|file| &file.content) {
            made_for(text.as_bytes(), image)?;
        }
        return Ok(Output::default());
    }
    files::running(backend)?;
    let image = backend.container.image.clone();
    match call {
        Call::VerifyRelease { .. } => verify(&image)?,
        Call::WriteBenchConfig { id, image, set, remove, apps, .. } => {
            let path = format!("{HOME}/sites/common_site_config.json");
            let mut document = Document::open_or_new(state, container, &path)?;
            document.claim(cx.fleet, id)?;
            document.change(set.clone(), remove);
            document.mark(|mark| mark.image.clone_from(image));
            document.save(state)?;
            let text = apps.join("\n") + "\n";
            document::put(state, container, &format!("{HOME}/sites/apps.txt"), text)?;
        }
        Call::DiscardSite { directory, database, .. } => discard(state, container, directory, database)?,
        Call::NewSite { directory, database, database_password, admin_password, .. } => {
            opened(admin_password, cx)?;
            let password = account_password(database_password, cx)?;
            new_site(state, container, (directory, database), password, cx)?;
        }
        Call::WriteSiteConfig { id, tenant, directory, set, secrets, remove, .. } => {
            let mut document = Document::open(state, container, &path(directory))?;
            document.claim(cx.fleet, id)?;
            document.expect("db_name", set.get("db_name"))?;
            let mut values = set.clone();
            for (key, content) in secrets {
                let value = match key.as_str() {
                    "db_password" => account_password(content, cx)?,
                    _ => sealed(content, cx)?,
                };
                values.insert(key.clone(), value);
            }
            document.change(values, remove);
            document.mark(|mark| {
                mark.tenant.clone_from(tenant);
                for (key, content) in secrets {
                    mark.secrets.insert(key.clone(), content.reference());
                }
            });
            document.save(state)?;
        }
        Call::SetAdminPassword { id, directory, password, .. } => {
            let fingerprint = secret::administrator(password, cx.opener)
                .map_err(|error| Error::new(ErrorKind::SecretUnopened, error.to_string()))?;
            let mut document = Document::open(state, container, &path(directory))?;
            tables(state, cx.fleet, &document)?;
            document.claim(cx.fleet, id)?;
            document.mark(|mark| mark.admin = fingerprint);
            document.save(state)?;
        }
        Call::InstallApp { id, directory, app, force, .. } => {
            let mut document = Document::open(state, container, &path(directory))?;
            document.claim(cx.fleet, id)?;
            document.mark(|mark| mark.installing.extend([app.clone()]));
            document.save(state)?;
            install(tables(state, cx.fleet, &document)?, app, *force)?;
            document.mark(|mark| {
                mark.installing.remove(app);
                mark.installed.insert(app.clone());
            });
            document.save(state)?;
        }
        Call::EnableScheduler { directory, .. } => {
            let document = Document::open(state, container, &path(directory))?;
            tables(state, cx.fleet, &document)?.scheduler = true;
        }
        _ => return Err(Error::new(ErrorKind::Invalid, "no call for a bench".to_owned())),
    }
    Ok(Output::default())
}

/// Whether a process of a bench has not opened its port yet, since it waits for the bench's document.
pub(super) fn waits(state: &State, instance: &Instance) -> bool {
    let command = instance.container.command.iter().flatten();
    let mut looks = instance.container.health.iter().flat_map(|health| &health.test);
    if !command.clone().any(|word| word.contains(WAITING))
        || !looks.any(|word| word.starts_with("127.0.0.1:"))
    {
        return false;
    }
    let document = files::get(state, instance, &format!("{HOME}/sites/common_site_config.json"));
    !matches!(document.map(|file| &file.content), Some(Content::Text(text)) if text.contains("redis_queue"))
}

fn path(directory: &str) -> String {
    format!("{HOME}/sites/{directory}/site_config.json")
}

fn verify(image: &str) -> Result<(), Error> {
    if image.contains(WRONG) {
        let why = format!("the image is not what the release says: {image} has another Frappe");
        return Err(Error::new(ErrorKind::ReleaseDiffers, why));
    }
    Ok(())
}

fn opened(content: &Content, cx: Cx<'_>) -> Result<Value, Error> {
    secret::open(content, cx.opener).map_err(|error| {
        Error::new(ErrorKind::SecretUnopened, format!("a password cannot be opened: {error}"))
    })
}

/// A secret as the sandbox's file holds it.
fn sealed(content: &Content, cx: Cx<'_>) -> Result<Value, Error> {
    let value = opened(content, cx)?;
    Ok(json!({ "sealed": secret::fingerprint(&value, cx.opener) }))
}

/// The password of an account, also as its server keeps it.
fn account_password(content: &Content, cx: Cx<'_>) -> Result<Value, Error> {
    let value = opened(content, cx)?;
    let native = hash::native(value.as_str().unwrap_or_default().as_bytes());
    let native = hash::fingerprint(&native, cx.opener);
    Ok(json!({ "sealed": secret::fingerprint(&value, cx.opener), "native": native_text(&native) }))
}

fn native_text(content: &Content) -> &str {
    match content {
        Content::Sealed(fingerprint) => fingerprint,
        _ => "",
    }
}

fn new_site(
    state: &mut State,
    container: &str,
    (directory, name): (&str, &str),
    password: Value,
    cx: Cx<'_>,
) -> Result<(), Error> {
    if document::exists(state, container, directory) {
        return Err(Error::new(
            ErrorKind::NameTaken,
            format!("bench new-site: Site {directory} already exists"),
        )
        .advise("plan again: what is there is looked at first"));
    }
    let mut document = Document::new(container, &path(directory));
    let fields = [("db_name", json!(name)), ("db_password", password), ("db_type", json!("mariadb"))];
    document.change(fields.map(|(key, value)| (key.to_owned(), value)).into(), &BTreeSet::new());
    document.forget_mark();
    // As Frappe does it: the directory is there before it finds out that the server lets it not in.
    document.save(state)?;
    let tables = database(state, cx.fleet, &document)?;
    if !tables.installed.is_empty() {
        let why = "bench new-site: Packet sequence number wrong".to_owned();
        return Err(Error::new(ErrorKind::ExecFailed, why));
    }
    tables.installed = vec!["frappe".to_owned()];
    tables.has_administrator = true;
    Ok(())
}

/// The database of the site that a document describes, where the server lets that in: it runs, the account has this
/// password and is not locked, the database is there.
fn database<'s>(state: &'s mut State, fleet: &str, document: &Document) -> Result<&'s mut Database, Error> {
    let name = document.database();
    let server = server(state, fleet, &name).ok_or_else(|| {
        Error::new(ErrorKind::ServerGone, "bench: Can't connect to server".to_owned())
            .advise("the database server went away; plan again when it is healthy")
    })?;
    let password = document.fields().get("db_password");
    let known = mariadb::account(state, &server, &name);
    // One that was seen on a real host is known by another fingerprint only.
    let native = password.and_then(|password| password.get("native")?.as_str());
    let lets_in = |account: &Account| match &account.password {
        Content::Sealed(known) => !account.locked && native.is_none_or(|native| native == known),
        _ => false,
    };
    if !known.is_some_and(lets_in) {
        let why = format!("bench: Access denied for user '{name}'@'%'");
        return Err(Error::new(ErrorKind::WrongPassword, why)
            .advise("plan again: the account's password is compared"));
    }
    mariadb::our_database(state, &server, fleet, &name).ok_or_else(|| {
        Error::new(ErrorKind::NotFound, format!("bench: Unknown database '{name}'"))
            .advise("plan again: the database is made then")
    })
}

/// The server of a site: the one that has its account or database, else any, as long as it runs.
fn server(state: &State, fleet: &str, name: &str) -> Option<String> {
    let servers = state.containers.iter().filter_map(|(handle, container)| {
        let volume =
            container.thing.container.volumes.get(DATA).and_then(|m| state.volumes.get(&m.volume))?;
        let has = |databases: &Databases| {
            databases.accounts.contains_key(name) || databases.schemas.contains_key(name)
        };
        let runs = container.is_ours(fleet) && container.thing.is_running();
        runs.then(|| (has(&volume.thing.databases), handle))
    });
    servers.max_by_key(|(has, _)| *has).map(|(_, handle)| handle.clone())
}

/// The tables of the site that a document describes.
fn tables<'s>(state: &'s mut State, fleet: &str, document: &Document) -> Result<&'s mut Database, Error> {
    let name = document.database();
    let found = database(state, fleet, document)?;
    if found.installed.is_empty() {
        let why = format!("bench: (1146, \"Table '{name}.tabSingles' doesn't exist\")");
        return Err(Error::new(ErrorKind::ExecFailed, why));
    }
    Ok(found)
}

fn install(tables: &mut Database, app: &str, force: bool) -> Result<(), Error> {
    let is_listed = tables.installed.iter().any(|listed| listed == app);
    if is_listed && !force {
        return Ok(());
    }
    if !is_listed {
        tables.installed.push(app.to_owned());
    }
    if app == NEVER {
        return Err(Error::new(
            ErrorKind::ExecFailed,
            format!("bench install-app: {app} fails in after_install"),
        ));
    }
    Ok(())
}

fn discard(state: &mut State, container: &str, directory: &str, database: &str) -> Result<(), Error> {
    let refuse = |why: &str| {
        Err(Error::new(ErrorKind::Conflict, format!("sites/{directory} {why}; it is left alone")))
    };
    if !document::exists(state, container, directory) {
        return Ok(());
    }
    let Ok(document) = Document::open(state, container, &path(directory)) else {
        return refuse("holds files and has no site_config.json");
    };
    if document.database() != database {
        return refuse("names another database");
    }
    if document.fields().contains_key(MARK) {
        return refuse("bears a mark: the site was complete once");
    }
    document::remove(state, container, directory)
}

/// Puts what was seen of a real host into the model.
pub(super) fn restore(state: &mut State, fleet: &str, id: &ObjectId, seen: &Present) {
    let of = seen.handle.split_once('/').map_or(seen.handle.as_str(), |(of, _)| of);
    let backend = ObjectId::new(of, ObjectKind::Container, "backend");
    let found = state.containers.iter().find(|(_, container)| container.is(fleet, &backend));
    let Some(container) = found.map(|(handle, _)| handle.clone()) else { return };
    let mut fields = Map::new();
    let mut mark = Mark::new(fleet, id);
    let path = match &seen.object {
        Object::BenchConfig(config) => {
            fields.extend(config.config.clone());
            mark.keys = config.config.keys().cloned().collect();
            mark.image.clone_from(&config.image);
            let text = config.apps.join("\n") + "\n";
            let _ = document::put(state, &container, &format!("{HOME}/sites/apps.txt"), text);
            format!("{HOME}/sites/common_site_config.json")
        }
        Object::Site(site) => {
            let secret = |content: &Content| match content {
                Content::Sealed(fingerprint) => json!({ "sealed": fingerprint }),
                _ => Value::Null,
            };
            fields.extend(site.config.clone());
            fields.extend(site.secret_config.iter().map(|(key, content)| (key.clone(), secret(content))));
            fields.insert("db_name".to_owned(), json!(site.database));
            fields.insert("db_password".to_owned(), secret(&site.database_password));
            if site.suspended {
                fields.extend(["maintenance_mode", "pause_scheduler"].map(|key| (key.to_owned(), json!(1))));
            }
            mark.keys = site.config.keys().chain(site.secret_config.keys()).cloned().collect();
            mark.secrets = site.secret_config.keys().map(|key| (key.clone(), String::new())).collect();
            if let Content::Sealed(fingerprint) = &site.admin_password {
                mark.admin.clone_from(fingerprint);
            }
            mark.tenant.clone_from(&site.tenant);
            mark.installing.clone_from(&site.unfinished);
            mark.installed =
                site.apps.iter().filter(|app| !site.unfinished.contains(*app)).cloned().collect();
            if site.complete {
                fill(state, fleet, site);
            }
            path(&site.directory)
        }
        _ => return,
    };
    fields.retain(|_, value| !value.is_null());
    let is_marked = match &seen.object {
        Object::Site(site) => site.complete,
        _ => true,
    };
    if is_marked {
        fields.insert(MARK.to_owned(), mark.value());
    }
    let text = serde_json::to_string_pretty(&Value::Object(fields)).unwrap_or_default();
    // A volume that nobody saw has nothing in it.
    let _ = document::put(state, &container, &path, text);
}

/// Puts a site's tables into its database.
fn fill(state: &mut State, fleet: &str, site: &Site) {
    let servers: Vec<String> = state.containers.keys().cloned().collect();
    for server in servers {
        if let Some(database) = mariadb::our_database(state, &server, fleet, &site.database) {
            database.has_administrator = true;
            database.installed = std::iter::once("frappe".to_owned()).chain(site.apps.clone()).collect();
            database.scheduler = site.scheduler;
        }
    }
}

/// Keys that a mark lists.
fn listed(key: &str) -> bool {
    !BASE.contains(&key)
}
