//! Calls on a bench: commands and documents in its backend. Nothing secret is in an argument, where all of the host could
//! see it.

mod command;
mod document;
pub mod failure;
pub mod login;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::mark::{BASE, Mark, made_for};
use super::observe::listing;
use super::parts::HOME;
use super::secret;
use crate::desired::ObjectId;
use crate::desired::call::Call;
use crate::desired::content::Content;
use crate::provider::host::Cx;
use crate::provider::inside::{Inside, Script};
use crate::provider::{Error, ErrorKind, Output};
use crate::value::covers;
use crate::world::secret::SecretError;
use command::Command;
use document::{Edit, Note};

/// Removes a half-made site, when that is what it is.
const DISCARD: &str = include_str!("apply/discard.py");

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
    let bench = Bench { inside, container, mark, cx };
    match call {
        Call::VerifyRelease { frappe, apps, .. } => bench.verify(frappe, apps).await?,
        Call::VerifyMadeFor { image, .. } => bench.verify_made_for(image).await?,
        Call::WriteBenchConfig { id, image, set, remove, apps, .. } => {
            let edit = Edit {
                mark: json!({ "image": image }),
                set: set.clone().into_iter().collect(),
                remove: remove.clone(),
                add: keys(set.keys()),
                drop: keys(remove.iter()),
                beside: BTreeMap::from([("sites/apps.txt".to_owned(), apps.join("\n") + "\n")]),
                ..Edit::bench()
            };
            bench.edit(id, edit).await?;
        }
        Call::DiscardSite { directory, database, .. } => bench.discard(directory, database).await?,
        Call::NewSite { directory, database, database_password, admin_password, .. } => {
            bench.new_site(directory, database, database_password, admin_password).await?;
        }
        Call::WriteSiteConfig { id, tenant, directory, set, secrets, remove, .. } => {
            bench.configure((id, tenant), directory, set, secrets, remove).await?;
        }
        Call::SetAdminPassword { id, directory, password, .. } => {
            bench.set_admin_password(id, directory, password).await?;
        }
        Call::InstallApp { id, directory, app, force, .. } => {
            bench.install(id, directory, app, *force).await?;
        }
        Call::EnableScheduler { directory, .. } => {
            bench.run(directory, &["scheduler", "enable"], &[], 300).await?;
        }
        _ => return Err(Error::new(ErrorKind::Invalid, "no call for a bench".to_owned())),
    }
    Ok(Output::default())
}

/// A bench, reached through its backend.
#[derive(Clone, Copy)]
struct Bench<'a> {
    inside: &'a dyn Inside,
    container: &'a str,
    mark: &'a str,
    cx: Cx<'a>,
}

impl Bench<'_> {
    async fn verify(self, frappe: &str, apps: &BTreeSet<String>) -> Result<(), Error> {
        let listing = listing::ask(self.inside, self.container, self.mark, true).await?;
        let mut differences: Vec<String> = apps
            .iter()
            .filter(|app| !listing.apps.contains_key(*app))
            .map(|app| format!("it lacks app `{app}`"))
            .collect();
        if let Some(version) = listing.apps.get("frappe").filter(|version| !covers(frappe, version)) {
            differences.insert(0, format!("it has Frappe {version}, the release says {frappe}"));
        }
        if differences.is_empty() {
            return Ok(());
        }
        let why = format!("the image is not what the release says: {}", differences.join(", "));
        Err(Error::new(ErrorKind::ReleaseDiffers, why)
            .advise("correct the release's `frappe` and `apps`, or its `image`"))
    }

    async fn verify_made_for(self, image: &str) -> Result<(), Error> {
        let path = format!("{HOME}/sites/common_site_config.json");
        let files = self.inside.get(self.container, &path).await?;
        let Some(stored) = files.and_then(|mut files| files.remove(&path)) else { return Ok(()) };
        made_for(&stored.bytes, image)
    }

    async fn edit(self, id: &ObjectId, edit: Edit) -> Result<(), Error> {
        edit.run(self.inside, self.container, self.mark, &Mark::new(self.cx.fleet, id)).await
    }

    async fn discard(self, directory: &str, database: &str) -> Result<(), Error> {
        check_name(directory)?;
        let arguments = [HOME, DISCARD, directory, database].map(str::to_owned);
        let text = r#"cd "$1" && exec env/bin/python -I -S -c "$2" "$3" "$4""#;
        let said = self.inside.exec(self.container, self.mark, Script::new(text, &arguments)).await?;
        match said.code {
            0 => Ok(()),
            3 => Err(Error::new(ErrorKind::Conflict, format!("{}; it is left alone", said.complaint()))
                .advise("look at the directory, and move it away by hand if nobody needs it")),
            _ => Err(Error::new(
                ErrorKind::ExecFailed,
                format!("remove sites/{directory}: {}", said.complaint()),
            )),
        }
    }

    async fn new_site(
        self,
        directory: &str,
        database: &str,
        database_password: &Content,
        admin_password: &Content,
    ) -> Result<(), Error> {
        check_name(directory)?;
        let database_password = self.open(database_password)?;
        let admin_password = self.open(admin_password)?;
        let words = [
            "frappe",
            "new-site",
            "--db-type",
            "mariadb",
            "--db-name",
            database,
            "--db-password",
            &database_password,
            "--admin-password",
            &admin_password,
            "--no-setup-db",
            "--",
            directory,
        ];
        let secrets = [database_password.as_str(), admin_password.as_str()];
        self.command(Command { words: &words, secrets: &secrets, within: 1800, note: None }).await
    }

    async fn configure(
        self,
        (id, tenant): (&ObjectId, &str),
        directory: &str,
        set: &BTreeMap<String, Value>,
        secrets: &BTreeMap<String, Content>,
        remove: &BTreeSet<String>,
    ) -> Result<(), Error> {
        check_name(directory)?;
        let mut values: BTreeMap<String, Value> = set.clone();
        let mut references = BTreeMap::new();
        for (key, content) in secrets {
            let value = secret::open(content, self.cx.opener).map_err(|error| unopened(key, &error))?;
            values.insert(key.clone(), value);
            references.insert(key.clone(), content.reference());
        }
        let expect = set.get("db_name").map(|name| ("db_name".to_owned(), name.clone()));
        let edit = Edit {
            add: keys(set.keys().chain(secrets.keys())),
            drop: keys(remove.iter()),
            set: values.into_iter().collect(),
            secrets: references,
            remove: remove.clone(),
            expect: expect.into_iter().collect(),
            mark: json!({ "tenant": tenant }),
            ..Edit::site(directory)
        };
        self.edit(id, edit).await
    }

    async fn set_admin_password(
        self,
        id: &ObjectId,
        directory: &str,
        password: &Content,
    ) -> Result<(), Error> {
        let fingerprint = secret::administrator(password, self.cx.opener)
            .map_err(|error| unopened("the administrator's password", &error))?;
        let text = self.open(password)?;
        self.run(directory, &["set-admin-password", "--", &text], &[&text], 300).await?;
        let edit = Edit { mark: json!({ "admin": fingerprint }), ..Edit::site(directory) };
        self.edit(id, edit).await
    }

    /// Says in the mark that it began before it begins: Frappe lists an app whose installation then fails. That it ended
    /// well is said by the command's own shell, so that one which outlives us is not done again.
    async fn install(self, id: &ObjectId, directory: &str, app: &str, force: bool) -> Result<(), Error> {
        let this = |name: &str| (name.to_owned(), BTreeSet::from([app.to_owned()]));
        let begin = Edit { add: [this("installing")].into(), ..Edit::site(directory) };
        self.edit(id, begin).await?;
        let words: &[&str] =
            if force { &["install-app", "--force", "--", app] } else { &["install-app", "--", app] };
        let end = Edit {
            add: [this("installed")].into(),
            drop: [this("installing")].into(),
            ..Edit::site(directory)
        };
        let note = end.note(&Mark::new(self.cx.fleet, id))?;
        self.on(directory, words, &[], 1800, Some(&note)).await
    }

    /// A command on one site.
    async fn run(self, directory: &str, words: &[&str], secrets: &[&str], within: u64) -> Result<(), Error> {
        self.on(directory, words, secrets, within, None).await
    }

    /// The same with a note of its end.
    async fn on(
        self,
        directory: &str,
        words: &[&str],
        secrets: &[&str],
        within: u64,
        note: Option<&Note>,
    ) -> Result<(), Error> {
        check_name(directory)?;
        let site = ["frappe", "--site", directory];
        let words: Vec<&str> = site.iter().chain(words).copied().collect();
        self.command(Command { words: &words, secrets, within, note }).await
    }

    async fn command(self, command: Command<'_>) -> Result<(), Error> {
        command.run(self.inside, self.container, self.mark, self.cx.progress).await.map(drop)
    }

    fn open(self, content: &Content) -> Result<String, Error> {
        let bytes = content.open(self.cx.opener).map_err(|error| unopened("a password", &error))?;
        String::from_utf8(bytes.expose().to_vec())
            .map_err(|_| Error::new(ErrorKind::SecretUnopened, "a password is no text".to_owned()))
    }
}

fn unopened(what: &str, error: &SecretError) -> Error {
    Error::new(ErrorKind::SecretUnopened, format!("{what} cannot be opened: {error}"))
}

/// Keys that the mark is to list, or no longer.
fn keys<'k>(keys: impl Iterator<Item = &'k String>) -> BTreeMap<String, BTreeSet<String>> {
    let ours = keys.filter(|key| !BASE.contains(&key.as_str())).cloned().collect();
    BTreeMap::from([("keys".to_owned(), ours)])
}

/// Names come out of a compiled fleet, but a saved plan is a file like any other.
fn check_name(directory: &str) -> Result<(), Error> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let is_name = !directory.starts_with(['.', '-']) && !directory.is_empty() && directory.bytes().all(fits);
    if is_name {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Invalid, format!("{} is no name for a site", directory.escape_debug())))
}
