//! What a backend cannot express is reported where it was written, and left out.

use tenantry::check::check;
use tenantry::desired::{Desired, Object, Owner};
use tenantry::diag::{Code, Diagnostic, Diagnostics};
use tenantry::model::{ConfigValue, Layer, Layered, Model, Site, Table};
use tenantry::provider::lower::lower;
use tenantry::source::Spanned;
use tenantry::world::secret::SecretRef;

use crate::by_hand;

fn lowered(model: Model) -> (Desired, Vec<Diagnostic>) {
    let mut diagnostics = Diagnostics::default();
    let checked = check(model, &mut diagnostics);
    let checked = checked.unwrap_or_else(|| panic!("{:#?}", diagnostics.clone().sorted()));
    let desired = lower(&checked, &mut diagnostics);
    (desired, diagnostics.sorted())
}

fn with_site(certificates: bool, change: impl FnOnce(&mut Site)) -> Model {
    let mut model = by_hand::model(certificates);
    let mut sites: Vec<Site> = model.sites.iter().map(|(_, site)| site.clone()).collect();
    change(&mut sites[0]);
    model.sites = Table::new(sites);
    model
}

#[test]
fn a_dns_provider_without_a_known_variable_is_refused_with_those_that_have_one() {
    let mut model = by_hand::model(true);
    let dns = model.fleet.certificates.as_mut().unwrap().acme.as_mut().unwrap().dns.as_mut().unwrap();
    dns.value = "mydns".to_owned();
    let span = dns.span;
    let (_, found) = lowered(model);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].code, Code::LOWER_DNS_PROVIDER);
    assert_eq!(found[0].primary.as_ref().unwrap().span, span);
    assert!(found[0].help[0].text.contains("`cloudflare`"));
}

#[test]
fn a_secret_inside_a_map_is_refused_and_not_written() {
    let secret =
        ConfigValue::Map(vec![("x".to_owned(), ConfigValue::Secret(SecretRef::Env("X".to_owned())))]);
    for value in [secret, ConfigValue::List(vec![ConfigValue::Float(f64::INFINITY)])] {
        let model = with_site(false, |site| {
            let span = site.meta.span;
            let value = Layered { value, layer: Layer::Site, span: Some(span) };
            site.config.push((Spanned::new("login".to_owned(), span), value));
        });
        let (desired, found) = lowered(model);
        assert_eq!(found.len(), 1, "{found:#?}");
        assert_eq!(found[0].code, Code::LOWER_CONFIG_VALUE);
        let entry = &desired.objects[&"site.globex/site".parse().unwrap()];
        let Object::Site(site) = &entry.object else { panic!("no site") };
        assert!(!site.config.contains_key("login") && !site.secret_config.contains_key("login"));
    }
}

#[test]
fn a_name_that_would_leave_its_backticks_is_never_in_a_rule() {
    let model = with_site(false, |site| site.domains[1].name.value = "a`) || PathPrefix(`/".to_owned());
    // Names are looked at when they are read; this is the last boundary, whatever comes before it.
    let (desired, found) = lowered(model);
    assert_eq!(found.iter().map(|found| found.code).collect::<Vec<_>>(), [Code::LOWER_TRAEFIK_TEXT]);
    let Object::Route(route) = &desired.objects[&"site.globex/route".parse().unwrap()].object else {
        panic!("no route")
    };
    assert!(!format!("{:?}", route.entries).contains("PathPrefix"));
}

#[test]
fn what_is_a_tenants_own_is_owned_by_it_and_the_rest_by_the_platform() {
    let (desired, _) = lowered(by_hand::model(true));
    let owner = |id: &str| desired.objects[&id.parse().unwrap()].owner.clone();
    let globex = Owner::Tenant("globex".to_owned());
    assert_eq!(owner("site.globex/route"), globex);
    assert_eq!(owner("site.shop/account"), globex);
    assert_eq!(owner("bench.own/container/backend"), globex);
    assert_eq!(owner("bench.v15-a/container/backend"), Owner::Platform);
    assert_eq!(owner("host.fra-1/image/redis:7.4"), Owner::Platform);
}

#[test]
fn names_come_from_ids_and_addresses_from_names() {
    let mut model = by_hand::model(true);
    let mut benches: Vec<_> = model.benches.iter().map(|(_, bench)| bench.clone()).collect();
    benches[2].meta.name = "renamed".to_owned();
    benches[2].meta.address = tenantry::value::Address::new(tenantry::value::Kind::Bench, "renamed");
    model.benches = Table::new(benches);
    let (before, _) = lowered(by_hand::model(true));
    let (after, _) = lowered(model);
    for (id, entry) in &after.objects {
        assert_eq!(entry.object, before.objects[id].object, "{id}");
    }
    let id = "bench.v15-a/container/backend".parse().unwrap();
    assert_eq!(after.objects[&id].address, "bench.renamed/container/backend");
}

#[test]
fn a_bench_without_a_release_keeps_only_what_holds_its_data() {
    let (desired, _) = lowered(by_hand::model(true));
    let of: Vec<String> =
        desired.objects.keys().filter(|id| id.of == "bench.empty").map(ToString::to_string).collect();
    assert_eq!(
        of,
        [
            "bench.empty/network/bench",
            "bench.empty/volume/redis-queue",
            "bench.empty/container/redis-cache",
            "bench.empty/container/redis-queue",
        ]
    );
}
