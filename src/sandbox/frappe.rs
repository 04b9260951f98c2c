//! Benches on the model of a host: documents in the sites volume, and what Frappe has in its databases. Judged as a real
//! bench is.

mod document;
mod look;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::state::State;
use super::{containers, files};
use crate::desired::ObjectId;
use crate::desired::call::Call;
use crate::desired::content::Content;
use crate::desired::observed::Present;
use crate::desired::{Object, ObjectKind};
use crate::provider::frappe::HOME;
use crate::provider::frappe::mark::{BASE, MARK, Mark};
use crate::provider::frappe::secret;
use crate::provider::host::{Cx, Output};
use crate::provider::site_tables::SiteTables;
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
            let password = sealed(database_password, cx)?;
            new_site(state, container, directory, database, password)?;
        }
        Call::WriteSiteConfig { id, directory, set, secrets, remove, .. } => {
            let mut document = Document::open(state, container, &path(directory))?;
            document.claim(cx.fleet, id)?;
            document.expect("db_name", set.get("db_name"))?;
            let mut values = set.clone();
            for (key, content) in secrets {
                values.insert(key.clone(), sealed(content, cx)?);
            }
            document.change(values, remove);
            document.mark(|mark| {
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
            tables(state, &document)?;
            document.claim(cx.fleet, id)?;
            document.mark(|mark| mark.admin = fingerprint);
            document.save(state)?;
        }
        Call::InstallApp { id, directory, app, force, .. } => {
            let mut document = Document::open(state, container, &path(directory))?;
            document.claim(cx.fleet, id)?;
            document.mark(|mark| mark.installing.extend([app.clone()]));
            document.save(state)?;
            install(tables(state, &document)?, app, *force)?;
            document.mark(|mark| {
                mark.installing.remove(app);
                mark.installed.insert(app.clone());
            });
            document.save(state)?;
        }
        Call::EnableScheduler { directory, .. } => {
            let document = Document::open(state, container, &path(directory))?;
            tables(state, &document)?.scheduler = true;
        }
        _ => return Err(Error::new(ErrorKind::Invalid, "no call for a bench".to_owned())),
    }
    Ok(Output::default())
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

fn new_site(
    state: &mut State,
    container: &str,
    directory: &str,
    database: &str,
    password: Value,
) -> Result<(), Error> {
    if document::exists(state, container, directory) {
        return Err(Error::new(
            ErrorKind::NameTaken,
            format!("bench new-site: Site {directory} already exists"),
        )
        .advise("plan again: what is there is looked at first"));
    }
    let mut document = Document::new(container, &path(directory));
    let fields = [("db_name", json!(database)), ("db_password", password), ("db_type", json!("mariadb"))];
    document.change(fields.map(|(key, value)| (key.to_owned(), value)).into(), &BTreeSet::new());
    document.forget_mark();
    // As Frappe does it: the directory is there before it finds out that the server lets it not in.
    document.save(state)?;
    database_accepts(state, &document)?;
    let tables =
        SiteTables { installed: vec!["frappe".to_owned()], has_administrator: true, scheduler: false };
    state.site_tables.insert(database.to_owned(), tables);
    Ok(())
}

/// Whether the server lets the site in that a document describes: its database is there, and its account has this
/// password and is not locked.
#[expect(clippy::unnecessary_wraps, reason = "the model of servers says it")]
const fn database_accepts(_state: &State, _document: &Document) -> Result<(), Error> {
    Ok(())
}

/// The tables of the site that a document describes; the server must let it in.
fn tables<'s>(state: &'s mut State, document: &Document) -> Result<&'s mut SiteTables, Error> {
    database_accepts(state, document)?;
    let database = document.database();
    let missing = || {
        Error::new(ErrorKind::NotFound, format!("bench: the database {database} has no tables of Frappe's"))
    };
    state.site_tables.get_mut(&database).ok_or_else(missing)
}

fn install(tables: &mut SiteTables, app: &str, force: bool) -> Result<(), Error> {
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
            mark.installing.clone_from(&site.unfinished);
            mark.installed =
                site.apps.iter().filter(|app| !site.unfinished.contains(*app)).cloned().collect();
            let installed = std::iter::once("frappe".to_owned()).chain(site.apps.clone()).collect();
            let tables =
                SiteTables { installed, has_administrator: site.complete, scheduler: site.scheduler };
            if site.complete {
                state.site_tables.insert(site.database.clone(), tables);
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

/// Keys that a mark lists.
fn listed(key: &str) -> bool {
    !BASE.contains(&key)
}
