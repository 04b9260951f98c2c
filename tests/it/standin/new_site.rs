//! `bench new-site`, and what one that fails or is killed leaves behind.

use super::bed::{Bed, V15, V16};

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_new_site_has_its_files_tables_and_password_and_no_scheduler() {
    let bed = Bed::new(V15);
    bed.site("one.test", "one");
    let files =
        bed.sh("cd sites/one.test && find . -type d | sort | xargs && cat site_config.json").succeeded();
    assert!(
        files.starts_with("./locks ./logs ./private")
            || files.contains("./locks ./logs ./private ./private/backups")
    );
    for part in ["\"db_name\": \"one\"", "\"db_password\": \"pw\"", "\"db_type\": \"mariadb\""] {
        assert!(files.contains(part), "{files}");
    }
    assert_eq!(bed.apps("one"), r#"["frappe"]"#);
    assert_eq!(
        bed.sql("SELECT COUNT(*) FROM one.`__Auth` WHERE name='Administrator' AND password LIKE '$pbkdf2%'"),
        "1"
    );
    assert_eq!(bed.sql("SELECT COUNT(*) FROM one.tabUser WHERE enabled=1 AND user_type='System User'"), "1");
    assert_eq!(bed.sql("SELECT value FROM one.tabSingles WHERE field='enable_scheduler'"), "0");
    // Frappe 15 fills the table behind `list-apps` at the first migration.
    assert_eq!(
        bed.bench("--site one.test list-apps -f json").succeeded().split_whitespace().last(),
        Some("}")
    );
    assert!(bed.bench("--site one.test list-apps -f json").succeeded().contains("[]"));
    bed.bench("--site one.test migrate").succeeded();
    assert!(bed.bench("--site one.test list-apps -f json").succeeded().contains("\"frappe\""));

    let again = bed.bench(&Bed::new_site("one.test", "one")).failed(1);
    assert!(again.contains("Site one.test already exists"), "{again}");
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_wrong_password_leaves_the_directory() {
    let bed = Bed::new(V15);
    bed.database("one");
    let said = bed
        .bench("new-site one.test --db-name one --db-password wrong --no-setup-db --admin-password a")
        .failed(1);
    assert!(said.contains("1045"), "{said}");
    bed.sh("test -f sites/one.test/site_config.json").succeeded();
    assert!(bed.bench(&Bed::new_site("one.test", "one")).failed(1).contains("already exists"));
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_killed_one_leaves_what_was_done_so_far() {
    let bed = Bed::new(V15);
    let tables = |database: &str, table: &str| {
        bed.sql(&format!(
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema='{database}' AND table_name='{table}'"
        ))
    };
    let steps = [
        ("new-site:begin", "no directory"),
        ("new-site:directories", "no configuration"),
        ("new-site:config", "no tables"),
        ("new-site:bootstrap", "no apps"),
        ("install:frappe:listed", "no password"),
        ("new-site:users", "no password"),
        ("new-site:administrator", "no jobs"),
        ("new-site:scheduler", "complete"),
    ];
    for (number, (step, left)) in steps.into_iter().enumerate() {
        let (site, database) = (format!("s{number}.test"), format!("s{number}"));
        bed.database(&database);
        bed.switch("die-at", step);
        bed.bench(&Bed::new_site(&site, &database)).failed(137);
        bed.switch_off("die-at");
        let found = if bed.sh(&format!("test -d sites/{site}")).code != 0 {
            "no directory"
        } else if bed.sh(&format!("test -f sites/{site}/site_config.json")).code != 0 {
            "no configuration"
        } else if tables(&database, "tabDefaultValue") == "0" {
            "no tables"
        } else if !bed.apps(&database).contains("frappe") {
            "no apps"
        } else if bed.sql(&format!("SELECT COUNT(*) FROM {database}.`__Auth`")) == "0" {
            "no password"
        } else if bed.sql(&format!("SELECT COUNT(*) FROM {database}.`tabScheduled Job Type`")) == "0" {
            "no jobs"
        } else {
            "complete"
        };
        assert_eq!(found, left, "killed at {step}");
    }
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn passwords_are_in_the_list_of_processes() {
    let bed = Bed::new(V15);
    bed.database("one");
    bed.bench_behind(&Bed::new_site("one.test", "one"));
    bed.until("the client", || {
        let processes = bed.sh("cat /proc/*/cmdline | tr '\\0' ' '").out;
        processes.contains("mariadb --user=one --host=db --port=3306 --password=pw one")
    });
    bed.until("the end", || bed.ended_behind().is_some());
    assert_eq!(bed.ended_behind().unwrap().0, 0);
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn two_sites_of_a_bench_are_made_at_once() {
    let bed = Bed::new(V15);
    bed.database("one");
    bed.database("two");
    bed.switch("hold-at", "new-site:config");
    bed.bench_behind(&Bed::new_site("one.test", "one"));
    bed.until("the first", || bed.sh("cat sites/.standin/reached").out.contains("new-site:config"));
    bed.switch_off("hold-at");
    bed.bench(&Bed::new_site("two.test", "two")).succeeded();
    bed.until("the end", || bed.ended_behind().is_some());
    assert_eq!(bed.ended_behind().unwrap().0, 0);
    assert_eq!(bed.sh("ls sites/*/locks").out.matches(".lock").count(), 0, "who lets go removes the file");
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn an_account_with_another_name_and_the_name_of_an_app_are_the_sixteenth_versions() {
    let bed = Bed::new(V16);
    bed.database("one");
    bed.sql("CREATE USER 'other'@'%' IDENTIFIED BY 'pw'; GRANT ALL ON one.* TO 'other'@'%'");
    bed.bench(&format!("{} --db-user other", Bed::new_site("one.test", "one"))).succeeded();
    assert!(bed.ask("one.test", "/api/method/ping").1.contains("\"database_user\": \"other\""));
    assert!(bed.bench("--site one.test list-apps -f json").succeeded().contains("\"frappe\""));
    let said = bed.bench(&Bed::new_site("erpnext", "two")).failed(1);
    assert!(said.contains("has an app called erpnext"), "{said}");
    bed.sh("test ! -e sites/erpnext").succeeded();

    let old = Bed::new(V15);
    let said = old.bench("new-site one.test --db-user other").failed(2);
    assert!(said.contains("No such option: --db-user"), "{said}");
}
