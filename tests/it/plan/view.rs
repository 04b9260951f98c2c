//! Plans as people and programs read them.

use tenantry::cli::view::{Output, plan_json, plan_text};
use tenantry::desired::content::Content;
use tenantry::plan::Plan;

use super::fixture::{Fleet, file};
use super::promises::settled;
use super::world::World;

fn text(plan: &Plan) -> String {
    plan_text::plan(plan, Output { color: false })
}

#[test]
fn a_new_fleet_is_told_by_declaration_and_counted_as_terraform_counts() {
    let fleet = Fleet::new();
    let text = text(&fleet.plan(&World::default().observe()));
    assert!(text.contains("benches/b.kdl:2  bench.b\n"), "{text}");
    assert!(text.contains("+ container queue-short   erp\n"), "{text}");
    assert!(text.contains("1 entry in bench-b.yml") || text.contains("2 entries in bench-b.yml"), "{text}");
    assert!(text.ends_with("Plan: 12 to add, 0 to change, 0 to destroy.\n"), "{text}");
}

#[test]
fn a_change_is_told_by_fields_lines_and_downtime() {
    let mut world = settled(&Fleet::new());
    world.one("traefik").fields.files.insert("/token".to_owned(), file(Content::Sealed("other".to_owned())));
    let mut to = Fleet::new();
    to.container("backend").memory = None;
    let config = Content::Text("log: debug\n".to_owned());
    to.container("traefik").files.insert("/traefik.yml".to_owned(), file(config));
    to.container("queue-short").memory = Some(1 << 31);
    to.container("queue-short").environment.insert("A".to_owned(), "\u{1b}[2J".to_owned());
    let text = text(&to.plan(&world.observe()));
    assert!(text.contains("memory  1 GiB → none  # forces replacement"), "{text}");
    assert!(text.contains("made anew: down until the new one is healthy, at most 160 s"), "{text}");
    assert!(text.contains("- log: info\n") && text.contains("+ log: debug\n"), "{text}");
    assert!(text.contains("*** → *** (another secret)"), "{text}");
    assert!(text.contains("memory         1 GiB → 2 GiB"), "{text}");
    assert!(text.contains("looks up its upstreams only when it starts"), "{text}");
    assert!(!text.contains('\u{1b}'), "{text}");
    assert!(text.ends_with("Plan: 2 to add, 2 to change, 2 to destroy.\n"), "{text}");
}

#[test]
fn nothing_to_do_is_one_line() {
    let fleet = Fleet::new();
    let text = text(&fleet.plan(&settled(&fleet).observe()));
    assert!(text.starts_with("No changes. Looked at 4 containers"), "{text}");
    assert_eq!(text.lines().count(), 1);
}

#[test]
fn the_json_has_terraforms_shape_and_no_secret() {
    let world = settled(&Fleet::new());
    let mut to = Fleet::new();
    to.container("traefik").image = "erp".to_owned();
    let changed = plan_json::plan(&to.plan(&world.observe()));
    assert_eq!(changed["format_version"], "1.2");
    let change = &changed["resource_changes"][0];
    assert_eq!(change["type"], "container");
    assert_eq!(change["change"]["actions"], serde_json::json!(["create", "delete"]));
    assert_eq!(change["change"]["before"]["image"], "traefik");
    assert_eq!(change["change"]["after"]["image"], "erp");
    assert_eq!(change["change"]["replace_paths"], serde_json::json!([["image"]]));
    let new = plan_json::plan(&to.plan(&World::default().observe()));
    let made = new["resource_changes"].as_array().unwrap();
    let traefik = made.iter().find(|one| one["address"] == "edge.h/container/traefik").unwrap();
    assert_eq!(traefik["change"]["after"]["files"]["/token"]["content"], "***");
    assert_eq!(traefik["change"]["after"]["files"]["/traefik.yml"]["content"], "log: info\n");
}
