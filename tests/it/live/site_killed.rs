//! Sites whose making is cut off, by a kill inside of the bench or of ours: the next apply ends where an uninterrupted one does.

use std::process::Stdio;
use std::time::{Duration, Instant};

use super::bench::Bench;
use super::fleet::Run;

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_new_site_that_died_half_way_is_made_again_and_no_other_is_touched() {
    let bench = Bench::new("sk", &[("whole", "")]);
    bench.converges(&["whole"]);
    let whole = bench.database("whole");
    bench.sql(&format!("INSERT INTO {whole}.tabSingles (doctype, field, value) VALUES ('x', 'kept', '1')"));
    let steps = ["new-site:bootstrap", "install:frappe:listed", "new-site:administrator"];
    for (number, step) in steps.into_iter().enumerate() {
        let name = format!("s{number}");
        bench.site(&name, "");
        bench.switch("die-at", step);
        let dead = bench.fails(&["bench new-site failed"]);
        assert!(!dead.out.contains("--force"), "{dead}");
        bench.switch_off("die-at");
        bench.converges(&["whole", &name]);
        assert!(bench.fleet.did().contains("discard-site"), "{step}: {}", bench.fleet.did());
    }
    // And where the server dies while it empties the half-made database.
    bench.site("s3", "");
    bench.switch("die-at", steps[0]);
    bench.fails(&["bench new-site failed"]);
    bench.switch_off("die-at");
    let database = bench.database("s3");
    let unmarked = "DELETE FROM tenantry.objects WHERE identity = 'site.s3/account'";
    bench.sql(&format!("DROP USER {database}; {unmarked}; DROP DATABASE {database}"));
    bench.converges(&["whole", "s3"]);
    let kept = bench.sql(&format!("SELECT value FROM {whole}.tabSingles WHERE field = 'kept'"));
    assert_eq!(kept, "1");
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_new_site_that_goes_on_after_we_were_killed_is_waited_for() {
    let bench = Bench::new("sg", &[]);
    bench.fleet.applied();
    bench.site("one", "");
    bench.switch("hold-at", "new-site:users");
    let apply = ["apply", "--auto-approve", "--new-fleet"];
    let quiet = |mut command: std::process::Command| {
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let mut killed = quiet(bench.fleet.command(&apply));
    bench.reached("new-site:users");
    killed.kill().unwrap();
    killed.wait().unwrap();
    let next = quiet(bench.fleet.command(&apply));
    std::thread::sleep(Duration::from_secs(3));
    bench.switch_off("hold-at");
    let next = Run::of(next.wait_with_output().unwrap());
    assert_eq!(next.code, 0, "{next}");
    assert!(bench.fleet.did().contains("await-exec"), "{}", bench.fleet.did());
    bench.converges(&["one"]);
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn killed_after_any_call_that_makes_a_site_the_next_apply_ends_alike() {
    let bench = Bench::new("sc", &[("first", "\"erpnext\"")]);
    bench.converges(&["first"]);
    bench.site("second", "\"erpnext\"");
    let plan = bench.fleet.run(&["plan", "--json", "--new-fleet"]);
    let steps = plan.events("change_summary")[0]["steps"].as_u64().unwrap();
    assert!(steps >= 9, "a site takes more than {steps} steps");
    let tables = |site: &str| {
        let database = bench.database(site);
        bench.sql(&format!(
            "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = '{database}'; \
             SELECT defvalue FROM {database}.tabDefaultValue WHERE defkey = 'installed_apps'; \
             SELECT COUNT(*) FROM {database}.`tabModule Def`"
        ))
    };
    let expected = tables("first");
    for step in 0..steps {
        let site = if step == 0 { "second".to_owned() } else { format!("s{step}") };
        bench.site(&site, "\"erpnext\"");
        let mut command = bench.fleet.command(&["apply", "--auto-approve", "--new-fleet"]);
        let dead = Run::of(command.env("TENANTRY_TEST_KILL", format!("after:s-{step}")).output().unwrap());
        assert_eq!(dead.code, -9, "{step}: {dead}");
        bench.converges(&["first", &site]);
        assert_eq!(tables(&site), expected, "killed after s-{step}");
    }
}

/// An apply that is killed while an app's installation is held at its end.
fn killed_at_the_end_of(bench: &Bench, app: &str) {
    let step = format!("install:{app}:end");
    bench.switch("hold-at", &step);
    let mut killed = started(bench);
    bench.reached(&step);
    killed.kill().unwrap();
    killed.wait().unwrap();
}

fn started(bench: &Bench) -> std::process::Child {
    let mut command = bench.fleet.command(&["apply", "--auto-approve", "--new-fleet"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Polls until it is so.
fn until(what: &str, so: impl Fn() -> bool) {
    let began = Instant::now();
    while !so() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn an_installation_that_ends_well_after_we_were_killed_is_not_done_again() {
    let bench = Bench::new("si", &[("one", "")]);
    bench.converges(&["one"]);
    // It ends while the next apply waits for it.
    bench.site("one", "\"erpnext\"");
    killed_at_the_end_of(&bench, "erpnext");
    let next = started(&bench);
    let waits = "await-exec on `bench.a/container/backend`";
    until("it is waited for", || bench.fleet.run(&["status"]).err.contains(waits));
    bench.switch_off("hold-at");
    let next = Run::of(next.wait_with_output().unwrap());
    assert_eq!(next.code, 0, "{next}");
    assert!(!bench.fleet.did().contains("install-app"), "{}", bench.fleet.did());
    bench.converges(&["one"]);
    // It had ended before the next look.
    bench.switch_off("reached");
    bench.site("one", "\"erpnext\" \"hrms\"");
    killed_at_the_end_of(&bench, "hrms");
    bench.switch_off("hold-at");
    // The engine knows of a command's end a little later than the list of processes shows it.
    let commands = ["inspect", "-f", "{{len .ExecIDs}}", &bench.backend()];
    until("it has ended", || bench.fleet.ask(&commands).trim() == "0");
    let next = bench.converges(&["one"]);
    assert!(next.out.contains("No changes."), "{next}");
}
