//! Sites: made once, step by step, and then held to what is wanted.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::backend;
use crate::desired::call::{Arg, Call};
use crate::desired::change::{Action, FieldChange};
use crate::desired::compare::compare;
use crate::desired::content::Content;
use crate::desired::fields::Consequence;
use crate::desired::frappe::Site;
use crate::desired::mariadb::{Account, Schema};
use crate::desired::observed::{Observation, Present};
use crate::desired::{Entry, Object, ObjectId, ObjectKind};
use crate::provider::diff::Context;
use crate::provider::frappe::at_once::commands_at_once;
use crate::provider::frappe::secret;
use crate::provider::proposal::{Comparison, Draft, Obstacle, Proposal, Verdict};
use crate::world::secret::{Opener, SecretRef};

/// The keys by which a site is suspended.
const SUSPENSION: [&str; 2] = ["maintenance_mode", "pause_scheduler"];

/// Makes a site, or brings the one that is there to what is wanted.
#[must_use]
pub fn site(
    id: &ObjectId,
    entry: &Entry,
    wanted: &Site,
    present: Option<&Present>,
    cx: &Context<'_>,
) -> Comparison {
    let Some(make) = Make::new(id, entry, wanted, cx) else { return Comparison::UNCHANGED };
    let seen = present.and_then(|present| match &present.object {
        Object::Site(seen) => Some(&**seen),
        _ => None,
    });
    let Some(seen) = seen else {
        return match cx.observed.objects.get(id) {
            Some(Observation::Lost(_)) => make.create("it was lost, and begins anew", Before::Lost),
            _ => make.create("not there yet", Before::Nothing),
        };
    };
    if !seen.complete {
        return make.create("left half-made by an interrupted run", Before::HalfMade);
    }
    let there = seen.apps.iter().chain(&seen.unfinished);
    let gone: BTreeSet<String> = there.filter(|app| !wanted.apps.contains(app)).cloned().collect();
    if !gone.is_empty() {
        return Comparison::refused(Obstacle::AppRemoved(gone));
    }
    if seen == wanted {
        return Comparison::UNCHANGED;
    }
    make.update(seen, cx.opener)
}

/// What may be there where a site is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing.
    Nothing,
    /// What an interrupted `bench new-site` left.
    HalfMade,
    /// What is not worth a word of a site that was lost.
    Lost,
}

/// What is needed to make or change a site.
struct Make<'a> {
    id: &'a ObjectId,
    wanted: &'a Site,
    backend: &'a ObjectId,
    server: &'a ObjectId,
    account: (&'a ObjectId, &'a Account),
    schema: (&'a ObjectId, &'a Schema),
    /// How many commands may work in the backend at the same time.
    at_once: u64,
}

impl<'a> Make<'a> {
    fn new(id: &'a ObjectId, entry: &'a Entry, wanted: &'a Site, cx: &Context<'a>) -> Option<Self> {
        let objects = &cx.desired.objects;
        let account_id = entry.needs.iter().find(|need| need.kind == ObjectKind::Account)?;
        let account = objects.get(account_id)?;
        let Object::Account(fields) = &account.object else { return None };
        let server = account.needs.iter().find(|need| need.kind == ObjectKind::Container)?;
        let schema_id = account.needs.iter().find(|need| need.kind == ObjectKind::Schema)?;
        let Object::Schema(schema) = &objects.get(schema_id)?.object else { return None };
        let backend = backend(entry)?;
        Some(Self {
            id,
            wanted,
            backend,
            server,
            account: (account_id, fields),
            schema: (schema_id, schema),
            at_once: commands_at_once(backend, cx),
        })
    }

    fn bench(&self) -> Arg {
        Arg::Object(self.backend.clone())
    }

    /// Everything, from an empty database to a site that serves.
    fn create(&self, reason: &str, before: Before) -> Comparison {
        let mut drafts = Vec::new();
        let directory = || self.wanted.directory.clone();
        if before == Before::HalfMade {
            // First: the server knows whether anybody could ever have logged in, and refuses then.
            let reset = Call::ResetSchema {
                container: Arg::Object(self.server.clone()),
                id: self.schema.0.clone(),
                schema: self.schema.1.clone(),
            };
            drafts.push(Draft { object: Some(self.schema.0.clone()), ..Draft::new(reset, reason) });
        }
        // A job of a lost site may have made its empty directory again.
        if before != Before::Nothing {
            let discard = Call::DiscardSite {
                container: self.bench(),
                directory: directory(),
                database: self.wanted.database.clone(),
            };
            drafts.push(Draft::new(discard, reason));
        }
        let of = |purpose: &str| {
            Content::secret(SecretRef::OneTime { purpose: purpose.to_owned(), identity: self.id.of.clone() })
        };
        let shown = "`bench new-site` shows it in process arguments";
        drafts.push(self.account(
            Some(of("database-password")),
            false,
            &format!("a password for once: {shown}"),
        ));
        let new = Call::NewSite {
            container: self.bench(),
            directory: directory(),
            database: self.wanted.database.clone(),
            database_password: of("database-password"),
            admin_password: of("admin-password"),
        };
        drafts.push(Draft::new(new, reason));
        drafts.push(self.account(None, false, "the password for good"));
        let config = &self.wanted.config;
        let remove = config.iter().filter(|(_, value)| value.is_null()).map(|(key, _)| key.clone()).collect();
        drafts.push(self.write(self.set(), remove, "what the fleet says about it"));
        drafts.push(self.admin("the password for good"));
        for app in &self.wanted.apps {
            drafts.push(self.install(app, false, "not installed yet"));
        }
        if self.wanted.scheduler {
            drafts.push(self.schedule());
        }
        if self.wanted.suspended {
            drafts.push(self.write(self.suspension(), BTreeSet::new(), "it is suspended"));
            drafts.push(self.account(None, true, "it is suspended"));
        }
        Comparison::change(Proposal::new(Action::Create, Vec::new(), self.in_turns(drafts), None))
    }

    /// Just what differs.
    fn update(&self, seen: &Site, opener: &Opener<'_>) -> Comparison {
        let mut not_compared = Vec::new();
        let wanted = sealed(self.wanted, opener);
        let before = sealed(seen, opener);
        let mut after = wanted.clone();
        let mut leave = |path: String, wanted: &mut Content, seen: Option<&Content>| {
            if let Content::Unopened(why) = &*wanted {
                not_compared.push((path, why.clone()));
                if let Some(seen) = seen {
                    *wanted = seen.clone();
                }
            }
        };
        leave("database_password".to_owned(), &mut after.database_password, Some(&before.database_password));
        leave("admin_password".to_owned(), &mut after.admin_password, Some(&before.admin_password));
        for (key, content) in &mut after.secret_config {
            leave(format!("secret_config.{key}"), content, before.secret_config.get(key));
        }
        // No call disables it.
        after.scheduler |= before.scheduler;
        let fields: Vec<FieldChange> = compare(&before, &after);
        let verdict = if fields.is_empty() {
            Verdict::Unchanged
        } else {
            let drafts = self.in_turns(self.drafts(&before, &after));
            Verdict::Change(Proposal::new(Action::Update, fields, drafts, None))
        };
        Comparison { verdict, not_compared }
    }

    /// Says of `bench` commands how many may be under way.
    fn in_turns(&self, mut drafts: Vec<Draft>) -> Vec<Draft> {
        for draft in &mut drafts {
            if draft.call.works_in_bench() {
                draft.at_once = self.at_once;
            }
        }
        drafts
    }

    fn drafts(&self, before: &Site, after: &Site) -> Vec<Draft> {
        let mut work = Vec::new();
        if before.admin_password != after.admin_password {
            work.push(self.admin("differs from what is wanted"));
        }
        for app in &self.wanted.apps {
            if before.unfinished.contains(app) {
                work.push(self.install(app, true, "it is not there in full"));
            } else if !before.apps.contains(app) {
                work.push(self.install(app, false, "not installed yet"));
            }
        }
        if after.scheduler && !before.scheduler {
            work.push(self.schedule());
        }
        let resumes = before.suspended && !after.suspended;
        let suspends = !before.suspended && after.suspended;
        let differs = before.config != after.config
            || before.secret_config != after.secret_config
            || before.database_password != after.database_password;
        let mut drafts = Vec::new();
        if self.account.1.locked && !work.is_empty() {
            drafts.push(self.account(None, false, "a suspended site's database is closed"));
        }
        // Before the work, which reads it; the end of a suspension waits for the work.
        if differs {
            drafts.push(self.configure(before));
        }
        let locks = self.account.1.locked && !work.is_empty();
        drafts.extend(work);
        if suspends {
            let draft = self.write(self.suspension(), BTreeSet::new(), "it is suspended: it stops answering");
            drafts.push(draft.felt(Consequence::Restart));
        }
        if resumes {
            let remove = SUSPENSION.map(str::to_owned).into();
            let draft = self.write(BTreeMap::new(), remove, "it is no longer suspended");
            drafts.push(draft.felt(Consequence::Reload));
        }
        if locks {
            drafts.push(self.account(None, true, "it is suspended"));
        }
        drafts
    }

    /// Our keys as they are wanted, and those away that are ours no longer.
    fn configure(&self, before: &Site) -> Draft {
        let is_wanted = |key: &String| {
            self.wanted.secret_config.contains_key(key)
                || self.wanted.config.get(key).is_some_and(|value| !value.is_null())
        };
        let known = before.config.keys().chain(before.secret_config.keys()).chain(self.wanted.config.keys());
        let remove = known.filter(|key| !is_wanted(key)).cloned().collect();
        self.write(self.set(), remove, "differs from what is wanted").felt(Consequence::Reload)
    }

    fn set(&self) -> BTreeMap<String, Value> {
        let config = self.wanted.config.iter().filter(|(_, value)| !value.is_null());
        let mut set: BTreeMap<String, Value> = config.map(|(k, v)| (k.clone(), v.clone())).collect();
        set.insert("db_name".to_owned(), json!(self.wanted.database));
        set.insert("db_user".to_owned(), json!(self.wanted.database));
        set.insert("db_type".to_owned(), json!("mariadb"));
        set
    }

    fn suspension(&self) -> BTreeMap<String, Value> {
        let mut set = BTreeMap::from(SUSPENSION.map(|key| (key.to_owned(), json!(1))));
        set.insert("db_name".to_owned(), json!(self.wanted.database));
        set
    }

    fn write(&self, set: BTreeMap<String, Value>, remove: BTreeSet<String>, reason: &str) -> Draft {
        // A call that sets the database's account is the one that sets everything.
        let whole = set.contains_key("db_user");
        let mut secrets = BTreeMap::new();
        if whole {
            secrets.clone_from(&self.wanted.secret_config);
            secrets.insert("db_password".to_owned(), self.wanted.database_password.clone());
        }
        let call = Call::WriteSiteConfig {
            container: self.bench(),
            id: self.id.clone(),
            tenant: self.wanted.tenant.clone(),
            directory: self.wanted.directory.clone(),
            set,
            secrets,
            remove,
        };
        Draft::new(call, reason)
    }

    /// The site's account: with a password for once, or as it is wanted.
    fn account(&self, password: Option<Content>, locked: bool, reason: &str) -> Draft {
        let (id, account) = self.account;
        let password = password.unwrap_or_else(|| account.password.clone());
        let call = Call::SetAccount {
            container: Arg::Object(self.server.clone()),
            id: id.clone(),
            account: Box::new(Account { password, locked, ..account.clone() }),
            revoke: false,
            strays: BTreeSet::new(),
        };
        Draft { object: Some(id.clone()), ..Draft::new(call, reason) }
    }

    fn admin(&self, reason: &str) -> Draft {
        let call = Call::SetAdminPassword {
            container: self.bench(),
            id: self.id.clone(),
            directory: self.wanted.directory.clone(),
            password: self.wanted.admin_password.clone(),
        };
        Draft::new(call, reason)
    }

    fn install(&self, app: &str, force: bool, reason: &str) -> Draft {
        let call = Call::InstallApp {
            container: self.bench(),
            id: self.id.clone(),
            directory: self.wanted.directory.clone(),
            app: app.to_owned(),
            force,
        };
        Draft::new(call, reason)
    }

    fn schedule(&self) -> Draft {
        let call =
            Call::EnableScheduler { container: self.bench(), directory: self.wanted.directory.clone() };
        Draft::new(call, "Frappe leaves it off")
    }
}

/// With fingerprints for secrets.
fn sealed(site: &Site, opener: &Opener<'_>) -> Site {
    let secrets = site.secret_config.iter();
    Site {
        database_password: site.database_password.seal(opener),
        admin_password: secret::seal_administrator(&site.admin_password, opener),
        secret_config: secrets.map(|(key, value)| (key.clone(), secret::seal(value, opener))).collect(),
        ..site.clone()
    }
}
