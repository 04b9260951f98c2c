//! What fails while a site is made or changed: said with its way out, and mended by the next apply.

use super::bench::{Bench, IMAGE};

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn an_app_whose_installation_failed_is_installed_again_by_force() {
    let bench = Bench::new("sa", &[("one", "\"erpnext\"")]);
    bench.fleet.applied();
    bench.switch("fail-after-install", "hrms");
    bench.site("one", "\"erpnext\" \"hrms\"");
    bench.fails(&["install hrms failed", "after_install failed"]);
    let listed = format!(
        "SELECT defvalue FROM {}.tabDefaultValue WHERE defkey = 'installed_apps'",
        bench.database("one")
    );
    assert!(bench.sql(&listed).contains("hrms"), "Frappe lists it all the same");
    bench.switch_off("fail-after-install");
    bench.converges(&["one"]);
    let again = "site.one/site install-app it is not there in full\n";
    assert!(bench.fleet.did().contains(again), "{}", bench.fleet.did());

    // Killed half-way it is not even listed, and a plain installation fails on what is there already.
    bench.site("two", "");
    bench.fleet.applied();
    bench.switch("die-at", "install:erpnext:listed");
    bench.site("two", "\"erpnext\"");
    bench.fails(&["install erpnext failed"]);
    bench.switch_off("die-at");
    bench.converges(&["one", "two"]);
    let again = "site.two/site install-app it is not there in full\n";
    assert!(bench.fleet.did().contains(again), "{}", bench.fleet.did());
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_server_that_dies_under_an_installation_is_said_and_mended() {
    let bench = Bench::new("sd", &[("one", "")]);
    bench.fleet.applied();
    let server = format!("{}-db-main-mariadb-1", bench.fleet.id);
    bench.site("one", "\"erpnext\"");
    bench.switch("hold-at", "install:erpnext:tables");
    let run = std::thread::scope(|scope| {
        let failing = scope.spawn(|| bench.fleet.apply());
        bench.reached("install:erpnext:tables");
        bench.fleet.ask(&["kill", &server]);
        bench.switch_off("hold-at");
        failing.join().unwrap()
    });
    assert_eq!(run.code, 7, "{run}");
    assert!(run.out.contains("install erpnext failed") && run.out.contains("help:"), "{run}");
    bench.converges(&["one"]);

    // Frappe installs without its cache. The last look finds that missing, and the next apply brings it back.
    let redis = bench.fleet.container("bench", "redis-cache");
    bench.site("one", "\"erpnext\" \"hrms\"");
    bench.switch("hold-at", "install:hrms:begin");
    let run = std::thread::scope(|scope| {
        let failing = scope.spawn(|| bench.fleet.apply());
        bench.reached("install:hrms:begin");
        bench.fleet.ask(&["kill", &redis]);
        bench.switch_off("hold-at");
        failing.join().unwrap()
    });
    assert_eq!(run.code, 7, "{run}");
    assert!(run.out.contains("1 object left"), "{run}");
    let next = bench.converges(&["one"]);
    assert!(next.out.contains("container redis-cache"), "{next}");
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn another_command_on_the_site_is_said_and_the_next_apply_goes_on() {
    let bench = Bench::new("sl", &[("one", "")]);
    bench.fleet.applied();
    bench.switch("hold-at", "install:erpnext:begin");
    let backend = bench.fleet.container("bench", "backend");
    let by_hand = format!("bench --site {} install-app erpnext", Bench::directory("one"));
    bench.fleet.ask(&["exec", "-d", &backend, "sh", "-c", &by_hand]);
    bench.reached("install:erpnext:begin");
    bench.site("one", "\"erpnext\" \"hrms\"");
    let run = bench.fails(&["install erpnext failed", "help:"]);
    assert!(run.out.contains("lock") || run.out.contains("another"), "{run}");
    bench.switch_off("hold-at");
    std::thread::sleep(std::time::Duration::from_secs(3));
    bench.converges(&["one"]);
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn what_bench_asks_or_cannot_do_is_said_and_done_by_the_next_apply() {
    let bench = Bench::new("sq", &[]);
    bench.fleet.applied();
    // In the middle of a new site: there is nobody to answer, so it ends, half-made.
    bench.switch("ask-at", "new-site:users");
    bench.site("one", "");
    bench.fails(&["bench new-site asked a question", "Shall the sample data be made?", "help:"]);
    bench.switch_off("ask-at");
    bench.converges(&["one"]);
    assert!(bench.fleet.did().contains("discard-site"), "{}", bench.fleet.did());

    bench.switch("ask-at", "install:erpnext:tables");
    bench.site("one", "\"erpnext\"");
    bench.fails(&["bench install-app asked a question", "Shall the sample data be made?", "help:"]);
    bench.switch_off("ask-at");
    bench.converges(&["one"]);

    // Rolled back by Frappe, and not listed.
    bench.switch("fail-install", "hrms");
    bench.site("one", "\"erpnext\" \"hrms\"");
    bench.fails(&["install hrms failed", "cannot be synchronised"]);
    bench.switch_off("fail-install");
    bench.converges(&["one"]);
    let listed = format!(
        "SELECT defvalue FROM {}.tabDefaultValue WHERE defkey = 'installed_apps'",
        bench.database("one")
    );
    assert_eq!(bench.sql(&listed), r#"["frappe", "erpnext", "hrms"]"#);

    // The server lets it not in: the directory is there already.
    bench.switch("hold-at", "new-site:begin");
    bench.site("two", "");
    let run = std::thread::scope(|scope| {
        let failing = scope.spawn(|| bench.fleet.apply());
        bench.reached("new-site:begin");
        let account = bench.database("two");
        bench.sql(&format!("ALTER USER `{account}`@`%` IDENTIFIED BY 'by-hand'"));
        bench.switch_off("hold-at");
        failing.join().unwrap()
    });
    assert_eq!(run.code, 7, "{run}");
    assert!(run.out.contains("Access denied for user") && run.out.contains("help:"), "{run}");
    bench.sh(&format!("test -f sites/{}/site_config.json", Bench::directory("two")));
    bench.converges(&["one", "two"]);

    // One name that the image does not have, and no command works on any site, until the list is put right.
    bench.sh("echo nobody_has_it >> sites/apps.txt");
    let status = format!("bench --site {} scheduler status", Bench::directory("one"));
    bench.sh(&format!("! {status}"));
    bench.site("three", "");
    bench.converges(&["one", "two", "three"]);
    bench.sh(&status);
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn what_would_lose_or_take_over_data_is_refused_and_the_site_answers_on() {
    let bench = Bench::new("sr", &[("one", "\"erpnext\""), ("two", "")]);
    // Somebody else's directory under the name of a site.
    bench.fleet.write("tenants/two.kdl", "");
    bench.converges(&["one"]);
    let directory = Bench::directory("two");
    bench.sh(&format!(
        "mkdir sites/{directory} && echo '{{\"db_name\": \"theirs\"}}' > sites/{directory}/site_config.json"
    ));
    bench.site("two", "");
    let refused = |code: &str| {
        let run = bench.fleet.run(&["plan", "--new-fleet"]);
        assert_eq!(run.code, 5, "{code}: {run}");
        assert!(run.err.contains(&format!("error[{code}]")), "{code}: {run}");
        assert_eq!(bench.ping("one"), "200");
        run
    };
    let run = refused("guard/foreign-object");
    assert!(run.err.contains("theirs"), "the evidence is shown: {run}");
    bench.sh(&format!("rm -r sites/{directory}"));
    // Somebody else's database of the predicted name.
    let events = bench.fleet.run(&["plan", "--json", "--new-fleet"]);
    let schema = events
        .events("planned_change")
        .into_iter()
        .find(|event| event["change"]["resource"]["identity"] == "site.two/schema");
    let name = schema.unwrap()["change"]["resource"]["resource_name"].as_str().unwrap().to_owned();
    bench.sql(&format!("CREATE DATABASE {name}; CREATE TABLE {name}.theirs (a int)"));
    refused("guard/foreign-object");
    let run = bench.fleet.apply();
    assert_eq!(run.code, 5, "{run}");
    assert_eq!(bench.sql(&format!("SHOW TABLES FROM {name}")), "theirs");
    bench.sql(&format!("DROP DATABASE {name}"));
    bench.fleet.write("tenants/two.kdl", "");
    bench.fleet.settled();

    bench.site("one", "");
    refused("guard/app-removed");
    bench.site("one", "\"erpnext\"");
    bench.fleet.edit(IMAGE, "tenantry-standin/erpnext:16.1");
    bench.fleet.edit("frappe \"15\"", "frappe \"16\"");
    refused("guard/release-change");
    bench.fleet.edit("tenantry-standin/erpnext:16.1", IMAGE);
    refused("guard/release-differs");
    bench.fleet.edit("frappe \"16\"", "frappe \"15\"");
    bench.fleet.write("tenants/one.kdl", "");
    refused("guard/data-without-tombstone");
    let run = bench.fleet.apply();
    assert_eq!((run.code, bench.ping("one").as_str()), (5, "200"), "{run}");
    bench.site("one", "\"erpnext\"");
    bench.fleet.settled();
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_first_apply_that_lacked_the_image_is_mended_by_one_second() {
    let bench = Bench::new("sm", &[("one", "")]);
    bench.fleet.edit(IMAGE, "tenantry-standin/erpnext:missing");
    let run = bench.fleet.apply();
    assert_eq!(run.code, 5, "{run}");
    assert!(run.err.contains("error[guard/image-missing]"), "{run}");
    let volume = format!("{}-bench-a_sites", bench.fleet.id);
    bench.fleet.ask(&["volume", "inspect", &volume]);
    bench.fleet.edit("tenantry-standin/erpnext:missing", IMAGE);
    // The backend is yet to come, and the websocket waits for a document that nobody has written.
    bench.converges(&["one"]);
}
