//! What is never done to a bench or a site, and why.

use serde_json::json;
use tenantry::desired::observed::Observation;
use tenantry::diag::Code;

use super::{Bench, FLEET, SITE, TENANT, id};

/// The one refusal of a plan: its code, and everything that it says.
fn refused(bench: &Bench) -> (Code, String) {
    let plan = bench.plan();
    let said: Vec<String> = plan.refusals.iter().map(|refusal| format!("{:?}", refusal.diagnostic)).collect();
    let first = plan.refusals.first().expect("a refusal");
    (first.diagnostic.code, said.join("\n"))
}

#[test]
fn an_app_is_never_taken_off_a_site() {
    let mut bench = Bench::applied();
    bench.tenant = TENANT.replace("apps \"erpnext\";", "");
    let (code, said) = refused(&bench);
    assert_eq!(code, Code::GUARD_APP_REMOVED);
    assert!(said.contains("erpnext"), "{said}");
}

#[test]
fn an_app_that_was_installed_by_hand_is_nobodys_business() {
    let bench = Bench::applied();
    bench.server(|server| {
        for database in server.schemas.values_mut() {
            database.installed.push("theirs".to_owned());
        }
    });
    bench.settle(0);
}

#[test]
fn a_bench_with_sites_keeps_its_release() {
    let mut bench = Bench::applied();
    bench.fleet = FLEET.replace("erp:1", "erp:2");
    let (code, said) = refused(&bench);
    assert_eq!(code, Code::GUARD_RELEASE_CHANGE);
    assert!(said.contains("erp:1") && said.contains("one.example.org"), "{said}");
    assert!(bench.plan().changes.iter().all(|change| !change.id.of.starts_with("bench.")));
}

#[test]
fn a_bench_with_sites_that_does_not_run_keeps_its_release() {
    let mut bench = Bench::applied();
    let stop = |state: &mut tenantry::sandbox::State| {
        for container in state.containers.values_mut() {
            container.thing.phase = tenantry::sandbox::state::Phase::Exited(0);
        }
    };
    bench.sandbox.edit(stop).unwrap();
    bench.fleet = FLEET.replace("erp:1", "erp:2");
    assert_eq!(refused(&bench).0, Code::GUARD_RELEASE_CHANGE);
}

#[test]
fn a_bench_without_sites_changes_its_release() {
    let mut bench = Bench::new();
    bench.tenant = "tenant \"t\" { plan \"p\"; site \"other.example.com\" { bench \"c\" } }".to_owned();
    bench.fleet = format!("{FLEET}bench \"c\" {{ release \"r\"; host \"h\"; database \"main\" }}\n")
        + "release \"s\" { frappe \"15.80.0\"; image \"erp:2\"; apps \"erpnext\" }\n";
    bench.settle(1);
    bench.fleet = bench.fleet.replacen("bench \"b\" { release \"r\"", "bench \"b\" { release \"s\"", 1);
    bench.settle(1);
}

#[test]
fn an_image_that_is_not_what_its_release_says_makes_no_site() {
    let mut bench = Bench::new();
    bench.fleet = FLEET.replace("erp:1", "wrong-release:1");
    let plan = bench.plan();
    bench.apply(&plan, &tenantry::apply::Options::default());
    let observed = bench.observed();
    assert!(!matches!(observed.objects.get(&id("site.one/site")), Some(Observation::Present(_))));
}

#[test]
fn an_image_that_is_found_out_to_differ_is_told() {
    let mut bench = Bench::new();
    bench.fleet = FLEET.replace("erp:1", "wrong-release:1");
    let plan = bench.plan();
    bench.apply(&plan, &tenantry::apply::Options::default());
    let write = |state: &mut tenantry::sandbox::State| {
        let content = tenantry::desired::content::Content::Text("{}".to_owned());
        let file = tenantry::desired::docker::File { content, mode: 0o644, uid: 1000, gid: 1000 };
        let volume = state.volumes.get_mut("f-bench-b_sites").unwrap();
        volume.thing.files.insert("common_site_config.json".to_owned(), file);
    };
    bench.sandbox.edit(write).unwrap();
    let (code, said) = refused(&bench);
    assert_eq!(code, Code::GUARD_RELEASE_DIFFERS);
    assert!(said.contains("the release says Frappe 15.80.0, the image has 0.0.0"), "{said}");
}

#[test]
fn a_directory_of_somebody_else_is_left_alone() {
    let bench = Bench::applied();
    bench.edit(SITE, |document| *document = json!({ "db_name": "theirs", "db_password": "x" }));
    let (code, said) = refused(&bench);
    assert_eq!(code, Code::GUARD_FOREIGN_OBJECT);
    assert!(said.contains("theirs"), "{said}");
}

#[test]
fn a_directory_of_another_fleet_is_left_alone() {
    let bench = Bench::applied();
    bench.edit(SITE, |document| document["tenantry"]["fleet"] = json!("other"));
    let (code, said) = refused(&bench);
    assert_eq!(code, Code::GUARD_FOREIGN_OBJECT);
    assert!(said.contains("belongs to fleet other"), "{said}");
}

#[test]
fn a_document_that_is_not_json_is_never_taken_for_none() {
    let bench = Bench::applied();
    let spoil = |state: &mut tenantry::sandbox::State| {
        let volume = state.volumes.get_mut("f-bench-b_sites").unwrap();
        let file = volume.thing.files.get_mut(SITE).unwrap();
        file.content = tenantry::desired::content::Content::Text("{\"db_name\": ".to_owned());
    };
    bench.sandbox.edit(spoil).unwrap();
    let (code, said) = refused(&bench);
    assert_eq!(code, Code::GUARD_UNREADABLE_OBJECT);
    assert!(said.contains("sites/one.example.org/site_config.json") && !said.contains("db_name"), "{said}");
}

#[test]
fn a_site_whose_directory_is_lost_is_not_made_over_its_database() {
    let bench = Bench::applied();
    let lose = |state: &mut tenantry::sandbox::State| {
        state.volumes.get_mut("f-bench-b_sites").unwrap().thing.files.remove(SITE);
    };
    bench.sandbox.edit(lose).unwrap();
    let (code, said) = refused(&bench);
    assert_eq!(code, Code::GUARD_LOST);
    assert!(said.contains("no directory") && said.contains("has a site in it"), "{said}");
}

#[test]
fn a_site_whose_tables_are_lost_is_not_made_over_its_files() {
    let bench = Bench::applied();
    bench.server(|server| {
        for database in server.schemas.values_mut() {
            database.installed.clear();
            database.has_administrator = false;
        }
    });
    let (code, said) = refused(&bench);
    assert_eq!(code, Code::GUARD_LOST);
    assert!(said.contains("has lost Frappe's tables") && said.contains("from a backup"), "{said}");
}

#[test]
fn a_site_does_not_move() {
    let mut bench = Bench::applied();
    bench.fleet = FLEET.replace("example.org", "example.net");
    let (code, said) = refused(&bench);
    assert_eq!(code, Code::GUARD_SITE_MOVES);
    assert!(said.contains("ends with `.example.org`, and would end with `.example.net`"), "{said}");
    bench.fleet = format!("{FLEET}bench \"c\" {{ release \"r\"; host \"h\"; database \"main\" }}\n");
    bench.tenant = TENANT.replace("bench \"b\"", "bench \"c\"")
        + "tenant \"u\" { plan \"p\"; site \"two\" { bench \"b\" } }\n";
    let plan = bench.plan();
    bench.apply(&plan, &tenantry::apply::Options::default());
    let (code, said) = refused(&bench);
    assert_eq!(code, Code::GUARD_SITE_MOVES);
    assert!(said.contains("bench.b"), "{said}");
}
