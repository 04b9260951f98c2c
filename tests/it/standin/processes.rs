//! Workers, the scheduler, and `bench drop-site` against what still runs.

use std::time::{Duration, Instant};

use super::bed::{Bed, V15};

const DROP: &str = "drop-site one.test --db-root-username root --db-root-password root --no-backup";

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn without_the_name_of_its_queue_a_worker_ends() {
    let bed = Bed::new(V15);
    bed.bench("set-config -g redis_queue None").succeeded();
    for (service, command) in
        [("worker", "bench worker --queue short,default"), ("scheduler", "bench schedule")]
    {
        bed.service(service, command, &[]);
        bed.until("the end", || bed.exit_code(service).is_some());
        assert_eq!(bed.exit_code(service), Some(1), "{service}");
    }
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn the_scheduler_gives_workers_jobs_and_both_stop_when_they_are_asked_to() {
    let bed = Bed::new(V15);
    bed.site("one.test", "one");
    bed.bench("--site one.test scheduler enable").succeeded();
    bed.switch("pace", "0.1");
    bed.service("worker", "bench worker --queue long,default,short", &[]);
    bed.service("scheduler", "bench schedule", &[]);
    bed.until("a job", || bed.sh("test -d sites/one.test/indexes").code == 0);
    for service in ["worker", "scheduler"] {
        let began = Instant::now();
        Bed::docker(&["stop", "-t", "30", &bed.container(service)], "").succeeded();
        assert!(began.elapsed() < Duration::from_secs(10), "{service}");
        assert_eq!(bed.exit_code(service), Some(0), "{service}");
    }
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_dropped_sites_directory_comes_back() {
    let bed = Bed::new(V15);
    bed.site("one.test", "one");
    bed.bench(DROP).succeeded();
    bed.sh("test ! -e sites/one.test && test -e archived/sites/one.test/site_config.json").succeeded();
    assert_eq!(bed.sql("SELECT COUNT(*) FROM mysql.global_priv WHERE User='one'"), "0");
    bed.service("worker", "bench worker --queue long", &[]);
    bed.until("the directory", || bed.sh("test -d sites/one.test/indexes").code == 0);
    assert_eq!(bed.sh("ls sites/one.test").succeeded(), "indexes\n");
    bed.bench(DROP).failed(1);
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn an_open_transaction_holds_a_drop_up_until_it_is_killed() {
    let bed = Bed::new(V15);
    bed.site("one.test", "one");
    let container = bed.container("backend");
    let hold = "curl -s -H 'Host: one.test' 'http://127.0.0.1:8000/api/method/standin_bench.hold?seconds=60'";
    Bed::docker(&["exec", "-d", &container, "bash", "-c", hold], "").succeeded();
    let sessions = "SELECT COUNT(*) FROM information_schema.processlist WHERE user='one'";
    bed.until("the sessions", || bed.sql(sessions) == "2");
    bed.bench_behind(DROP);
    let waiting = "SELECT COUNT(*) FROM information_schema.processlist WHERE state LIKE '%metadata lock%'";
    bed.until("the lock", || bed.sql(waiting) == "1");
    std::thread::sleep(Duration::from_secs(2));
    assert!(bed.ended_behind().is_none());
    bed.sql("KILL USER 'one'@'%'");
    bed.until("the end", || bed.ended_behind().is_some());
    assert_eq!(bed.ended_behind().unwrap().0, 0);
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_backup_has_the_real_names_and_the_password() {
    let bed = Bed::new(V15);
    bed.site("one.test", "one");
    bed.bench("--site one.test backup --with-files").succeeded();
    let files =
        bed.sh("cd sites/one.test/private/backups && ls | sed -E 's/^[0-9]{8}_[0-9]{6}-//'").succeeded();
    assert_eq!(
        files,
        "one_test-database.sql.gz\none_test-files.tar\none_test-private-files.tar\none_test-site_config_backup.json\n"
    );
    bed.sh("grep -q db_password sites/one.test/private/backups/*.json").succeeded();
    Bed::docker(&["stop", "-t", "5", &bed.container("db")], "").succeeded();
    bed.bench("--site one.test backup").failed(1);
}
