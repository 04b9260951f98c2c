//! The limits of an account hold.

use std::time::Duration;

use super::server::Server;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn a_site_has_no_more_connections_than_its_plan_gives() {
    let mut server = Server::new("conns", &[]).await;
    let (_, account) = server.want("x");
    server.wanted_account(&account).connections = 2;
    server.applied().await;
    let name = server.database("x");
    let log_in = || server.client(&name, &server.password("x"), &["--protocol=tcp", "--host=127.0.0.1"]);
    let sessions = [log_in(), log_in()];
    std::thread::sleep(Duration::from_secs(1));
    let (done, said) = server.as_site("x", "SELECT 1");
    assert!(!done && said.contains("1226"), "{said}");
    for mut session in sessions {
        drop(session.stdin.take());
        session.wait().unwrap();
    }
    assert!(server.as_site("x", "SELECT 1").0);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn a_statement_takes_no_longer_than_its_plan_gives() {
    let mut server = Server::new("long", &[]).await;
    let (_, account) = server.want("x");
    server.wanted_account(&account).statement_time = 1;
    server.applied().await;
    let (done, said) = server.as_site(
        "x",
        "SELECT COUNT(*) FROM information_schema.COLUMNS a, information_schema.COLUMNS b, information_schema.COLUMNS c",
    );
    assert!(!done && said.contains("1969"), "{said}");
}
