//! Every managed field of a bench's configuration and of a site, changed by hand: one change each, and mended; or refused
//! where only people can say what is right, and then nothing is touched.
//!
//! The fields come from the types: a field that is added there and has no hand here fails the test.

use tenantry::desired::fields::Managed;
use tenantry::desired::frappe::{BenchConfig, Site};

use super::bench::Bench;

const BENCH: &str = "bench.a/bench-config";
const SITE: &str = "site.one/site";

/// What a plan makes of a hand.
enum Then {
    /// One change, and what apply makes must be so: a command in the backend that succeeds.
    Mended(&'static str),
    /// Refused with this code; the command in the backend, or SQL, takes the hand back.
    Refused(&'static str, String),
}

/// Something in a JSON document, changed by Python as anybody would.
fn edited(path: &str, change: &str) -> String {
    format!(
        "env/bin/python -c 'import json; p = \"sites/{path}\"; d = json.load(open(p)); {change}; json.dump(d, open(p, \"w\"))'"
    )
}

/// A condition on a JSON document.
macro_rules! holds {
    ($path:literal, $condition:literal) => {
        concat!(
            "env/bin/python -c 'import json; d = json.load(open(\"sites/",
            $path,
            "\")); assert ",
            $condition,
            "'"
        )
    };
}

/// Changes one field of the bench's configuration in each way there is, one after the other.
fn of_bench(bench: &Bench, field: &str, meanwhile: &mut dyn FnMut(Then)) {
    let common = |change: &str| bench.sh(&edited("common_site_config.json", change));
    match field {
        // A bench with sites keeps its image, whatever is written there.
        "image" => {
            common("d[\"tenantry\"][\"image\"] = \"by/hand:1\"");
            meanwhile(Then::Refused(
                "guard/release-change",
                edited(
                    "common_site_config.json",
                    &format!("d[\"tenantry\"][\"image\"] = \"{}\"", super::bench::IMAGE),
                ),
            ));
            common("del d[\"tenantry\"][\"image\"]");
            meanwhile(Then::Mended(holds!("common_site_config.json", "d[\"tenantry\"][\"image\"]")));
        }
        "frappe" => {
            let version = "apps/frappe/frappe/__init__.py";
            bench.sh(&format!("cp {version} /tmp/version && sed -i s/15.80.0/14.1.0/ {version}"));
            meanwhile(Then::Refused("guard/release-differs", format!("cp /tmp/version {version}")));
        }
        "missing" => {
            bench.sh("mv apps/hrms /tmp/hrms");
            meanwhile(Then::Refused("guard/release-differs", "mv /tmp/hrms apps/hrms".to_owned()));
        }
        "apps" => {
            bench.sh("echo by_hand >> sites/apps.txt");
            meanwhile(Then::Mended("! grep by_hand sites/apps.txt"));
            bench.sh("sed -i 1d sites/apps.txt");
            meanwhile(Then::Mended("grep -qx frappe sites/apps.txt"));
        }
        "config" => {
            common("d[\"redis_cache\"] = \"redis://by-hand:1\"");
            meanwhile(Then::Mended(holds!(
                "common_site_config.json",
                "d[\"redis_cache\"] == \"redis://redis-cache:6379\""
            )));
            common("del d[\"db_host\"]");
            meanwhile(Then::Mended(holds!("common_site_config.json", "d[\"db_host\"] == \"mariadb\"")));
        }
        other => panic!("no hand changes the field `{other}`: write one"),
    }
}

/// The same for the site.
fn of_site(bench: &Bench, field: &str, meanwhile: &mut dyn FnMut(Then)) {
    const PATH: &str = "one.sites.example/site_config.json";
    let site = Bench::directory("one");
    let database = bench.database("one");
    let config = |change: &str| bench.sh(&edited(PATH, change));
    let listed = |apps: &str| {
        bench.sql(&format!(
            "UPDATE {database}.tabDefaultValue SET defvalue = '{apps}' WHERE defkey = 'installed_apps'"
        ))
    };
    match field {
        "directory" => {
            bench.sh(&format!("mv sites/{site} sites/by-hand.example"));
            meanwhile(Then::Refused("guard/site-moves", format!("mv sites/by-hand.example sites/{site}")));
        }
        "database" => {
            config("d[\"db_name\"] = \"by_hand\"");
            let back = edited(PATH, &format!("d[\"db_name\"] = \"{database}\""));
            meanwhile(Then::Refused("guard/site-moves", back));
        }
        "tenant" => {
            config("d[\"tenantry\"][\"tenant\"] = \"tenant.by-hand\"");
            let back = edited(PATH, "d[\"tenantry\"][\"tenant\"] = \"tenant.one\"");
            meanwhile(Then::Refused("guard/another-tenant", back));
        }
        // A site that has borne our mark is never made anew.
        "complete" => {
            bench.sql(&format!("RENAME TABLE {database}.tabDefaultValue TO {database}.by_hand"));
            meanwhile(Then::Refused("guard/lost", String::new()));
        }
        "database_password" => {
            config("d[\"db_password\"] = \"by hand\"");
            meanwhile(Then::Mended(holds!(
                "one.sites.example/site_config.json",
                "d[\"db_password\"] != \"by hand\""
            )));
            config("del d[\"db_password\"]");
            meanwhile(Then::Mended(holds!("one.sites.example/site_config.json", "d[\"db_password\"]")));
        }
        // Frappe keeps a salted hash, so what can be seen is that somebody else set it through another fleet's files.
        "admin_password" => {
            config("d[\"tenantry\"][\"admin\"] = \"by hand\"");
            meanwhile(Then::Mended(holds!(
                "one.sites.example/site_config.json",
                "d[\"tenantry\"][\"admin\"] != \"by hand\""
            )));
        }
        "apps" => {
            bench.sh(&format!("bench --site {site} uninstall-app hrms --yes --no-backup"));
            meanwhile(Then::Mended("true"));
            // Only taken off the list: its tables and modules are still there.
            bench.sh(&format!("bench --site {site} remove-from-installed-apps hrms"));
            meanwhile(Then::Mended("true"));
            assert!(bench.sql(&format!("SHOW TABLES FROM {database}")).contains("tabSalary Slip"));
        }
        "unfinished" => {
            config("d[\"tenantry\"][\"installing\"] = [\"hrms\"]");
            meanwhile(Then::Mended(holds!(
                "one.sites.example/site_config.json",
                "\"installing\" not in d[\"tenantry\"]"
            )));
            listed("[\"frappe\", \"erpnext\"]");
            config("d[\"tenantry\"][\"installing\"] = [\"hrms\"]");
            meanwhile(Then::Mended("true"));
        }
        "config" => {
            config("d[\"max_file_size\"] = 1");
            meanwhile(Then::Mended(holds!(
                "one.sites.example/site_config.json",
                "d[\"max_file_size\"] == 1048576 and d[\"theirs\"] == 1"
            )));
            config("del d[\"host_name\"]");
            meanwhile(Then::Mended(holds!("one.sites.example/site_config.json", "d[\"host_name\"]")));
            // One that the fleet wants away.
            config("d[\"mute_emails\"] = 1");
            meanwhile(Then::Mended(holds!("one.sites.example/site_config.json", "\"mute_emails\" not in d")));
        }
        "secret_config" => {
            config("d[\"mail_password\"] = \"by hand\"");
            meanwhile(Then::Mended(holds!(
                "one.sites.example/site_config.json",
                "d[\"mail_password\"] == \"s3cret-mail\""
            )));
            config("del d[\"mail_password\"]");
            meanwhile(Then::Mended(holds!(
                "one.sites.example/site_config.json",
                "d[\"mail_password\"] == \"s3cret-mail\""
            )));
        }
        "scheduler" => {
            bench.sh(&format!("bench --site {site} scheduler disable"));
            meanwhile(Then::Mended("bench --site one.sites.example scheduler status | grep enabled"));
        }
        "suspended" => {
            bench.sh(&format!("bench --site {site} set-maintenance-mode on"));
            meanwhile(Then::Mended(holds!(
                "one.sites.example/site_config.json",
                "not d.get(\"maintenance_mode\")"
            )));
        }
        other => panic!("no hand changes the field `{other}`: write one"),
    }
}

/// Holds a hand to what it must come to.
fn check(bench: &Bench, identity: &str, field: &str, then: &Then) {
    match then {
        Then::Mended(so) => {
            let planned = bench.fleet.planned();
            assert_eq!(planned, vec![("update".to_owned(), identity.to_owned())], "{field}");
            bench.fleet.applied();
            bench.sh(so);
        }
        Then::Refused(code, back) => {
            let before = bench.sh("cat sites/*.json sites/*.txt sites/*/site_config.json");
            let run = bench.fleet.apply();
            assert_eq!(run.code, 5, "{field}: {run}");
            assert!(run.err.contains(code), "{field}: {run}");
            assert_eq!(bench.sh("cat sites/*.json sites/*.txt sites/*/site_config.json"), before, "{field}");
            if field == "complete" {
                let database = bench.database("one");
                bench.sql(&format!("RENAME TABLE {database}.by_hand TO {database}.tabDefaultValue"));
            } else {
                bench.sh(back);
            }
        }
    }
    // That nothing else is left to do shows in the plan of the next hand.
    assert_eq!(bench.ping("one"), "200", "{field}");
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn every_field_of_a_bench_and_of_a_site_that_is_changed_by_hand_is_told_and_mended() {
    let mut bench = Bench::new("sdr", &[]);
    bench.fleet.environment.insert("MAIL".to_owned(), "s3cret-mail".to_owned());
    let site = "        apps \"erpnext\" \"hrms\"\n        config {\n            max_file_size 1048576\n            \
                mail_password (secret)\"env:MAIL\"\n            mute_emails #null\n        }\n";
    bench.fleet.write(
        "tenants/one.kdl",
        &format!(
            "tenant \"one\" {{\n    plan \"p\"\n    site \"one\" {{\n        bench \"a\"\n{site}    }}\n}}\n"
        ),
    );
    bench.converges(&["one"]);
    // A key that is not ours, in every document: nobody sees it, and nobody takes it away.
    bench.sh(&edited("one.sites.example/site_config.json", "d[\"theirs\"] = 1"));
    bench.sh(&edited("common_site_config.json", "d[\"theirs\"] = 1"));
    bench.fleet.settled();
    for field in BenchConfig::FIELDS {
        let mut hands = 0;
        of_bench(&bench, field.name, &mut |then| {
            hands += 1;
            check(&bench, BENCH, field.name, &then);
        });
        assert!(hands > 0);
    }
    for field in Site::FIELDS {
        let mut hands = 0;
        of_site(&bench, field.name, &mut |then| {
            hands += 1;
            check(&bench, SITE, field.name, &then);
        });
        assert!(hands > 0);
    }
    bench.fleet.settled();
    for path in ["common_site_config.json", "one.sites.example/site_config.json"] {
        bench.sh(&format!("grep '\"theirs\": 1' sites/{path}"));
    }
    swapped(&bench);
}

/// Two containers that somebody stopped and started have each other's addresses, and nginx asks the wrong one.
fn swapped(bench: &Bench) {
    let backend = bench.backend();
    let queue = bench.fleet.container("bench", "queue-short");
    bench.fleet.ask(&["stop", "-t", "0", &backend, &queue]);
    bench.fleet.ask(&["start", &queue]);
    bench.fleet.ask(&["start", &backend]);
    bench.sh("wait-for-it 127.0.0.1:8000 -t 30");
    // nginx's 502, which Traefik puts a page in the place of.
    assert_eq!(bench.ping("one"), "503", "they have not swapped their addresses");
    let frontend = ("update".to_owned(), "bench.a/container/frontend".to_owned());
    assert_eq!(bench.fleet.planned(), [frontend]);
    bench.fleet.applied();
    assert_eq!(bench.ping("one"), "200");
    bench.fleet.settled();
}
