//! A pause takes pushes and applies nothing.

use super::left::noted;
use super::server::Server;
use crate::support::disk;

#[test]
fn pushes_are_taken_and_told_and_applied_after_the_pause() {
    let server = Server::new();
    server.deployed();
    let bare = server.bare();
    let bare = bare.to_str().unwrap();
    let said = server.said(&["hook", "pause", "the database moves", bare]);
    assert!(said.contains("nothing of them is applied until `tenantry hook resume`"), "{said}");
    let again = server.tenantry(&["hook", "pause", "another", bare]);
    let words = String::from_utf8_lossy(&again.stderr);
    assert!(
        again.status.code() == Some(1) && words.contains(": the database moves already; nothing was changed"),
        "{words}"
    );
    let first = server.edit("fleet.kdl", "connections 24", "connections 20");
    let push = server.push(&["main"]);
    assert!(push.accepted && !push.text.contains("is applied."), "{push}");
    let sentence = format!("{} is on main and waits: pushes are paused by root@", &first[..7]);
    assert!(push.text.contains("##  NOT APPLIED AS PUSHED") && push.text.contains(&sentence), "{push}");
    // What is refused is refused all the same.
    server.edit("fleet.kdl", "connections 20", "connections \"many\"");
    assert!(!server.push(&["main"]).accepted);
    let second = server.edit("fleet.kdl", "connections \"many\"", "connections 22");
    assert!(server.push(&["main"]).accepted);
    assert_eq!(server.note(&second), "");
    let status = server.said(&["hook", "status", bare]);
    assert!(status.contains("paused        by root@") && status.contains("the database moves"), "{status}");
    assert!(status.contains(&format!("waiting       {} of ana", &second[..7])), "{status}");
    let status = server.said(&["status", bare, "--rev", "main"]);
    assert!(status.contains(": the database moves; `tenantry hook resume` goes on"), "{status}");
    let json: serde_json::Value =
        serde_json::from_str(&server.said(&["status", bare, "--rev", "main", "--json"])).unwrap();
    assert_eq!(json["revisions"]["paused"]["why"], "the database moves");
    let schema = serde_json::from_str(&disk::read("schemas/status.schema.json")).unwrap();
    let schema = jsonschema::draft7::new(&schema).unwrap();
    assert!(schema.is_valid(&json), "{:?}", schema.validate(&json));
    let plan = server.said(&["plan", bare, "--rev", "main"]);
    assert!(plan.contains("24 → 22"), "{plan}");

    let said = server.said(&["hook", "resume", bare]);
    assert!(said.contains(&format!("{} of ana is applied now", &second[..7])), "{said}");
    assert!(noted(&server, &second).starts_with("tenantry: done"), "{}", server.note(&second));
    assert!(server.note(&first).starts_with("tenantry: superseded"), "{}", server.note(&first));
    assert!(server.said(&["hook", "resume", bare]).contains("Pushes are not paused"));
    server.clone.commit("after it");
    server.deployed();
}
