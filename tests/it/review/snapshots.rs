//! What reviewers see, as text and as Markdown, kept in `tests/cases/review`.

use super::fixture::{Files, Pair, tenant_path};
use crate::support::disk;

fn show(name: &str, base: &Files, head: &Files) -> Pair {
    let pair = Pair::new(base, head);
    disk::fresh(&format!("tests/cases/review/{name}.txt"), &pair.text());
    disk::fresh(&format!("tests/cases/review/{name}.md"), &pair.markdown());
    pair
}

#[test]
fn a_tenant_is_added() {
    let base = Files::example("quickstart");
    let head = base.clone().with(
        "tenants/umbra.kdl",
        "tenant \"umbra\" {\n    plan \"business\"\n    site \"umbra\" {\n        bench \"main\"\n        apps \"erpnext\"\n    }\n}\n",
    );
    let pair = show("tenant-added", &base, &head);
    assert_eq!(pair.review.money().signed(), "+79 EUR/month");
    assert!(pair.review.plan.refusals.is_empty());
}

#[test]
fn a_line_of_a_plan_is_edited_and_eighty_tenants_have_it() {
    let mut base = Files::with_tenants(83);
    for (n, own) in [(7, "limits { connections 30; }"), (11, "limits { connections 40; }")] {
        base = base.edit(&tenant_path(n), "plan \"business\"", &format!("plan \"business\"\n    {own}"));
    }
    let base =
        base.edit(&tenant_path(20), "bench \"main\"", "bench \"main\"\n        limits { connections 28; }");
    let head = base.clone().edit("fleet.kdl", "connections 24", "connections 26").edit(
        "fleet.kdl",
        "\"20/s\" burst=40",
        "\"30/s\" burst=60",
    );
    let pair = show("plan-edited", &base, &head);
    assert!(pair.text().lines().count() < 24, "{}", pair.text());
}

#[test]
fn a_tenant_left_the_files() {
    let base = Files::example("quickstart");
    let pair = show("tenant-gone", &base, &base.clone().without("tenants/globex.kdl"));
    assert!(pair.review.plan.changes.is_empty(), "nothing of it goes");
    assert!(!pair.review.plan.refusals.is_empty());
    assert_eq!(pair.review.money().signed(), "-79 EUR/month");
}

#[test]
fn a_price_changes_and_nothing_runs_differently() {
    let base =
        Files::with_tenants(9).edit(&tenant_path(3), "plan \"business\"", "plan \"business\"\n    suspended");
    let head = base.clone().edit("fleet.kdl", "79 EUR/month", "1068 EUR/year").edit(
        "tenants/initech.kdl",
        "plan \"starter\"",
        "plan \"business\"",
    );
    let pair = show("price", &base, &head);
    // Nine of ten pay (one is suspended): ten more each, and one goes from 19 to 89.
    assert_eq!(pair.review.money().signed(), "+160 EUR/month");
    assert!(!pair.review.is_empty());
}

#[test]
fn a_domain_goes_from_one_tenant_to_another() {
    let base = Files::example("quickstart");
    let domain = "domain \"erp.globex.example\" primary=#true\n";
    let head = base.clone().edit("tenants/globex.kdl", domain, "\n").edit(
        "tenants/initech.kdl",
        "apps \"erpnext\"\n",
        &format!("apps \"erpnext\"\n        {domain}"),
    );
    show("domain-moved", &base, &head);
}

#[test]
fn a_tenant_says_what_it_likes() {
    let base = Files::example("quickstart");
    let path = "tenants/`@octocat` #1 <b>.kdl";
    let head = base.clone().with(
        path,
        "tenant \"umbra\" {\n    plan \"business\"\n    site \"umbra\" {\n        bench \"main\"\n        config {\n            \"```\" \"@octocat\"\n        }\n    }\n}\n",
    ).edit(
        "tenants/globex.kdl",
        "max_file_size 52428800",
        "greeting \"``` </details><img src=x onerror=alert(1)> @octocat #1 [x](https://evil.example) 62170cb\\n# hi\"",
    );
    show("hostile", &base, &head);
}

#[test]
fn two_compiles_give_the_same_bytes() {
    let base = Files::with_tenants(40);
    let head = base.clone().edit("fleet.kdl", "connections 24", "connections 25").without(&tenant_path(4));
    let (one, two) = (Pair::new(&base, &head), Pair::new(&base, &head));
    assert_eq!(one.text(), two.text());
    assert_eq!(one.markdown(), two.markdown());
}
