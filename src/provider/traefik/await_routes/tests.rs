//! What Traefik shows, against what was asked of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{View, compare, place};
use crate::provider::traefik::apply::Change;

fn view(shown: &Value, set: &[(&str, Value)], remove: &[&str]) -> &'static str {
    let set: BTreeMap<String, Value> = set.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
    let remove: BTreeSet<String> = remove.iter().map(|k| (*k).to_owned()).collect();
    match compare(shown, Change { file: "a.yml", set: &set, remove: &remove }) {
        View::Done => "done",
        View::Similar => "similar",
        View::Missing(_) => "missing",
        View::Refused(_) => "refused",
    }
}

#[test]
fn an_entry_counts_when_it_is_enabled_as_written() {
    let wanted = ("http.routers.site-a", json!({"rule": "Host(`a`)", "priority": 10, "service": "bench-a"}));
    let with = |status: &str, rule: &str, service: &str| json!({"routers": {"site-a@file": {"status": status, "rule": rule, "priority": 10, "service": service}}});
    assert_eq!(
        view(&with("enabled", "Host(`a`)", "bench-a@file"), std::slice::from_ref(&wanted), &[]),
        "done"
    );
    assert_eq!(view(&with("enabled", "Host(`a`)", "bench-b"), std::slice::from_ref(&wanted), &[]), "similar");
    assert_eq!(view(&with("enabled", "Host(`b`)", "bench-a"), std::slice::from_ref(&wanted), &[]), "missing");
    assert_eq!(
        view(&with("disabled", "Host(`a`)", "bench-a"), std::slice::from_ref(&wanted), &[]),
        "missing"
    );
    assert_eq!(view(&json!({}), &[wanted], &[]), "missing");
}

#[test]
fn errors_and_leftovers_are_seen() {
    let shown = json!({"routers": {"site-a@file": {"status": "disabled", "error": ["the service \"x\" does not exist"]}}});
    assert_eq!(view(&shown, &[("http.routers.site-a", json!({}))], &[]), "refused");
    assert_eq!(view(&shown, &[], &["http.routers.site-a"]), "missing");
    assert_eq!(view(&shown, &[], &["http.routers.site-b"]), "done");
    assert_eq!(place("tcp.routers.x.y"), Some(("tcpRouters".to_owned(), "x.y@file".to_owned())));
    assert_eq!(place("tls.options.x"), None);
}
