//! Names, identities, layers: what resolving computes.

use tenantry::diag::Diagnostics;
use tenantry::model::{ConfigValue, Layer, Model};
use tenantry::resolve;

use super::{FLEET, files, fleet};

fn site<'m>(model: &'m Model, name: &str) -> &'m tenantry::model::Site {
    model.sites.iter().find(|(_, site)| site.meta.name == name).unwrap().1
}

#[test]
fn renaming_with_an_id_keeps_every_physical_name() {
    let before = fleet(r#"tenant "t" { plan "p"; site "globex" { bench "b" } }"#).whole();
    let after = fleet(r#"tenant "t" { plan "p"; site "stark" id="globex" { bench "b" } }"#).whole();
    let (before, after) = (site(&before, "globex"), site(&after, "stark"));
    assert_eq!(after.meta.address.as_str(), "site.stark");
    assert_eq!(after.meta.identity, before.meta.identity);
    assert_eq!(after.database_name, before.database_name);
    assert_eq!(after.host_name, before.host_name);
    assert_eq!(after.admin_password, before.admin_password);
}

#[test]
fn database_names_are_readable_short_and_differ_where_identities_differ() {
    let model = fleet(
        r#"tenant "t" {
            plan "p"
            site "erp.globex.example" { bench "b" }
            site "erp-globex.example" { bench "b" }
            site "a-name-of-forty-characters-which-is-long" { bench "b" }
        }"#,
    )
    .whole();
    let names: Vec<&str> = model.sites.iter().map(|(_, site)| site.database_name.as_str()).collect();
    assert!(
        names[1].starts_with("demo_erp_globex_example_") && names[2].starts_with("demo_erp_globex_example_")
    );
    assert_ne!(names[1], names[2]);
    assert_eq!(names[0].len(), "demo_".len() + 24 + 1 + 8);
    assert!(
        names
            .iter()
            .all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'))
    );
}

#[test]
fn a_database_name_never_changes_between_versions_of_tenantry() {
    let model = fleet(r#"tenant "t" { plan "p"; site "globex" { bench "b" } }"#).whole();
    assert_eq!(site(&model, "globex").database_name, "demo_globex_ac970fb8");
}

#[test]
fn the_nearest_layer_wins_and_keeps_its_place() {
    let text = r#"
tenant "t" {
    plan "p"
    limits { users 20 }
    site "one" { bench "b"; limits { users 30 } }
    site "two" { bench "b" }
}"#;
    let compiled = fleet(text);
    let place = |span| compiled.sources.place(span);
    let model = compiled.model.as_ref().unwrap();
    let one = site(model, "one").limits.users.clone().unwrap();
    let two = site(model, "two").limits.users.clone().unwrap();
    assert_eq!((one.value, one.layer, place(one.span.unwrap()).as_str()), (30, Layer::Site, "b.kdl:5"));
    assert_eq!((two.value, two.layer, place(two.span.unwrap()).as_str()), (20, Layer::Tenant, "b.kdl:4"));
}

#[test]
fn a_partial_block_keeps_what_the_layer_below_says() {
    let model = fleet(
        r#"size "s" { gunicorn workers=6 threads=8; queues long=3 }
        bench "own" { host "h"; size "s"; gunicorn workers=9 }"#,
    )
    .whole();
    let bench = model.benches.iter().find(|(_, bench)| bench.meta.name == "own").unwrap().1;
    assert_eq!((bench.gunicorn.value.workers, bench.gunicorn.value.threads), (9, 8));
    assert_eq!((bench.gunicorn.layer, bench.queues.layer), (Layer::Bench, Layer::Size));
    assert_eq!((bench.queues.value.short, bench.queues.value.long), (1, 3));
}

#[test]
fn a_plan_never_limits_the_memory_of_a_shared_bench() {
    let text = r#"plan "big" { limits { memory "9GiB" } }
        tenant "t" { plan "big" }
        bench "own" { host "h"; tenant "t"; memory "1GiB" }
        bench "shared" { host "h"; memory "1GiB" }"#;
    let model = fleet(text).whole();
    let memory: Vec<(u64, Layer)> = model
        .benches
        .iter()
        .filter_map(|(_, bench)| bench.resources.memory.as_ref().map(|m| (m.value >> 30, m.layer)))
        .collect();
    // The bench's own word is nearer than the plan's.
    assert_eq!(memory, [(1, Layer::Bench), (1, Layer::Bench)]);
    let without = text.replacen(r#"; memory "1GiB""#, "", 1);
    let model = fleet(&without).whole();
    let own = model.benches.iter().find(|(_, bench)| bench.meta.name == "own").unwrap().1;
    assert_eq!(own.resources.memory.as_ref().map(|m| (m.value >> 30, m.layer)), Some((9, Layer::Plan)));
}

#[test]
fn a_site_may_stand_in_its_tenant_or_alone() {
    let model = fleet(
        r#"site "alone" tenant="t" bench="b"
        tenant "t" plan="p" { site "inside" bench="b" }"#,
    )
    .whole();
    assert_eq!(site(&model, "alone").tenant.id, site(&model, "inside").tenant.id);
}

#[test]
fn config_holds_scalars_lists_objects_secrets_and_removals() {
    let model = fleet(
        r#"tenant "t" { plan "p"; site "s" { bench "b"; config {
            max_file_size 52428800
            allow_cors "https://a.example" "https://b.example"
            (list)workers "one"
            keycloak_login client_id="erp" { client_secret (secret)"env:KC" }
            developer_mode #null
            ratio 0.5
            mute_emails #true
        } } }"#,
    )
    .whole();
    let config = &site(&model, "s").config;
    let value = |key: &str| &config.iter().find(|(own, _)| own.value == key).unwrap().1.value;
    assert_eq!(value("max_file_size"), &ConfigValue::Integer(52_428_800));
    assert!(matches!(value("allow_cors"), ConfigValue::List(items) if items.len() == 2));
    assert!(matches!(value("workers"), ConfigValue::List(items) if items.len() == 1));
    assert_eq!(value("keycloak_login").to_string(), r#"{client_id: "erp", client_secret: env:KC}"#);
    assert_eq!(value("developer_mode"), &ConfigValue::Remove);
    assert_eq!(value("ratio"), &ConfigValue::Float(0.5));
    assert_eq!(value("mute_emails"), &ConfigValue::Bool(true));
}

#[test]
fn explain_shows_every_layer_and_which_one_wins() {
    let text = r#"tenant "t" { plan "p"; limits { users 20 }; site "s" { bench "b" } }"#;
    let compiled = files(&[("a-fleet.kdl", FLEET), ("b.kdl", text)]);
    let mut diagnostics = Diagnostics::default();
    let fields = resolve::explain(&compiled.spec, "site.s", &mut diagnostics).unwrap();
    let users = fields.iter().find(|field| field.name == "limits.users").unwrap();
    let shown: Vec<(&str, &str, bool)> =
        users.chain.iter().map(|link| (link.layer.as_str(), link.value.as_str(), link.wins)).collect();
    assert_eq!(shown, [("plan", "10", false), ("tenant", "20", true)]);
    for name in ["identity", "host-name", "database-name", "bench", "name"] {
        assert!(fields.iter().any(|field| field.name == name), "{name} is not explained: {fields:#?}");
    }
    assert!(diagnostics.is_empty());
    assert!(resolve::explain(&compiled.spec, "site.z", &mut diagnostics).is_none());
    assert!(diagnostics.has_errors());
}
