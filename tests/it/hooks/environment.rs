//! What the hooks run has the server's variables and none of the pusher's.
#![expect(clippy::disallowed_methods, reason = "a repository has files")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::server::{Push, Server};

/// The quick start with a key from a variable.
fn keyed() -> Server {
    let server = Server::new();
    server.edit("fleet.kdl", "id \"quick\"", "id \"quick\"\n    key (secret)\"env:FLEET_KEY\"");
    server
}

#[test]
fn secrets_come_from_the_server_s_file_and_not_from_the_pusher() {
    let server = keyed();
    let push: Push = server.pushing(&["main"]).env("FLEET_KEY", "the pusher's").output().unwrap().into();
    assert!(push.text.contains("the variable FLEET_KEY is not set"), "{push}");
    assert!(!push.text.contains("is applied."), "{push}");
    let secret = "cohvUeth7aigh9Ohsh4a";
    server.variables(&format!("# of the fleet\nexport FLEET_KEY='{secret}'\n"));
    server.clone.commit("again");
    let push = server.deployed();
    assert!(!push.text.contains(secret), "{push}");
}

#[test]
fn a_file_that_everybody_may_read_or_that_is_none_is_refused() {
    let server = keyed();
    let file = server.variables("FLEET_KEY=k\n");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let push = server.push(&["main"]);
    assert!(!push.accepted && push.text.contains("chmod o-rwx"), "{push}");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&file, "FLEET_KEY=k\nsecret without a name\n").unwrap();
    let push = server.push(&["main"]);
    assert!(!push.accepted && push.text.contains("fleet.env:2: no variable; write NAME=value"), "{push}");
    assert!(!push.text.contains("secret without"), "{push}");
    fs::remove_file(&file).unwrap();
    let push = server.push(&["main"]);
    assert!(!push.accepted && push.text.contains("cannot be read"), "{push}");
}

#[test]
fn git_s_own_variables_do_not_reach_what_the_hooks_run() {
    // A hook has GIT_DIR and more; a `git` that a driver's ssh would start must not see them.
    let server = Server::new();
    let other = server.place.path().join("other");
    let push: Push = server
        .pushing(&["main"])
        .env("XDG_STATE_HOME", &other)
        .env("DOCKER_HOST", "unix:///nowhere")
        .env("SSH_AUTH_SOCK", "/nowhere")
        .output()
        .unwrap()
        .into();
    assert!(push.accepted && push.text.contains("is applied."), "{push}");
    assert!(!other.exists());
    assert!(server.world().exists());
}

#[test]
fn a_new_site_whose_secret_is_not_there_is_refused_before_it_is_accepted() {
    let server = Server::new();
    let site = "tenant \"new\" {\n    plan \"starter\"\n    site \"new\" {\n        bench \"main\"\n        config {\n            mail_password (secret)\"env:NO_SUCH_MAIL\"\n        }\n    }\n}\n";
    server.clone.write("tenants/new.kdl", site);
    server.clone.commit("a new site");
    let words = "error: 1 secret that the plan needs is not to be had; `apply` would do nothing";
    for reference in ["main:refs/for/main", "main"] {
        let push = server.push(&[reference]);
        assert!(!push.accepted && push.text.contains(words), "{reference}: {push}");
        assert!(push.text.contains("the variable NO_SUCH_MAIL is not set: `env:NO_SUCH_MAIL`"), "{push}");
    }
    server.variables("NO_SUCH_MAIL=there\n");
    let push = server.push(&["main"]);
    assert!(push.accepted && push.text.contains("is applied."), "{push}");
}

#[test]
fn a_note_shows_no_character_that_a_terminal_obeys() {
    let server = Server::new();
    let hostile = "ann\u{1b}]0;owned\u{7}\u{202e}";
    let push: Push = server.pushing(&["main"]).env("REMOTE_USER", hostile).output().unwrap().into();
    assert!(push.accepted, "{push}");
    let note = server.note(&server.head());
    assert!(note.contains("owned") && !note.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{note:?}");
    let bare = server.bare();
    let said = server.said(&["hook", "status", bare.to_str().unwrap()]);
    assert!(!said.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{said:?}");
}
