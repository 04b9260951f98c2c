//! Configuration, passwords, the scheduler, and the other ways to call the same commands.

use super::bed::{Bed, V15};

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn it_refuses_to_work_outside_of_a_bench() {
    let bed = Bed::new(V15);
    bed.sh("cd /tmp && bench version").failed(1);
    bed.sh("rmdir config/pids && bench version").failed(1);
    bed.sh("mkdir config/pids && bench version").succeeded();
    assert_eq!(bed.sh("id -u; pwd").succeeded(), "1000\n/home/frappe/frappe-bench\n");
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn values_stay_strings_unless_they_are_parsed() {
    let bed = Bed::new(V15);
    bed.site("one.test", "one");
    for (options, key, value) in [("", "a", "5"), ("-p", "b", "5"), ("", "c", "1"), ("", "d", "true")] {
        bed.bench(&format!("--site one.test set-config {options} {key} {value}")).succeeded();
    }
    let config = bed.sh("cat sites/one.test/site_config.json").succeeded();
    for line in ["\"a\": \"5\"", "\"b\": 5", "\"c\": 1", "\"d\": true"] {
        assert!(config.contains(line), "{config}");
    }
    bed.bench("--site one.test set-config a None").succeeded();
    assert!(!bed.sh("cat sites/one.test/site_config.json").out.contains("\"a\""));
    // The password is shown to whoever asks.
    assert!(bed.bench("--site one.test show-config").succeeded().contains("db_password\tpw"));
    bed.bench("--site none.test set-config a 1").failed(1);
    bed.bench("set-config a 1").failed(1);
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn the_password_is_asked_for_and_checked() {
    let bed = Bed::new(V15);
    bed.site("one.test", "one");
    let login = |password: &str| {
        let data = format!("-d 'usr=Administrator&pwd={password}'");
        bed.curl(&format!("{data} -H 'Host: one.test' http://127.0.0.1:8000/api/method/login")).0
    };
    assert_eq!((login("adm"), login("other")), (200, 401));
    bed.bench_with_input("--site one.test set-admin-password", "other\n").succeeded();
    assert_eq!((login("adm"), login("other")), (401, 200));
    let said = bed.bench_with_input("--site one.test set-admin-password", "").failed(1);
    assert!(said.trim_end().ends_with("Aborted!"), "{said}");
    bed.bench("--site one.test set-admin-password third").succeeded();
    assert_eq!((login("other"), login("third")), (401, 200));
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn any_of_three_switches_disables_the_scheduler() {
    let bed = Bed::new(V15);
    bed.site("one.test", "one");
    let status = || bed.bench("--site one.test scheduler status").succeeded();
    assert!(status().contains("disabled"));
    bed.bench("--site one.test scheduler enable").succeeded();
    assert!(status().contains("enabled"));
    for (on, off) in [
        ("set-config -p pause_scheduler 1", "set-config -p pause_scheduler 0"),
        ("set-maintenance-mode on", "set-maintenance-mode off"),
        ("scheduler disable", "scheduler enable"),
        ("disable-scheduler", "enable-scheduler"),
    ] {
        bed.bench(&format!("--site one.test {on}")).succeeded();
        assert!(status().contains("disabled"), "{on}");
        bed.bench(&format!("--site one.test {off}")).succeeded();
        assert!(status().contains("enabled"), "{off}");
    }
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn the_module_behind_bench_takes_the_same_commands() {
    let bed = Bed::new(V15);
    bed.site("one.test", "one");
    let module =
        "cd sites && ../env/bin/python -m frappe.utils.bench_helper frappe --site one.test list-apps";
    assert_eq!(bed.sh(module).succeeded(), "frappe\n");
    let inline = "cd sites && ../env/bin/python -c 'import sys; sys.argv = [\"bench\", \"frappe\", \"--site\", \
                  \"one.test\", \"list-apps\"]; from frappe.utils.bench_helper import main; main()'";
    assert_eq!(bed.sh(inline).succeeded(), "frappe\n");
    let version = "env/bin/python -c 'import frappe; print(frappe.__version__)'";
    assert_eq!(bed.sh(version).succeeded(), "15.80.0\n");
    assert_eq!(bed.bench("--site one.test execute frappe.get_installed_apps").succeeded(), "[\"frappe\"]\n");
}
