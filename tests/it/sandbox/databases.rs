//! Databases and accounts: in their server's volume, and only while it runs.

use std::collections::{BTreeMap, BTreeSet};

use tenantry::desired::call::{Arg, Call};
use tenantry::desired::content::Content;
use tenantry::desired::docker::{Container, Volume, VolumeMount};
use tenantry::desired::mariadb::{Account, Schema};
use tenantry::desired::observed::{Observation, Observed};
use tenantry::desired::{Object, ObjectId};
use tenantry::provider::host::Cx;
use tenantry::provider::{ErrorKind, Host as _};
use tenantry::sandbox::{Sandbox, State};
use tenantry::world::Memory;
use tenantry::world::secret::{Opener, Secret, SecretRef};

use super::{Fleet, sleeper};

const SERVER: &str = "database.main/container/mariadb";
const NAME: &str = "f_x";

fn oid(text: &str) -> ObjectId {
    text.parse().unwrap()
}

fn schema() -> Schema {
    Schema {
        name: NAME.to_owned(),
        character_set: "utf8mb4".to_owned(),
        collation: "utf8mb4_unicode_ci".to_owned(),
    }
}

fn account() -> Account {
    Account {
        name: NAME.to_owned(),
        hosts: ["%".to_owned()].into(),
        grants: [("f\\_x".to_owned(), "ALL".to_owned())].into(),
        password: Content::secret(SecretRef::Env("PASSWORD".to_owned())),
        connections: 24,
        statement_time: 0,
        hourly: BTreeMap::new(),
        locked: false,
    }
}

struct Server {
    sandbox: Sandbox,
    fleet: Fleet,
    world: Memory,
}

impl Server {
    fn new() -> Self {
        let mut fleet = Fleet::new("f");
        let volume = Volume {
            name: "data".to_owned(),
            project: "p".to_owned(),
            key: "data".to_owned(),
            driver: "local".to_owned(),
            options: BTreeMap::new(),
        };
        let mount = VolumeMount { volume: "data".to_owned(), read_only: false };
        let container = Container {
            volumes: [("/var/lib/mysql".to_owned(), mount)].into(),
            ..sleeper("db", "p", "mariadb")
        };
        let needs: BTreeSet<ObjectId> = [oid(SERVER)].into();
        fleet.add(oid("database.main/volume/data"), Object::Volume(volume.clone()));
        fleet.add(oid(SERVER), Object::Container(Box::new(container.clone())));
        fleet.add_needing(oid("site.x/schema"), Object::Schema(schema()), needs.clone());
        fleet.add_needing(oid("site.x/account"), Object::Account(account()), needs);
        let world = Memory::default().variable("PASSWORD", "hunter2");
        let server = Self { sandbox: Sandbox::new(State::default()), fleet, world };
        for call in [
            Call::PullImage { reference: container.image.clone() },
            Call::CreateVolume { id: oid("database.main/volume/data"), volume },
            Call::CreateContainer { id: oid(SERVER), name: "db".to_owned(), container: Box::new(container) },
            Call::StartContainer { container: db() },
        ] {
            assert_eq!(server.kind(&call), None, "{call:?}");
        }
        server
    }

    fn opener(&self) -> Opener<'_> {
        Opener::new(&self.world, "f", Some(Secret::new(b"key".to_vec())))
    }

    fn kind(&self, call: &Call) -> Option<ErrorKind> {
        let opener = self.opener();
        let step = tenantry::desired::call::StepId(1);
        let cx = Cx { fleet: "f", run: "r", step, opener: &opener, progress: &|_| {} };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(self.sandbox.call(call, cx)).err().map(|error| error.kind)
    }

    fn look(&self) -> Observed {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(self.sandbox.observe("h", &self.fleet.desired, &self.opener()))
    }

    fn seen(&self, id: &str) -> Option<Observation> {
        self.look().objects.remove(&oid(id))
    }
}

fn db() -> Arg {
    Arg::Handle("db".to_owned())
}

fn set_schema() -> Call {
    Call::SetSchema { container: db(), id: oid("site.x/schema"), schema: schema() }
}

fn reset_schema() -> Call {
    Call::ResetSchema { container: db(), id: oid("site.x/schema"), schema: schema() }
}

fn set_account(account: Account, revoke: bool, strays: &[&str]) -> Call {
    let strays = strays.iter().map(|host| (*host).to_owned()).collect();
    Call::SetAccount {
        container: db(),
        id: oid("site.x/account"),
        account: Box::new(account),
        revoke,
        strays,
    }
}

#[test]
fn they_are_made_seen_and_gone_with_their_volume() {
    let server = Server::new();
    assert!(server.seen("site.x/schema").is_none());
    for call in [set_schema(), set_account(account(), false, &[])] {
        assert_eq!(server.kind(&call), None);
        assert_eq!(server.kind(&call), None, "made again");
    }
    match server.seen("site.x/account") {
        Some(Observation::Present(present)) => {
            let Object::Account(seen) = &present.object else { panic!("{present:?}") };
            assert!(matches!(seen.password, Content::Sealed(_)));
        }
        other => panic!("{other:?}"),
    }
    assert!(!serde_json::to_string(&server.sandbox.state().unwrap()).unwrap().contains("hunter2"));
    let likeness = Sandbox::from_observed(&server.look(), &server.fleet.desired, "h").unwrap();
    let volume = |state: State| state.volumes["data"].thing.databases.clone();
    assert_eq!(volume(likeness.state().unwrap()), volume(server.sandbox.state().unwrap()));
    server.kind(&Call::StopContainer { container: db(), grace: 1 });
    assert!(matches!(server.seen("site.x/schema"), Some(Observation::Unreadable { behind: Some(_), .. })));
    assert_eq!(server.kind(&set_schema()), Some(ErrorKind::ServerGone));
    server.kind(&Call::RemoveContainer { container: db() });
    assert!(matches!(server.seen("site.x/schema"), Some(Observation::Unreadable { behind: Some(_), .. })));
    server.kind(&Call::RemoveVolume { handle: "data".to_owned() });
    assert!(server.seen("site.x/schema").is_none());
}

#[test]
fn strangers_and_databases_in_use_are_left_alone() {
    let server = Server::new();
    let edit = |change: &dyn Fn(&mut tenantry::sandbox::state::Databases)| {
        let volume = |state: &mut State| change(&mut state.volumes.get_mut("data").unwrap().thing.databases);
        server.sandbox.edit(volume).unwrap();
    };
    assert_eq!(server.kind(&set_schema()), None);
    edit(&|databases| databases.marks.clear());
    assert!(matches!(server.seen("site.x/schema"), Some(Observation::Foreign { .. })));
    for call in [set_schema(), reset_schema()] {
        assert_eq!(server.kind(&call), Some(ErrorKind::NameTaken));
    }
    edit(&|databases| databases.schemas.clear());
    assert_eq!(server.kind(&set_schema()), None);
    assert_eq!(server.kind(&reset_schema()), None);
    edit(&|databases| databases.schemas.get_mut(NAME).unwrap().has_administrator = true);
    assert_eq!(server.kind(&reset_schema()), Some(ErrorKind::Conflict));
}

#[test]
fn a_grant_takes_nothing_away_unless_it_is_told_to() {
    let server = Server::new();
    assert_eq!(server.kind(&set_account(account(), false, &[])), None);
    let by_hand = |state: &mut State| {
        let databases = &mut state.volumes.get_mut("data").unwrap().thing.databases;
        let seen = databases.accounts.get_mut(NAME).unwrap();
        seen.grants.insert("f_x".to_owned(), "ALL".to_owned());
        seen.hosts.insert("172.%".to_owned());
    };
    server.sandbox.edit(by_hand).unwrap();
    let seen = || match server.seen("site.x/account") {
        Some(Observation::Present(present)) => match present.object {
            Object::Account(account) => (account.grants.len(), account.hosts.len()),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    assert_eq!(server.kind(&set_account(account(), false, &[])), None);
    assert_eq!(seen(), (2, 2));
    assert_eq!(server.kind(&set_account(account(), true, &["172.%"])), None);
    assert_eq!(seen(), (1, 1));
    let unset = Content::secret(SecretRef::Env("UNSET".to_owned()));
    let call = set_account(Account { password: unset, ..account() }, false, &[]);
    assert_eq!(server.kind(&call), Some(ErrorKind::SecretUnopened));
}
