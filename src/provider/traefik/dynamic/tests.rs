//! Names, owners, and what is refused.

use serde_json::json;

use super::{Entries, name, owner, parse, safe};

#[test]
fn a_name_says_whose_it_is() {
    assert_eq!(owner("http.routers.site-globex").to_string(), "site.globex/route");
    assert_eq!(owner("http.middlewares.site-globex.rate").to_string(), "site.globex/route");
    let dotted = format!("http.routers.{}.rate", name("site", "shop.example.net"));
    assert_eq!(owner(&dotted).to_string(), "site.shop.example.net/route");
    assert_eq!(owner("http.services.bench-v15-a").to_string(), "bench.v15-a/route");
    assert_eq!(owner("http.services.stray").to_string(), "unknown.stray/route");
}

#[test]
fn files_become_entries() {
    let entries = parse(b"http:\n  routers:\n    site-a: {rule: 'Host(`a.example`)'}\n    site-a.x: {}\ntls:\n  certificates: []\n").unwrap();
    assert_eq!(entries.keys().collect::<Vec<_>>(), ["http.routers.site-a", "http.routers.site-a.x"]);
    assert!(parse(b"").unwrap().is_empty());
    assert!(parse(b"http: [").is_err());
    assert!(parse(b"- a").is_err());
}

#[test]
fn templates_and_stray_backticks_are_refused() {
    let one = |value| safe(&Entries::from([("http.routers.site-a".to_owned(), value)]));
    assert!(one(json!({"rule": "Host(`a.example`)"})).is_ok());
    assert!(one(json!({"rule": "Host(`{{ env \"HOME\" }}`)"})).is_err());
    assert!(one(json!({"service": "a`b"})).is_err());
    assert!(safe(&Entries::from([("http.routers".to_owned(), json!({}))])).is_err());
    assert!(one(json!({"headers": {"X-{{": "a"}})).is_err());
}
