//! What can be known from the files is told, what can't is not, and nothing of a secret is opened.

use tenantry::desired::change::Action;
use tenantry::diag::Code;

use super::fixture::{Files, Pair};

const EXAMPLES: [&str; 4] = ["quickstart", "edge-only", "acme-cloud", "tls"];

#[test]
fn a_fleet_and_itself_have_no_changes() {
    for name in EXAMPLES {
        let files = Files::example(name);
        let pair = Pair::new(&files, &files);
        assert!(pair.review.is_empty(), "{name}: {}", pair.text());
        assert!(pair.review.plan.not_compared.is_empty(), "{name}");
        assert!(pair.text().starts_with("No changes. Compared "), "{}", pair.text());
        assert_eq!(pair.text().lines().count(), 1, "{}", pair.text());
        assert!(pair.markdown().starts_with("**No changes. Compared "));
    }
}

#[test]
fn a_remark_is_no_change() {
    let base = Files::example("quickstart");
    let head = base.clone().edit("fleet.kdl", "// A machine.", "// A remark.\n\n// A machine.");
    assert!(Pair::new(&base, &head).review.is_empty());
}

#[test]
fn another_reference_is_another_secret_and_none_is_told() {
    let base = Files::example("quickstart").edit(
        "tenants/globex.kdl",
        "max_file_size 52428800",
        "mail_password (secret)\"env:MAIL_ONE\"",
    );
    let head = base.clone().edit("tenants/globex.kdl", "env:MAIL_ONE", "env:MAIL_TWO");
    let pair = Pair::new(&base, &head);
    let change = &pair.review.plan.changes[0];
    assert_eq!(pair.review.plan.changes.len(), 1, "{}", pair.text());
    assert_eq!(change.fields[0].path, "secret_config.mail_password");
    assert!(pair.text().contains("*** → *** (another secret)"), "{}", pair.text());
    assert!(pair.review.plan.not_compared.is_empty());
}

#[test]
fn a_site_on_another_bench_is_refused_as_on_a_real_host() {
    let base = Files::example("quickstart");
    let bench = "bench \"two\" {\n    release \"erp-15.80\"\n    size \"small\"\n    host \"local\"\n    database \"main\"\n}\n";
    let head = base.clone().with("benches/two.kdl", bench).edit(
        "tenants/globex.kdl",
        "bench \"main\"",
        "bench \"two\"",
    );
    let pair = Pair::new(&base, &head);
    let codes: Vec<Code> = pair.review.plan.refusals.iter().map(|r| r.diagnostic.code).collect();
    assert_eq!(codes, [Code::GUARD_SITE_MOVES], "{}", pair.text());
}

#[test]
fn another_release_under_sites_is_refused() {
    let base = Files::example("quickstart");
    let head = base.clone().edit("fleet.kdl", "frappe/erpnext:v15.80.0", "frappe/erpnext:v15.81.0");
    let pair = Pair::new(&base, &head);
    assert!(
        pair.review.plan.refusals.iter().any(|r| r.diagnostic.code == Code::GUARD_RELEASE_CHANGE),
        "{}",
        pair.text()
    );
}

#[test]
fn a_new_host_is_empty_and_not_unreadable() {
    let base = Files::example("quickstart");
    let more = "host \"two\" { engine \"sandbox\"; }\nedge \"two\" { host \"two\"; }\n";
    let pair = Pair::new(&base, &base.clone().with("two.kdl", more));
    assert!(pair.review.plan.refusals.is_empty(), "{}", pair.text());
    assert!(!pair.review.plan.changes.is_empty());
    assert!(pair.review.plan.changes.iter().all(|change| change.action == Action::Create));
}

#[test]
fn nobody_looks_at_a_host_that_left() {
    let base = Files::example("quickstart");
    let more = "host \"two\" { engine \"sandbox\"; }\nedge \"two\" { host \"two\"; }\n";
    let pair = Pair::new(&base.clone().with("two.kdl", more), &base);
    assert!(pair.review.plan.changes.is_empty(), "{}", pair.text());
    assert!(pair.text().contains("note: host `two` left the files: its "), "{}", pair.text());
}

#[test]
fn whether_an_image_was_brought_by_hand_is_not_guessed() {
    let base = Files::example("quickstart").edit(
        "fleet.kdl",
        "engine \"sandbox\"",
        "engine \"sandbox\"\n    images \"never\"",
    );
    let head = base.clone().edit("fleet.kdl", "http 8080", "http 8080\n    image \"traefik:v3.5.9\"");
    let pair = Pair::new(&base, &head);
    assert!(pair.review.plan.refusals.is_empty(), "{}", pair.text());
    assert!(pair.text().contains("note: host `local` pulls no images: `traefik:v3.5.9` must be there"));
}

#[test]
fn another_fleet_id_would_build_everything_twice_and_is_refused() {
    let base = Files::example("quickstart");
    let head = base.clone().edit("fleet.kdl", "id \"quick\"", "id \"slow\"");
    let pair = Pair::new(&base, &head);
    assert!(pair.review.plan.is_refused(), "{}", pair.text());
    assert_eq!(pair.review.plan.refusals[0].diagnostic.code, Code::GUARD_NEW_FLEET);
}

#[test]
fn what_goes_is_told_where_it_was() {
    let more = "host \"two\" { engine \"sandbox\"; }\nedge \"two\" { host \"two\"; }\n";
    let base = Files::example("quickstart").with("two.kdl", more);
    let head = base.clone().edit("two.kdl", "edge \"two\" { host \"two\"; }\n", "");
    let pair = Pair::new(&base, &head);
    assert!(pair.review.plan.changes.iter().any(|change| change.action == Action::Delete), "{}", pair.text());
    for change in &pair.review.plan.changes {
        assert_eq!(change.causes.first().map(String::as_str), Some("two.kdl:2"), "{change:?}");
    }
}
