//! Databases and accounts on a real server.

use std::collections::BTreeSet;
use std::time::Instant;

use tenantry::desired::call::Call;
use tenantry::desired::change::Action;
use tenantry::desired::fields::Managed;
use tenantry::desired::mariadb::{Account, Schema};
use tenantry::desired::observed::Observation;
use tenantry::provider::ErrorKind;
use tenantry::provider::mariadb::{hash, render};

use super::bed::{docker, id};
use super::server::{ROOT, SERVER, Server};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn databases_and_accounts_are_made_once() {
    let mut server = Server::new("make", &[]).await;
    assert!(server.planned().await.is_empty(), "a server without sites has nothing to do");
    let (schema, account) = server.want("x");
    server.want("y");
    let planned = server.planned().await;
    assert_eq!(planned.len(), 4);
    assert!(planned.iter().all(|(action, _)| *action == Action::Create));
    server.applied().await;
    for id in [&schema, &account] {
        assert!(matches!(server.seen(id).await, Some(Observation::Present(_))), "{id}");
    }
    // Made again, every call does nothing that a plan would see.
    let (handle, bed) = (server.handle.clone(), &server.bed);
    bed.done(Call::SetSchema { container: handle.clone(), id: schema.clone(), schema: server.schema("x") })
        .await;
    let (done, said) = server.as_site("x", &format!("SHOW DATABASES LIKE '{}'", server.database("x")));
    assert!(done, "{said}");
    server.settled().await;
    // A site that left the files stays, and is told.
    server.bed.desired.objects.retain(|id, _| !id.of.starts_with("site.y"));
    assert!(server.refused().await.contains("site `y` left the files"), "{}", server.refused().await);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn a_site_reaches_its_own_database_alone() {
    let mut server = Server::new("own", &[]).await;
    server.want("x_a");
    server.want("xba");
    server.applied().await;
    let other = server.database("xba");
    server.sql(&format!("CREATE TABLE `{other}`.t (a int)"));
    let (_, seen) = server.as_site("x_a", "SHOW DATABASES");
    assert_eq!(seen.lines().collect::<Vec<_>>(), ["information_schema", &server.database("x_a")]);
    let (done, said) = server.as_site("x_a", &format!("SELECT * FROM `{other}`.t"));
    assert!(!done && said.contains("1142"), "{said}");
    let (done, said) = server.as_site("x_a", "SELECT * FROM tenantry.objects");
    assert!(!done && said.contains("1142"), "{said}");
}

/// Changes one field of a database by hand.
fn schema_by_hand(server: &Server, field: &str) -> Action {
    let name = server.database("x");
    let (text, action) = match field {
        "name" => (format!("DROP DATABASE `{name}`; CREATE DATABASE `{name}_by_hand`"), Action::Create),
        "character_set" => (format!("ALTER DATABASE `{name}` CHARACTER SET latin1"), Action::Update),
        "collation" => (format!("ALTER DATABASE `{name}` COLLATE utf8mb4_bin"), Action::Update),
        other => panic!("no hand changes the field `{other}`: write one"),
    };
    server.sql(&text);
    action
}

/// Every way in which hands change one field of an account.
fn account_by_hand(server: &Server, field: &str) -> Vec<(String, Action)> {
    let name = server.database("x");
    let update = |text: &str| (text.replace("NAME", &name), Action::Update);
    match field {
        "name" => vec![(format!("RENAME USER `{name}`@`%` TO `{name}_by_hand`@`%`"), Action::Create)],
        "hosts" => vec![update(
            "CREATE USER `NAME`@`172.%` IDENTIFIED BY 'hand'; GRANT ALL ON `NAME`.* TO `NAME`@`172.%`",
        )],
        "grants" => {
            let escaped = name.replace('_', "\\_");
            [
                format!("REVOKE ALL ON `{escaped}`.* FROM `NAME`@`%`"),
                "GRANT ALL ON `NAME`.* TO `NAME`@`%`".to_owned(),
                "GRANT SELECT ON `other`.* TO `NAME`@`%`".to_owned(),
                format!("REVOKE INSERT ON `{escaped}`.* FROM `NAME`@`%`"),
                format!("GRANT ALL ON `{escaped}`.* TO `NAME`@`%` WITH GRANT OPTION"),
                "GRANT RELOAD ON *.* TO `NAME`@`%`".to_owned(),
                "GRANT SELECT ON `tenantry`.`objects` TO `NAME`@`%`".to_owned(),
                "CREATE ROLE IF NOT EXISTS by_hand; GRANT by_hand TO `NAME`@`%`; SET DEFAULT ROLE by_hand FOR `NAME`@`%`".to_owned(),
            ]
            .iter()
            .map(|text| update(text))
            .collect()
        }
        "password" => vec![
            update("ALTER USER `NAME`@`%` IDENTIFIED BY 'hand'"),
            update("ALTER USER `NAME`@`%` IDENTIFIED VIA unix_socket"),
        ],
        "connections" => vec![
            update("ALTER USER `NAME`@`%` WITH MAX_USER_CONNECTIONS 7"),
            update("ALTER USER `NAME`@`%` WITH MAX_USER_CONNECTIONS 0"),
        ],
        "statement_time" => vec![update("ALTER USER `NAME`@`%` WITH MAX_STATEMENT_TIME 0.5")],
        "hourly" => ["QUERIES", "UPDATES", "CONNECTIONS"]
            .iter()
            .map(|what| update(&format!("ALTER USER `NAME`@`%` WITH MAX_{what}_PER_HOUR 1000")))
            .collect(),
        "locked" => vec![update("ALTER USER `NAME`@`%` ACCOUNT LOCK")],
        other => panic!("no hand changes the field `{other}`: write one"),
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn every_field_that_is_changed_by_hand_is_one_change_and_mended() {
    let mut server = Server::new("hand", &[]).await;
    let (schema, account) = server.want("x");
    server.want("y");
    server.applied().await;
    for field in Schema::FIELDS {
        let action = schema_by_hand(&server, field.name);
        if action == Action::Create {
            // It was there: nothing is made in its place. Brought back by hand, it is ours again.
            assert!(server.refused().await.contains("site `x` was there and is lost: no database"));
            let name = server.database("x");
            server.sql(&format!("CREATE DATABASE `{name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"));
            server.settled().await;
            continue;
        }
        assert_eq!(server.planned().await, [(action, schema.to_string())], "{}", field.name);
        server.applied().await;
    }
    for field in Account::FIELDS {
        for (text, action) in account_by_hand(&server, field.name) {
            server.sql(&text);
            let plan = server.plan().await;
            let planned: Vec<_> = plan.changes.iter().map(|c| (c.action, c.id.to_string())).collect();
            assert_eq!(planned, [(action, account.to_string())], "{text}");
            let shown = serde_json::to_string(&plan.changes).unwrap();
            let native = hash::native(server.password("x").as_bytes());
            assert!(!shown.contains(&native), "{shown}");
            if action == Action::Update {
                let change = &plan.changes[0].fields;
                assert!(
                    change.iter().all(|f| f.path.split('.').next() == Some(field.name)),
                    "{text}: {change:?}"
                );
            }
            server.applied().await;
            let (done, said) = server.as_site("x", "SELECT 1");
            assert!(done, "{text}: {said}");
        }
    }
    // A role that was taken away leaves nothing behind.
    let role =
        server.sql("SELECT COUNT(*) FROM mysql.roles_mapping WHERE Role = 'by_hand' AND User <> 'root'");
    assert_eq!(role, "0");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn a_suspended_site_is_out_at_once() {
    let mut server = Server::new("lock", &[]).await;
    let (_, account) = server.want("x");
    server.applied().await;
    let name = server.database("x");
    let mut session = server.client(&name, &server.password("x"), &["--protocol=tcp", "--host=127.0.0.1"]);
    std::io::Write::write_all(session.stdin.as_mut().unwrap(), b"SELECT SLEEP(60);\n").unwrap();
    std::thread::sleep(std::time::Duration::from_secs(1));
    server.wanted_account(&account).locked = true;
    server.applied().await;
    let began = Instant::now();
    assert!(!session.wait().unwrap().success(), "the open session was ended");
    assert!(began.elapsed().as_secs() < 10);
    let (done, said) = server.as_site("x", "SELECT 1");
    assert!(!done && said.contains("4151"), "{said}");
    server.wanted_account(&account).locked = false;
    server.applied().await;
    assert!(server.as_site("x", "SELECT 1").0);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn strangers_are_told_and_left_alone() {
    let mut server = Server::new("foreign", &[]).await;
    let (schema, account) = server.want("x");
    let name = server.database("x");
    server.sql(&format!(
        "CREATE DATABASE `{name}` CHARACTER SET latin1; CREATE TABLE `{name}`.t (a int); \
         CREATE USER `{name}`@`10.%` IDENTIFIED BY 'theirs'"
    ));
    let facts = || {
        server.sql(&format!(
            "SHOW CREATE DATABASE `{name}`; SHOW CREATE USER `{name}`@`10.%`; SHOW TABLES FROM `{name}`"
        ))
    };
    let before = facts();
    for id in [&schema, &account] {
        match server.seen(id).await {
            Some(Observation::Foreign { evidence }) => {
                assert!(evidence.contains("has no mark of fleet"), "{evidence}")
            }
            other => panic!("{id} is {other:?}"),
        }
    }
    assert!(server.refused().await.contains("no mark of fleet"));
    // Also where they appeared after the plan.
    let container = server.handle.clone();
    let set =
        Call::SetSchema { container: container.clone(), id: schema.clone(), schema: server.schema("x") };
    let reset =
        Call::ResetSchema { container: container.clone(), id: schema.clone(), schema: server.schema("x") };
    let strays = BTreeSet::from(["10.%".to_owned()]);
    let login = Call::SetAccount {
        container,
        id: account,
        account: Box::new(server.account("x")),
        revoke: true,
        strays,
    };
    for call in [set, reset, login] {
        let error = server.bed.call(&call).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NameTaken, "{error:?}");
    }
    assert_eq!(facts(), before);
    assert_eq!(server.sql("SELECT COUNT(*) FROM tenantry.objects"), "0", "and nothing is claimed");
    // Another fleet's are named as such.
    server.sql(&format!("INSERT INTO tenantry.objects VALUES ('other', 'site.q/schema', '{name}')"));
    match server.seen(&schema).await {
        Some(Observation::Foreign { evidence }) => {
            assert!(evidence.ends_with("belongs to fleet other"), "{evidence}")
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn the_artifact_does_what_apply_does() {
    let mut server = Server::new("sql", &[]).await;
    for site in ["x", "y"] {
        server.want(site);
    }
    let artifacts = render::render(&server.bed.desired);
    let text = artifacts.iter().find(|a| a.path.ends_with("tenantry.sql")).expect("the server's SQL");
    let text = String::from_utf8_lossy(&text.bytes).into_owned();
    let hashes: String = ["x", "y"]
        .map(|site| {
            let variable = render::hash_variable(&server.database(site));
            format!("SET @{variable} = '{}';\n", hash::native(server.password(site).as_bytes()))
        })
        .concat();
    for _ in 0..2 {
        server.sql(&format!("{hashes}{text}"));
        server.settled().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn only_a_half_made_database_is_emptied() {
    let mut server = Server::new("reset", &[]).await;
    let (schema, account) = server.want("x");
    server.applied().await;
    let name = server.database("x");
    let reset = Call::ResetSchema {
        container: server.handle.clone(),
        id: schema.clone(),
        schema: server.schema("x"),
    };
    let auth = "(doctype varchar(140), name varchar(255), fieldname varchar(140), password text, PRIMARY KEY (doctype, name, fieldname))";
    server.sql(&format!("CREATE TABLE `{name}`.`__Auth` {auth}; CREATE TABLE `{name}`.t (a int)"));
    server.bed.done(reset.clone()).await;
    assert_eq!(server.sql(&format!("SHOW TABLES FROM `{name}`")), "");
    assert_eq!(server.planned().await, [(Action::Create, account.to_string())]);
    server.applied().await;
    // Where it would end between the two halves nothing is lost.
    server.sql(&format!("CREATE USER `{name}`@localhost"));
    server.bed.done(reset.clone()).await;
    assert_eq!(server.sql(&format!("SELECT Host FROM mysql.global_priv WHERE User = '{name}'")), "");
    server.sql(&format!("DROP DATABASE `{name}`"));
    let both = [(Action::Create, account.to_string()), (Action::Create, schema.to_string())];
    assert_eq!(BTreeSet::from_iter(server.planned().await), BTreeSet::from(both));
    server.applied().await;
    let password = "VALUES ('User', 'Administrator', 'password', 'x')";
    let used = || {
        server
            .sql(&format!("CREATE TABLE `{name}`.`__Auth` {auth}; INSERT INTO `{name}`.`__Auth` {password}"));
        server.sql(&format!("CREATE TABLE `{name}`.`tabScheduled Job Type` (name varchar(140))"));
    };
    // The administrator's password is not yet the end of `bench new-site`.
    used();
    server.bed.done(reset.clone()).await;
    assert_eq!(server.sql(&format!("SHOW TABLES FROM `{name}`")), "");
    server.applied().await;
    used();
    server.sql(&format!("INSERT INTO `{name}`.`tabScheduled Job Type` VALUES ('x')"));
    let error = server.bed.call(&reset).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict, "{error:?}");
    assert!(error.advice.is_some());
    // Nor where a view stands in the table's place, which could run anybody's code.
    server.sql(&format!("RENAME TABLE `{name}`.`__Auth` TO `{name}`.a; CREATE VIEW `{name}`.`__Auth` AS SELECT * FROM `{name}`.a WHERE 1 = 0"));
    assert!(server.bed.call(&reset).await.is_err());
    assert_eq!(server.sql(&format!("SELECT COUNT(*) FROM `{name}`.a")), "1");
    assert_eq!(server.planned().await, [], "and looking at it does no harm");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn no_secret_is_written_anywhere() {
    let mut server = Server::new("secret", &[]).await;
    let (_, account) = server.want("x");
    server.sql("SET GLOBAL general_log_file = '/var/lib/mysql/all.log'; SET GLOBAL general_log = 1");
    let watch = format!(
        "while :; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; done > /tmp/argv-{}",
        server.bed.fleet
    );
    docker(&["exec", "-d", id(&server.handle), "sh", "-c", &watch]);
    server.applied().await;
    server.wanted_account(&account).locked = true;
    server.applied().await;
    let all = docker(&["exec", id(&server.handle), "sh", "-c", "cat /var/lib/mysql/all.log /tmp/argv-*"]);
    assert!(all.contains("tenantry_hash"), "the log has what was done");
    let container = server.docker(&["inspect"]);
    for secret in [server.password("x"), ROOT.to_owned()] {
        for (place, text) in [("log or argv", &all), ("inspect", &container)] {
            assert!(!text.contains(&secret), "{place} has {secret}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn a_look_at_sixty_databases_is_quick() {
    let mut server = Server::new("sixty", &[]).await;
    for site in 0..60 {
        server.want(&format!("s{site}"));
    }
    let plan = server.plan().await;
    let began = Instant::now();
    for step in &plan.steps {
        server.bed.call_step(&step.call, step.id.0).await.unwrap();
    }
    let made = began.elapsed();
    let tables: String = (0..60)
        .map(|site| {
            let name = server.database(&format!("s{site}"));
            format!(
                "CREATE TABLE `{name}`.tabDefaultValue (parent varchar(140), defkey varchar(140), defvalue text);\
                 INSERT INTO `{name}`.tabDefaultValue VALUES ('__global', 'installed_apps', '[\"frappe\"]');\
                 CREATE TABLE `{name}`.tabSingles (doctype varchar(255), field varchar(255), value longtext);\
                 INSERT INTO `{name}`.tabSingles VALUES ('System Settings', 'enable_scheduler', '1');\n"
            )
        })
        .collect();
    server.sql(&tables);
    server.settled().await;
    let began = Instant::now();
    let observed = server.bed.observe().await;
    let looked = began.elapsed();
    server.bed.desired.objects.retain(|id, _| !id.of.starts_with("site."));
    server.sql("DROP DATABASE tenantry");
    let began = Instant::now();
    server.bed.observe().await;
    let nothing = began.elapsed();
    assert!(observed.objects.len() > 120, "{}", observed.objects.len());
    assert!(observed.objects.contains_key(&SERVER.parse().unwrap()));
    // Shown with `--nocapture`; far below what anybody would notice, also on a busy machine.
    eprintln!("60 sites: made in {made:?}, seen in {looked:?} (an empty server in {nothing:?})");
    assert!(looked.as_secs() < 5, "{looked:?}");
}
