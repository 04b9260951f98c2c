//! A comment has a limit, whatever the size of the change; what matters most is kept.

use tenantry::cli::view::review_markdown::LIMIT;

use super::fixture::{Files, Pair, tenant, tenant_path};

/// Tenants of the large fleet: enough that nothing fits.
const MANY: usize = 10_000;

/// All in one file: a file each only takes longer to make.
fn tenants(n: usize, of: impl Fn(usize) -> String) -> String {
    (0..n).map(of).collect()
}

#[test]
fn ten_thousand_different_changes_fit_and_the_worst_is_kept() {
    let site = |n: usize, value: String| {
        tenant(n)
            .replace("bench \"main\"", &format!("bench \"main\"\n        config {{ greeting \"{value}\"; }}"))
    };
    let base = Files::example("quickstart").with("all.kdl", &tenants(MANY, |n| site(n, format!("old {n}"))));
    let head = base
        .clone()
        .with("all.kdl", &tenants(MANY, |n| site(n, format!("new ``` {n}"))))
        .without("tenants/globex.kdl")
        .edit("fleet.kdl", "http 8080", "http 8081");
    let pair = Pair::new(&base, &head);
    let comment = pair.markdown();
    assert!(comment.len() <= LIMIT, "{} bytes", comment.len());
    assert!(comment.len() > LIMIT * 2 / 3, "{} bytes: there was room for more", comment.len());
    assert!(comment.contains("guard/data-without-tombstone"), "refusals are kept");
    assert!(comment.contains("-/+ container traefik"), "what is made anew is kept");
    assert!(comment.contains(" left out here, the worst are shown"), "{comment}");
    assert!(comment.contains(" more; `tenantry diff` shows them"));
    assert!(comment.lines().next().unwrap().starts_with("**Plan: 1 to add, "));
    assert_eq!(comment, Pair::new(&base, &head).markdown());
}

#[test]
fn ten_thousand_tenants_that_vanish_are_a_comment_too() {
    let base = Files::example("quickstart").with("all.kdl", &tenants(MANY, tenant));
    let pair = Pair::new(&base, &base.clone().without("all.kdl"));
    let comment = pair.markdown();
    assert!(comment.len() <= LIMIT, "{} bytes", comment.len());
    assert!(comment.contains("more refusals of guard/data-without-tombstone, each for the same reason"));
    assert!(
        comment.contains("10000 tenants left the files · plan `business` · -790000 EUR/month"),
        "{comment}"
    );
    assert!(pair.text().lines().count() < 80, "{}", pair.text());
}

#[test]
fn eight_thousand_tenants_of_one_edited_plan_are_one_screen() {
    let base = Files::example("quickstart").with("all.kdl", &tenants(8_000, tenant)).with(
        &tenant_path(9_000),
        &tenant(9_000).replace("plan \"business\"", "plan \"business\"\n    limits { connections 30; }"),
    );
    let head = base.clone().edit("fleet.kdl", "connections 24", "connections 26").edit(
        "fleet.kdl",
        "\"20/s\" burst=40",
        "\"30/s\" burst=60",
    );
    let pair = Pair::new(&base, &head);
    let text = pair.text();
    assert!(text.lines().count() <= 24, "{text}");
    assert!(text.contains("8002 tenants have it, with 8002 sites"), "{text}");
    assert!(text.contains("= 1 site keeps its own connections: tenants/t09000.kdl:3"), "{text}");
    assert!(text.contains("~ 8001 × account"), "{text}");
    assert!(text.contains("~ 8002 × route"), "{text}");
    assert!(pair.markdown().len() < 4_000, "{}", pair.markdown());
}
