//! A server in trouble: each error has its kind and says what to do, and what cannot be read is never absent.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::time::Duration;

use tenantry::desired::ObjectId;
use tenantry::desired::call::Call;
use tenantry::desired::change::Action;
use tenantry::desired::mariadb::Schema;
use tenantry::desired::observed::Observation;
use tenantry::provider::{Error, ErrorKind};

use super::bed::{docker, id, oid};
use super::server::{SERVER, Server};

fn set_schema(server: &Server, schema: &ObjectId) -> Call {
    Call::SetSchema { container: server.handle.clone(), id: schema.clone(), schema: server.schema("x") }
}

fn advises(error: &Error, kind: ErrorKind, words: &str) {
    assert_eq!(error.kind, kind, "{error:?}");
    assert!(error.advice.as_deref().is_some_and(|advice| advice.contains(words)), "{error:?}");
}

async fn unreadable(server: &Server, object: &ObjectId, words: &str) {
    match server.seen(object).await {
        Some(Observation::Unreadable { behind: Some(behind), why }) => {
            assert_eq!(behind, oid(SERVER));
            assert!(why.contains(words), "{why}");
        }
        other => panic!("{other:?}"),
    }
    let refused = server.refused().await;
    assert!(refused.contains("guard/unreadable-object") || refused.contains("GUARD_UNREADABLE"), "{refused}");
    assert!(refused.contains(words), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn a_wrong_root_password_is_told_with_the_way_out() {
    let mut server = Server::new("root", &[]).await;
    let (schema, _) = server.want("x");
    server.applied().await;
    server.sql("ALTER USER root@localhost IDENTIFIED BY 'by hand'");
    let error = server.bed.call(&set_schema(&server, &schema)).await.unwrap_err();
    advises(&error, ErrorKind::WrongPassword, "keeps the root password that it was initialised with");
    assert!(!error.is_transient());
    unreadable(&server, &schema, "initialised with").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn a_full_table_of_connections_is_told_and_tried_again() {
    let mut server = Server::new("full", &["--max-connections=10"]).await;
    let (schema, _) = server.want("x");
    server.applied().await;
    server.sql("CREATE USER full@'%' IDENTIFIED BY 'full'");
    // One more is kept for root: it is taken as well.
    let others = (0..10).map(|_| server.client("full", "full", &["--protocol=tcp", "--host=127.0.0.1"]));
    let mut sessions: Vec<_> = others.collect();
    std::thread::sleep(Duration::from_secs(2));
    server.settled().await;
    sessions.push(server.client("root", super::server::ROOT, &[]));
    std::thread::sleep(Duration::from_secs(1));
    let error = server.bed.call(&set_schema(&server, &schema)).await.unwrap_err();
    advises(&error, ErrorKind::TooManyConnections, "extra_port");
    assert!(error.is_transient());
    unreadable(&server, &schema, "Too many connections").await;
    for mut session in sessions {
        drop(session.stdin.take());
        session.wait().unwrap();
    }
    server.settled().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn a_lock_that_somebody_holds_is_told_with_who_it_is() {
    let mut server = Server::new("held", &[]).await;
    let (schema, account) = server.want("x");
    server.applied().await;
    let name = server.database("x");
    server.sql(&format!(
        "CREATE TABLE `{name}`.tabSingles (doctype varchar(255), field varchar(255), value longtext)"
    ));
    let mut holder = server.client("root", super::server::ROOT, &[]);
    let lock = format!("USE `{name}`; LOCK TABLES tabSingles WRITE;\n");
    holder.stdin.as_mut().unwrap().write_all(lock.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_secs(1));
    // A look goes round it: databases and accounts are seen all the same.
    server.settled().await;
    let changed = Schema { collation: "utf8mb4_bin".to_owned(), ..server.schema("x") };
    let call = Call::SetSchema { container: server.handle.clone(), id: schema, schema: changed };
    let error = server.bed.call(&call).await.unwrap_err();
    advises(&error, ErrorKind::LockTimeout, &format!("(root from localhost in {name}, Sleep for"));
    assert!(error.advice.unwrap().contains("KILL"));
    // Accounts do not wait for a table.
    server
        .bed
        .done(Call::SetAccount {
            container: server.handle.clone(),
            id: account,
            account: Box::new(server.account("x")),
            revoke: false,
            strays: BTreeSet::new(),
        })
        .await;
    drop(holder.stdin.take());
    holder.wait().unwrap();
    server.bed.done(call).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn a_server_that_is_killed_is_tried_again() {
    let mut server = Server::new("killed", &[]).await;
    let (schema, _) = server.want("x");
    server.applied().await;
    let name = server.database("x");
    server.sql(&format!("CREATE TABLE `{name}`.t (a int)"));
    let mut holder = server.client("root", super::server::ROOT, &[]);
    let lock = format!("LOCK TABLES `{name}`.t WRITE;\n");
    holder.stdin.as_mut().unwrap().write_all(lock.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_secs(1));
    // The call waits for the lock while the server dies under it.
    let call = set_schema(&server, &schema);
    let container = id(&server.handle).to_owned();
    let kill = tokio::task::spawn_blocking(move || {
        std::thread::sleep(Duration::from_secs(2));
        docker(&["kill", &container]);
    });
    let error = server.bed.call(&call).await.unwrap_err();
    kill.await.unwrap();
    holder.wait().unwrap();
    advises(&error, ErrorKind::ServerGone, "docker logs");
    assert!(error.is_transient());
    let error = server.bed.call(&call).await.unwrap_err();
    advises(&error, ErrorKind::ServerGone, "next apply");
    // What is in it is behind it: the plan starts it first, and looks again.
    let plan = server.plan().await;
    assert!(plan.deferred.iter().any(|deferred| deferred.id == schema), "{plan:#?}");
    docker(&["start", id(&server.handle)]);
    let error = loop {
        // While it starts, the client finds no server yet.
        match server.bed.call(&call).await {
            Ok(_) => break None,
            Err(error) if error.kind == ErrorKind::ServerGone => {}
            Err(error) => break Some(error),
        }
    };
    assert_eq!(error, None);
    server.bed.done(Call::AwaitHealthy { container: server.handle.clone(), within: 60 }).await;
    server.settled().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn without_its_container_and_with_its_data_nothing_is_absent() {
    let mut server = Server::new("gone", &[]).await;
    let (schema, _) = server.want("x");
    server.applied().await;
    docker(&["rm", "-f", id(&server.handle)]);
    match server.seen(&schema).await {
        Some(Observation::Unreadable { behind: Some(_), why }) => {
            assert!(why.contains("its data is"), "{why}")
        }
        other => panic!("{other:?}"),
    }
    docker(&["volume", "rm", &server.bed.name("data")]);
    assert!(server.seen(&schema).await.is_none(), "and without its data everything is");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn what_an_interrupted_run_left_is_finished() {
    let mut server = Server::new("torn", &[]).await;
    let (schema, account) = server.want("x");
    server.want("y");
    // The schema of marks was begun.
    server.sql("CREATE DATABASE tenantry");
    server.applied().await;
    let name = server.database("x");
    let unmark = |id: &ObjectId| format!("DELETE FROM tenantry.objects WHERE identity = '{id}';");
    // Between the mark of the database and the database: the account is not begun before that is made.
    let gone = format!("DROP DATABASE `{name}`; DROP USER `{name}`@`%`;");
    server.sql(&format!("{gone}{}", unmark(&account)));
    let created = |id: &ObjectId| (Action::Create, id.to_string());
    let both = BTreeSet::from([created(&account), created(&schema)]);
    assert_eq!(BTreeSet::from_iter(server.planned().await), both);
    server.applied().await;
    // Both marks say that both were there.
    server.sql(&gone);
    assert!(server.refused().await.contains("it is marked in"), "nothing is made in its place");
    server.sql(&format!("{}{}", unmark(&schema), unmark(&account)));
    assert_eq!(BTreeSet::from_iter(server.planned().await), both);
    server.applied().await;
    // Between the database and the mark of its account, and between that and the account.
    for unmarked in [unmark(&account), String::new()] {
        server.sql(&format!("DROP USER `{name}`@`%`; {unmarked}"));
        assert_eq!(server.planned().await, [created(&account)]);
        server.applied().await;
    }
    // Between the account and its grants.
    server.sql(&format!("DROP USER `{name}`@`%`; CREATE USER `{name}`@`%`"));
    assert_eq!(server.planned().await, [(Action::Update, account.to_string())]);
    server.applied().await;
    // Without marks nothing is anybody's.
    server.sql("DROP TABLE tenantry.objects");
    assert!(matches!(server.seen(&schema).await, Some(Observation::Foreign { .. })));
}
