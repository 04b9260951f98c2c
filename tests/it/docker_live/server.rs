//! A MariaDB server of one test's own, made by the calls that make a fleet's.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::process::{Command, Stdio};

use tenantry::desired::call::{Arg, Call};
use tenantry::desired::change::Action;
use tenantry::desired::content::Content;
use tenantry::desired::docker::{Container, File, Health, VolumeMount};
use tenantry::desired::graph::Graph;
use tenantry::desired::mariadb::{Account, Schema};
use tenantry::desired::observed::{HostFacts, Observation};
use tenantry::desired::{HostTarget, Object, ObjectId};
use tenantry::diag::Diagnostics;
use tenantry::plan::{self, Plan, Policy};
use tenantry::provider::Error;
use tenantry::provider::names::database_password;
use tenantry::source::{SourceMap, Span};
use tenantry::value::{Identity, Kind};
use tenantry::world::secret::SecretRef;

use super::bed::{Bed, HOST, docker, id, oid, words};

pub(super) const SERVER: &str = "database.main/container/mariadb";
/// Root's password: the one secret in the bed's world.
pub(super) const ROOT: &str = "s3cret-token";

/// What the server is made of: the bed's, or another one that is tried by hand.
fn image() -> String {
    #[expect(clippy::disallowed_methods, reason = "a test's own switch")]
    let given = std::env::var("TENANTRY_TEST_MARIADB");
    given.unwrap_or_else(|_| "mariadb:10.11".to_owned())
}

/// A server with what a fleet wants in it.
pub(super) struct Server {
    pub(super) bed: Bed,
    pub(super) handle: Arg,
}

impl Server {
    /// A server that answers, with nothing in it.
    pub(super) async fn new(name: &str, flags: &[&str]) -> Self {
        Self::on(Bed::new(name), flags, BTreeMap::new()).await
    }

    /// The same with its aliases on networks that are there.
    pub(super) async fn on(
        mut bed: Bed,
        flags: &[&str],
        networks: BTreeMap<String, BTreeSet<String>>,
    ) -> Self {
        let volume = bed.volume("data");
        let id = oid("database.main/volume/data");
        bed.done(Call::CreateVolume { id, volume: volume.clone() }).await;
        let content = Content::secret(SecretRef::Env("TOKEN".to_owned()));
        let root = File { content, mode: 0o400, uid: 999, gid: 999 };
        let files = BTreeMap::from([("/run/secrets/root-password".to_owned(), root)]);
        let mount = VolumeMount { volume: volume.name.clone(), read_only: false };
        // As in a fleet: who waits asks at once, and each look is four processes. As long as the engine has not looked, every plan
        // does, and where connections are counted that is one too many.
        let interval = if flags.iter().any(|flag| flag.starts_with("--max-connections")) { 1 } else { 30 };
        let container = Container {
            image: image(),
            command: Some(words(&[&["--character-set-server=utf8mb4"], flags].concat())),
            environment: [
                ("MARIADB_ROOT_HOST", "localhost"),
                ("MARIADB_ROOT_PASSWORD_FILE", "/run/secrets/root-password"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
            volumes: BTreeMap::from([("/var/lib/mysql".to_owned(), mount)]),
            health: Some(Health {
                test: words(&["CMD", "healthcheck.sh", "--connect", "--innodb_initialized"]),
                interval,
                timeout: 5,
                retries: 10,
                start_period: 60,
            }),
            files: files.clone(),
            networks,
            ..bed.container("mariadb")
        };
        bed.want("database.main/volume/data", Object::Volume(volume));
        bed.want(SERVER, Object::Container(Box::new(container.clone())));
        let handle = bed.create(SERVER, &container).await;
        bed.done(Call::PutFiles { container: handle.clone(), files }).await;
        bed.done(Call::StartContainer { container: handle.clone() }).await;
        bed.done(Call::AwaitHealthy { container: handle.clone(), within: 90 }).await;
        Self { bed, handle }
    }

    /// Wants a site's database and account; their ids.
    pub(super) fn want(&mut self, site: &str) -> (ObjectId, ObjectId) {
        let schema = self.schema(site);
        let account = self.account(site);
        let ids = (format!("site.{site}/schema"), format!("site.{site}/account"));
        self.bed.want(&ids.0, Object::Schema(schema));
        self.bed.want(&ids.1, Object::Account(account));
        let ids = (oid(&ids.0), oid(&ids.1));
        for (id, entry) in &mut self.bed.desired.objects {
            if *id == ids.0 || *id == ids.1 {
                entry.needs.insert(oid(SERVER));
            }
        }
        self.bed.desired.objects.get_mut(&ids.1).unwrap().needs.insert(ids.0.clone());
        ids
    }

    pub(super) fn database(&self, site: &str) -> String {
        format!("{}_{site}", self.bed.fleet.replace('-', "_"))
    }

    pub(super) fn schema(&self, site: &str) -> Schema {
        Schema {
            name: self.database(site),
            character_set: "utf8mb4".to_owned(),
            collation: "utf8mb4_unicode_ci".to_owned(),
        }
    }

    pub(super) fn account(&self, site: &str) -> Account {
        let name = self.database(site);
        Account {
            hosts: BTreeSet::from(["%".to_owned()]),
            grants: BTreeMap::from([(name.replace('_', "\\_"), "ALL".to_owned())]),
            password: Content::secret(database_password(&Identity::new(Kind::Site, site))),
            connections: 24,
            statement_time: 300,
            hourly: BTreeMap::new(),
            locked: false,
            name,
        }
    }

    pub(super) fn wanted_account(&mut self, id: &ObjectId) -> &mut Account {
        match &mut self.bed.desired.objects.get_mut(id).unwrap().object {
            Object::Account(account) => account,
            other => panic!("{other:?}"),
        }
    }

    /// The clear password of a site's account.
    pub(super) fn password(&self, site: &str) -> String {
        let opened = self.account(site).password.open(&self.bed.opener()).unwrap();
        String::from_utf8(opened.expose().to_vec()).unwrap()
    }

    pub(super) async fn plan(&self) -> Plan {
        let mut observed = self.bed.observe().await;
        // What other tests have on this engine is not this one's.
        observed.hosts.values_mut().for_each(|host: &mut HostFacts| host.other_fleets.clear());
        let mut desired = self.bed.desired.clone();
        let mut sources = SourceMap::default();
        let source = sources.add("fleet.kdl", "fleet \"f\"\n");
        let span = Span { source, start: 0, end: 5 };
        desired.hosts.insert(HOST.to_owned(), HostTarget { name: "local".to_owned(), docker: None, span });
        desired.objects.values_mut().for_each(|entry| entry.causes = vec![span]);
        let graph = Graph::build(&desired, &mut Diagnostics::default()).unwrap();
        plan::build(&desired, &observed, &graph, &Policy::default(), &self.bed.opener(), &sources)
    }

    /// The changes of a plan that refuses nothing.
    pub(super) async fn planned(&self) -> Vec<(Action, String)> {
        let plan = self.plan().await;
        assert!(plan.refusals.is_empty(), "{:#?}", plan.refusals);
        plan.changes.iter().map(|change| (change.action, change.id.to_string())).collect()
    }

    /// What the plan refuses, as text.
    pub(super) async fn refused(&self) -> String {
        let plan = self.plan().await;
        format!("{:#?}", plan.refusals)
    }

    /// Plans and makes every call; the first error.
    pub(super) async fn apply(&self) -> Result<usize, Error> {
        let plan = self.plan().await;
        for step in &plan.steps {
            self.bed.call_step(&step.call, step.id.0).await?;
        }
        Ok(plan.steps.len())
    }

    pub(super) async fn applied(&self) {
        let steps = self.apply().await.unwrap_or_else(|error| panic!("{error:?}"));
        assert!(steps > 0, "there was nothing to do");
        self.settled().await;
    }

    /// Demands that there is nothing to do.
    pub(super) async fn settled(&self) {
        let plan = self.plan().await;
        assert!(plan.refusals.is_empty() && plan.deferred.is_empty(), "{plan:#?}");
        assert!(plan.changes.is_empty(), "{:#?}", plan.changes);
    }

    pub(super) async fn seen(&self, id: &ObjectId) -> Option<Observation> {
        self.bed.observe().await.objects.remove(id)
    }

    /// SQL by somebody else, with the plain client.
    pub(super) fn sql(&self, text: &str) -> String {
        let (done, said) = self.log_in("root", ROOT, &["--protocol=socket"], text);
        assert!(done, "{text}\n{said}");
        said
    }

    /// SQL of a site's account over the network; whether it succeeded, and what was said.
    pub(super) fn as_site(&self, site: &str, text: &str) -> (bool, String) {
        let (name, password) = (self.database(site), self.password(site));
        self.log_in(&name, &password, &["--protocol=tcp", "--host=127.0.0.1"], text)
    }

    pub(super) fn log_in(&self, user: &str, password: &str, how: &[&str], text: &str) -> (bool, String) {
        let mut child = self.client(user, password, how);
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        // The client of MariaDB 11 has something to say about TLS at each connection.
        let said: Vec<&str> =
            said.trim().lines().filter(|line| !line.starts_with("WARNING: option")).collect();
        (output.status.success(), said.join("\n"))
    }

    /// A client that waits for its input.
    pub(super) fn client(&self, user: &str, password: &str, how: &[&str]) -> std::process::Child {
        let (user, variable) = (format!("--user={user}"), format!("MYSQL_PWD={password}"));
        let start = ["exec", "-i", "-e", &variable, id(&self.handle), "mariadb", &user, "-N", "-B", "-n"];
        Command::new("docker")
            .args(start)
            .args(how)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    pub(super) fn docker(&self, arguments: &[&str]) -> String {
        docker(&[arguments, &[id(&self.handle)]].concat())
    }
}
