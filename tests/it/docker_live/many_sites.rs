//! A server with many sites: a hundred of them are read by one statement, and one that cannot be read hides no other.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tenantry::provider::inside::{Inside, Said, Script, Stored};
use tenantry::provider::mariadb::observe::observe;
use tenantry::provider::site_tables::{Server as Sites, SiteTables};
use tenantry::provider::{BoxFuture, Error, ErrorKind};

use super::bed::{HOST, oid};
use super::server::{ROOT, SERVER, Server};

/// Commands in containers by Docker's own client.
struct Shell;

impl Inside for Shell {
    fn exec<'a>(
        &'a self,
        container: &'a str,
        mark: &'a str,
        script: Script<'a>,
    ) -> BoxFuture<'a, Result<Said, Error>> {
        Box::pin(async move {
            let input = script.stdin.unwrap_or_default().to_vec();
            let mut command = Command::new("docker");
            command.args(["exec", "-i", "-u", script.user.unwrap_or("0"), container, "sh", "-c"]);
            command.args([script.text, mark]).args(script.arguments);
            let run = tokio::task::spawn_blocking(move || {
                let mut child = command
                    .stdin(Stdio::piped())
                    .stdout(Stdio::piped())
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap();
                let mut stdin = child.stdin.take().unwrap();
                let fed = std::thread::spawn(move || drop(stdin.write_all(&input)));
                let output = child.wait_with_output().unwrap();
                fed.join().unwrap();
                output
            });
            let output = run.await.unwrap();
            let code = i64::from(output.status.code().unwrap_or(-1));
            Ok(Said { code, stdout: output.stdout, stderr: output.stderr })
        })
    }

    fn put<'a>(&'a self, _: &'a str, _: BTreeMap<String, Stored>) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async { Err(Error::new(ErrorKind::Other, "a look writes nothing")) })
    }

    fn get<'a>(
        &'a self,
        _: &'a str,
        _: &'a str,
    ) -> BoxFuture<'a, Result<Option<BTreeMap<String, Stored>>, Error>> {
        Box::pin(async { Err(Error::new(ErrorKind::Other, "a look reads no file")) })
    }
}

/// How many sites there are: 230, or as many as somebody wants to measure with.
fn many() -> usize {
    #[expect(clippy::disallowed_methods, reason = "a test's own switch")]
    let given = std::env::var("TENANTRY_TEST_SITES");
    given.map_or(230, |text| text.parse().unwrap())
}

/// What the server tells, how many statements that took, and how long.
async fn told(server: &Server) -> (Sites, usize, Duration) {
    let selects = || -> usize {
        let text = server.sql(
            "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'COM_SELECT'",
        );
        text.trim().parse().unwrap()
    };
    let seen = server.bed.observe().await;
    let (before, began) = (selects(), Instant::now());
    let (_, mut servers) = observe(&Shell, HOST, &server.bed.desired, &seen, &server.bed.opener()).await;
    let took = began.elapsed();
    (servers.remove(&oid(SERVER)).expect("it answers"), selects() - before, took)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn many_sites_are_read_by_few_statements_and_one_that_is_locked_hides_no_other() {
    let flags = ["--innodb-flush-log-at-trx-commit=0", "--skip-log-bin"];
    let mut server = Server::new("many", &flags).await;
    server.want("x");
    server.applied().await;
    let (fleet, many) = (server.bed.fleet.clone(), many());
    let name = |site: usize| format!("many_{site:05}");
    let mut script = String::new();
    for site in 0..many {
        let name = name(site);
        script.push_str(&format!(
            "CREATE DATABASE {name};\n\
             INSERT INTO tenantry.objects (fleet, identity, name) VALUES ('{fleet}', 'site.m{site}/schema', '{name}');\n"
        ));
        if site == 0 {
            continue;
        }
        script.push_str(&format!(
            "USE {name};\n\
             CREATE TABLE tabDefaultValue (name varchar(140) PRIMARY KEY, parent varchar(140), defkey varchar(140), defvalue longtext);\n\
             INSERT INTO tabDefaultValue VALUES ('a', '__global', 'installed_apps', '[\"frappe\", \"crm\"]');\n\
             CREATE TABLE __Auth (doctype varchar(140), name varchar(255), fieldname varchar(140), password text);\n\
             INSERT INTO __Auth VALUES ('User', 'Administrator', 'password', 'x');\n\
             CREATE TABLE `tabScheduled Job Type` (name varchar(140) PRIMARY KEY);\n\
             INSERT INTO `tabScheduled Job Type` VALUES ('a'), ('b');\n\
             CREATE TABLE tabSingles (doctype varchar(140), field varchar(140), value longtext);\n\
             INSERT INTO tabSingles VALUES ('System Settings', 'enable_scheduler', '{}');\n",
            site % 2
        ));
    }
    server.sql(&script);

    let whole = |site: usize| SiteTables {
        installed: vec!["frappe".to_owned(), "crm".to_owned()],
        has_administrator: true,
        has_jobs: true,
        scheduler: site % 2 == 1,
    };
    let (sites, statements, took) = told(&server).await;
    eprintln!("{many} sites: {statements} statements, {} ms", took.as_millis());
    // A hundred at once take two: what is read, and what is put together of it.
    assert!(statements <= 12 + 2 * many.div_ceil(100), "{statements}");
    assert!(!sites.sites.contains_key(&name(0)) && sites.ours.contains(&name(0)), "nothing is in it yet");
    assert!((1..many).all(|site| sites.sites[&name(site)] == whole(site)));
    assert!(sites.unreadable.is_empty(), "{:?}", sites.unreadable);

    // One is locked, and one has a view where Frappe has a table.
    server.sql(&format!(
        "USE {}; RENAME TABLE tabSingles TO other; CREATE VIEW tabSingles AS SELECT * FROM other;",
        name(2)
    ));
    let mut holder = server.client("root", ROOT, &[]);
    let lock = format!("LOCK TABLES {}.tabSingles WRITE;\n", name(1));
    holder.stdin.as_mut().unwrap().write_all(lock.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_secs(1));
    let (sites, ..) = told(&server).await;
    let unread: Vec<&String> = sites.unreadable.keys().collect();
    assert_eq!(unread, [&name(1), &name(2)], "{:?}", sites.unreadable);
    assert!((3..many).all(|site| sites.sites[&name(site)] == whole(site)));
    drop(holder.stdin.take());
    holder.wait().unwrap();
}
