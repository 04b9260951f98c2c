//! A push to `refs/for/main` shows a plan and keeps nothing.

use super::server::Server;
use crate::support::git::git;

fn references(server: &Server) -> String {
    let output = git(&server.bare()).args(["for-each-ref", "--format=%(refname)"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_plan_is_shown_and_nothing_is_applied_or_kept() {
    let server = Server::new();
    server.deployed();
    let (world, before) =
        (std::fs::metadata(server.world()).unwrap().modified().unwrap(), references(&server));
    let commit = server.edit("fleet.kdl", "connections 24", "connections 20");
    let push = server.push(&["HEAD:refs/for/main"]);
    assert!(push.accepted, "{push}");
    for line in [
        "connections  24 → 20",
        "Plan: 0 to add, 1 to change, 0 to destroy.",
        "Nothing was applied, and nothing is kept.",
        &format!("git push origin {}:main", &commit[..7]),
        "[new reference]   HEAD -> refs/for/main",
    ] {
        assert!(push.text.contains(line), "{line}\n{push}");
    }
    assert_eq!(std::fs::metadata(server.world()).unwrap().modified().unwrap(), world);
    assert_eq!(references(&server), before);
    assert_eq!(server.note(&commit), "");
}

#[test]
fn an_amended_push_is_asked_the_same_way() {
    let server = Server::new();
    server.deployed();
    server.edit("fleet.kdl", "connections 24", "connections 20");
    assert!(server.push(&["HEAD:refs/for/main"]).accepted);
    server.clone.run(&["commit", "--quiet", "--amend", "--message", "better said"]);
    // Options are a list of their own in git's protocol.
    let push = server.push(&["-o", "color", "-o", "max-destroy=3", "HEAD:refs/for/main"]);
    assert!(push.accepted && push.text.contains("24 → 20") && push.text.contains('\u{1b}'), "{push}");
    server.deployed();
}

#[test]
fn what_would_be_refused_is_refused() {
    let server = Server::new();
    server.deployed();
    server.edit("fleet.kdl", "connections 24", "connections \"many\"");
    let push = server.push(&["HEAD:refs/for/main"]);
    assert!(!push.accepted && push.text.contains("error[bind/"), "{push}");
    assert!(push.text.contains("! [remote rejected] HEAD -> refs/for/main (it would be refused)"), "{push}");
    let push = server.push(&["HEAD:refs/for/other"]);
    assert!(push.text.contains("(`main` is the branch that deploys)"), "{push}");
    // One push to both: each has its own answer.
    let push = server.push(&["HEAD~1:refs/for/main", "HEAD:refs/for/other", "HEAD:elsewhere"]);
    assert!(push.text.contains("[new branch]      HEAD -> elsewhere"), "{push}");
    assert!(push.text.contains("[new reference]"), "{push}");
    assert!(push.text.contains("[remote rejected] HEAD -> refs/for/other"), "{push}");
}
