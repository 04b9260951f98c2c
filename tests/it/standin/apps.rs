//! Apps: what an installation that fails leaves behind, and what it needs.

use super::bed::{Bed, V15};

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_failed_after_install_leaves_the_app_listed_until_it_is_forced() {
    let bed = Bed::new(V15);
    bed.site("one.test", "one");
    let said = bed.bench("--site one.test install-app brokeninstall").failed(1);
    assert!(said.contains("after_install failed"), "{said}");
    assert_eq!(bed.apps("one"), r#"["frappe", "brokeninstall"]"#);
    let said = bed.bench("--site one.test install-app brokeninstall").succeeded();
    assert!(said.contains("already installed"), "{said}");
    bed.bench("--site one.test install-app --force brokeninstall").succeeded();

    // Any app does the same as long as the switch names it.
    bed.switch("fail-after-install", "erpnext");
    bed.bench("--site one.test install-app erpnext").failed(1);
    bed.bench("--site one.test install-app --force erpnext").failed(1);
    bed.switch_off("fail-after-install");
    bed.bench("--site one.test install-app --force erpnext").succeeded();
    assert_eq!(bed.apps("one"), r#"["frappe", "brokeninstall", "erpnext"]"#);
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_failed_synchronisation_is_rolled_back_and_tried_again() {
    let bed = Bed::new(V15);
    bed.site("one.test", "one");
    bed.switch("fail-install", "erpnext");
    bed.bench("--site one.test install-app erpnext").failed(1);
    assert_eq!(bed.apps("one"), r#"["frappe"]"#);
    bed.switch_off("fail-install");
    bed.bench("--site one.test install-app erpnext").succeeded();
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_question_that_nobody_answers_ends_a_command() {
    let bed = Bed::new(V15);
    bed.site("one.test", "one");
    bed.switch("ask-at", "install:erpnext:tables");
    // Caught, and told behind the question.
    let said = bed.bench("--site one.test install-app erpnext").failed(1);
    let asked = "[y/N]: An error occurred while installing erpnext: EOF when reading a line";
    assert!(said.contains(asked) && said.trim_end().ends_with("EOFError: EOF when reading a line"), "{said}");
    assert_eq!(bed.apps("one"), r#"["frappe"]"#);
    bed.bench_with_input("--site one.test install-app --force erpnext", "y\n").succeeded();
    bed.switch("ask-at", "new-site:users");
    bed.database("two");
    let said = bed.bench(&Bed::new_site("two.test", "two")).failed(1);
    assert!(said.contains("[y/N]: ") && said.trim_end().ends_with("Aborted!"), "{said}");
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn an_app_brings_those_that_it_requires_and_keeps_them() {
    let bed = Bed::new(V15);
    bed.site("one.test", "one");
    bed.bench("--site one.test install-app hrms").succeeded();
    assert_eq!(bed.apps("one"), r#"["frappe", "erpnext", "hrms"]"#);
    let said = bed.bench("--site one.test uninstall-app erpnext --yes --no-backup").succeeded();
    assert!(said.contains("is a dependency of hrms"), "{said}");
    bed.bench("--site one.test uninstall-app hrms --yes --no-backup").succeeded();
    let said = bed.bench("--site one.test uninstall-app hrms --yes --no-backup").succeeded();
    assert!(said.contains("not installed"), "{said}");
    bed.bench("--site one.test uninstall-app frappe --yes --no-backup").failed(1);
    let said = bed.bench("--site one.test install-app nosuch").failed(1);
    assert!(said.contains("No module named 'nosuch'"), "{said}");
    bed.sh("grep -v hrms sites/apps.txt >sites/.apps && mv sites/.apps sites/apps.txt").succeeded();
    let said = bed.bench("--site one.test install-app hrms").failed(1);
    assert!(said.contains("App hrms not in apps.txt"), "{said}");
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn it_takes_redis_and_a_connection_that_lives_and_one_at_a_time() {
    let bed = Bed::new(V15);
    bed.site("one.test", "one");

    bed.switch("hold-at", "install:erpnext:tables");
    bed.bench_behind("--site one.test install-app erpnext");
    bed.until("the tables", || bed.sh("cat sites/.standin/reached").out.contains("erpnext"));
    let second = bed.bench("--site one.test install-app hrms").failed(1);
    assert!(second.contains("LockTimeoutError"), "{second}");
    bed.sql("KILL USER 'one'");
    bed.switch_off("hold-at");
    bed.until("the end", || bed.ended_behind().is_some());
    let (code, said) = bed.ended_behind().unwrap();
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("OperationalError: (20") && said.contains("(2013, "), "{said}");
    assert_eq!(bed.apps("one"), r#"["frappe"]"#);

    Bed::docker(&["stop", "-t", "1", &bed.container("redis")], "").succeeded();
    let said = bed.bench("--site one.test install-app erpnext").failed(1);
    assert!(said.contains("redis.exceptions.ConnectionError: Error "), "{said}");
    assert_eq!(bed.apps("one"), r#"["frappe"]"#);
    bed.database("two");
    bed.bench(&Bed::new_site("two.test", "two")).succeeded();
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn one_unknown_app_in_the_list_breaks_every_command_on_every_site() {
    let bed = Bed::new(V15);
    bed.site("one.test", "one");
    bed.site("two.test", "two");
    bed.sh("echo payments >>sites/apps.txt").succeeded();
    for command in
        ["--site one.test list-apps", "--site two.test scheduler status", "set-config -g a 1", "version"]
    {
        assert!(bed.bench(command).failed(1).contains("No module named 'payments'"));
    }
}
