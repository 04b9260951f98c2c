//! Requests: whose site answers, from whose database, within which limits.

use super::bed::{Bed, V15, V16};

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_site_answers_at_its_exact_name_from_its_own_database() {
    let bed = Bed::new(V15);
    bed.site("one.test", "one");
    bed.site("two.test", "two");
    for (site, database) in [("one.test", "one"), ("two.test", "two")] {
        let (code, body) = bed.ask(&format!("{site}:8000"), "/api/method/ping");
        assert_eq!(code, 200, "{body}");
        assert!(body.contains(r#""message": "pong""#), "{body}");
        assert!(body.contains(&format!(r#""site": "{site}", "database_user": "{database}""#)), "{body}");
    }
    for name in ["One.test", "none.test", ".standin", "assets"] {
        let (code, body) = bed.ask(name, "/api/method/ping");
        assert_eq!(code, 404, "{name}: {body}");
        assert!(body.contains("does not exist"), "{body}");
    }
    let named =
        "-H 'Host: erp.acme.test' -H 'X-Frappe-Site-Name: one.test' http://127.0.0.1:8000/api/method/ping";
    assert!(bed.curl(named).1.contains(r#""host": "erp.acme.test", "site": "one.test""#));
    // The domain of a link to a site's directory answers too.
    bed.sh("ln -s one.test sites/linked.test").succeeded();
    assert_eq!(bed.ask("linked.test", "/api/method/ping").0, 200);
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn the_configuration_is_read_at_every_request() {
    let bed = Bed::new(V15);
    bed.site("one.test", "one");
    bed.bench("--site one.test set-maintenance-mode on").succeeded();
    assert_eq!(bed.ask("one.test", "/api/method/ping").0, 503);
    bed.bench("--site one.test set-maintenance-mode off").succeeded();
    bed.sql("ALTER USER 'one'@'%' IDENTIFIED BY 'new'");
    let (code, body) = bed.ask("one.test", "/api/method/ping");
    assert!(code == 500 && body.contains("1045"), "{code} {body}");
    bed.bench("--site one.test set-config db_password new").succeeded();
    assert_eq!(bed.ask("one.test", "/api/method/ping").0, 200);

    // The sixteenth version keeps it for a while.
    let new = Bed::new(V16);
    new.site("one.test", "one");
    assert_eq!(new.ask("one.test", "/api/method/ping").0, 200);
    new.bench("--site one.test set-maintenance-mode on").succeeded();
    assert_eq!(new.ask("one.test", "/api/method/ping").0, 200);
    new.until("the new configuration", || new.ask("one.test", "/api/method/ping").0 == 503);
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn limits_of_the_account_are_errors_with_their_numbers() {
    let bed = Bed::new(V15);
    bed.site("one.test", "one");
    bed.sql("ALTER USER 'one'@'%' WITH MAX_STATEMENT_TIME 0.2 MAX_USER_CONNECTIONS 3");
    let (code, body) = bed.ask("one.test", "/api/method/standin_bench.sleep?seconds=2");
    assert!(code == 500 && body.contains("1969"), "{code} {body}");
    assert_eq!(bed.ask("one.test", "/api/method/standin_bench.sleep?seconds=0.05").0, 200);
    let (code, body) = bed.ask("one.test", "/api/method/standin_bench.hold?connections=5&seconds=0");
    assert!(code == 500 && body.contains("1226"), "{code} {body}");
    // Nobody is let in to a locked account.
    bed.sql("ALTER USER 'one'@'%' ACCOUNT LOCK");
    let (code, body) = bed.ask("one.test", "/api/method/ping");
    assert!(code == 500 && body.contains("4151"), "{code} {body}");
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn the_frontend_names_the_site_and_knows_its_upstream_from_its_start() {
    let bed = Bed::new(V15);
    bed.site("one.test", "one");
    bed.service("websocket", "node /home/frappe/frappe-bench/apps/frappe/socketio.js", &[]);
    let environment = ["-e", "BACKEND=backend:8000", "-e", "SOCKETIO=websocket:9000"];
    bed.service("frontend", "nginx-entrypoint.sh", &environment);
    bed.sh("wait-for-it frontend:8080 -t 10 && wait-for-it websocket:9000 -t 10").succeeded();
    let ask = |rest: &str| bed.curl(&format!("-H 'Host: ONE.test:80' http://frontend:8080{rest}"));
    let (code, body) = ask("/api/method/ping");
    assert!(code == 200 && body.contains(r#""host": "one.test", "site": "one.test""#), "{code} {body}");
    assert_eq!(ask("/socket.io/?EIO=4").0, 400);
    bed.sh("echo hello >sites/one.test/public/files/a.txt").succeeded();
    assert_eq!(ask("/files/a.txt"), (200, "hello\n".to_owned()));
    assert_eq!(ask("/files/../../site_config.json --path-as-is").0, 404);
    Bed::docker(&["stop", "-t", "1", &bed.container("websocket")], "").succeeded();
    assert_eq!(ask("/socket.io/?EIO=4").0, 502);

    bed.service("lost", "nginx-entrypoint.sh", &["-e", "BACKEND=nobody:8000", "-e", "SOCKETIO=backend:9000"]);
    bed.until("the end", || bed.exit_code("lost").is_some());
    assert_eq!(bed.exit_code("lost"), Some(1));
}
