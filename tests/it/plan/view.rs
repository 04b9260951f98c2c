//! Plans as people and programs read them.

use serde_json::Value;
use tenantry::cli::view::{Output, plan_json, plan_text};
use tenantry::desired::Object;
use tenantry::desired::content::Content;
use tenantry::plan::Plan;
use tenantry::plan::values::resources;

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

/// A plan as Terraform's tools read it.
fn json(fleet: &Fleet, world: &World) -> Value {
    let observed = world.observe();
    let plan = fleet.plan(&observed);
    plan_json::plan(&plan, &resources(&plan, &fleet.desired, &observed))
}

/// The object of an address, among the resources of a state.
fn resource<'a>(state: &'a Value, address: &str) -> Option<&'a Value> {
    let all = state["root_module"]["resources"].as_array().unwrap();
    all.iter().find(|one| one["address"] == address)
}

#[test]
fn the_json_has_terraforms_shape_and_no_secret() {
    let world = settled(&Fleet::new());
    let mut to = Fleet::new();
    to.container("traefik").image = "erp".to_owned();
    let changed = json(&to, &world);
    assert_eq!((&changed["format_version"], &changed["terraform_version"]), (&"1.2".into(), &"1.9.0".into()));
    let change = &changed["resource_changes"][0];
    assert_eq!(change["type"], "container");
    assert_eq!(change["change"]["actions"], serde_json::json!(["create", "delete"]));
    assert_eq!(change["change"]["before"]["image"], "traefik");
    assert_eq!(change["change"]["after"]["image"], "erp");
    assert_eq!(change["change"]["replace_paths"], serde_json::json!([["image"]]));
    let new = json(&to, &World::default());
    let made = new["resource_changes"].as_array().unwrap();
    let traefik = made.iter().find(|one| one["address"] == "edge.h/container/traefik").unwrap();
    assert_eq!(traefik["change"]["before"], Value::Null);
    assert_eq!(traefik["change"]["after"]["files"]["/token"]["content"], "***");
    assert_eq!(
        traefik["change"]["after_sensitive"],
        serde_json::json!({"files": {"/token": {"content": true}}})
    );
    assert_eq!(traefik["change"]["after"]["files"]["/traefik.yml"]["content"], "log: info\n");
}

#[test]
fn the_json_has_every_object_before_and_after_whole() {
    let mut from = Fleet::new();
    let mut extra = from.container("queue-short").clone();
    extra.name = "extra".to_owned();
    extra.service = "extra".to_owned();
    from.put("bench.b/container/extra", &["host.h/image/erp"], Object::Container(Box::new(extra)));
    let world = settled(&from);
    let mut to = Fleet::new();
    to.container("queue-short").environment.insert("A.B".to_owned(), "1".to_owned());
    to.container("traefik").files.remove("/traefik.yml");
    let told = json(&to, &world);
    let (before, after) = (&told["prior_state"]["values"], &told["planned_values"]);
    // What does not change stands in both, with all its fields and what is secret of them.
    let backend = "bench.b/container/backend";
    assert_eq!(resource(before, backend), resource(after, backend));
    assert_eq!(resource(after, backend).unwrap()["values"]["memory"], 1 << 30);
    // What changes differs by exactly its change, also below a name with a dot.
    for change in told["resource_changes"].as_array().unwrap() {
        let address = change["address"].as_str().unwrap();
        let values = |state| resource(state, address).map_or(&Value::Null, |one| &one["values"]);
        assert_eq!(
            (values(before), values(after)),
            (&change["change"]["before"], &change["change"]["after"])
        );
    }
    let queue = |state| &resource(state, "bench.b/container/queue-short").unwrap()["values"]["environment"];
    assert_eq!((&queue(before)["A.B"], &queue(after)["A.B"]), (&Value::Null, &"1".into()));
    let files = |state| &resource(state, "edge.h/container/traefik").unwrap()["values"]["files"];
    assert_eq!(files(before)["/traefik.yml"]["content"], "log: info\n");
    assert_eq!(files(after), &serde_json::json!({"/token": files(before)["/token"]}));
    // What goes is in the state before alone, and the files no longer declare it.
    let extra = "bench.b/container/extra";
    assert!(resource(before, extra).is_some() && resource(after, extra).is_none(), "{told}");
    assert!(resource(&told["configuration"], extra).is_none());
    let declared = resource(&told["configuration"], backend).unwrap();
    assert!(declared["depends_on"].as_array().is_some_and(|needs| !needs.is_empty()), "{declared}");
}
