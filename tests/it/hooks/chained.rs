//! Hooks that were there before ours are kept, run first, and come back.
#![expect(clippy::disallowed_methods, reason = "a repository has files")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::server::Server;
use crate::support::git::git;

fn hook(server: &Server, name: &str, text: &str) {
    let path = server.bare().join("hooks").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn config(server: &Server) -> String {
    let output = git(&server.bare()).args(["config", "--local", "--list"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn they_run_first_may_refuse_and_come_back() {
    let server = Server::without_hooks();
    let before = config(&server);
    let theirs = "#!/bin/sh\necho \"theirs: $(cat)\" >&2\ntest ! -e refuse\n";
    hook(&server, "pre-receive", theirs);
    let bare = server.bare();
    let bare = bare.to_str().unwrap();
    let said = server.said(&["hook", "install", bare]);
    assert!(said.contains("pre-receive was there; it is kept and runs first."), "{said}");
    // Again is no difference.
    server.said(&["hook", "install", bare]);
    let push = server.deployed();
    assert!(push.text.contains("theirs: 0000000000000000000000000000000000000000"), "{push}");
    let status = server.said(&["hook", "status", bare]);
    assert!(status.lines().next().unwrap().ends_with("after one that was there"), "{status}");

    fs::write(server.bare().join("refuse"), "").unwrap();
    server.edit("fleet.kdl", "connections 24", "connections 20");
    let push = server.push(&["main"]);
    assert!(
        !push.accepted && push.text.contains("the pre-receive hook that was there before refuses"),
        "{push}"
    );
    fs::remove_file(server.bare().join("refuse")).unwrap();

    let said = server.said(&["hook", "uninstall", bare]);
    assert!(said.starts_with("Gone: pre-receive, post-receive, proc-receive."), "{said}");
    assert_eq!(fs::read_to_string(server.bare().join("hooks/pre-receive")).unwrap(), theirs);
    for gone in ["post-receive", "proc-receive", "pre-receive.chained"] {
        assert!(!server.bare().join("hooks").join(gone).exists(), "{gone}");
    }
    assert_eq!(config(&server), before);
    let push = server.push(&["main"]);
    assert!(push.accepted && !push.text.contains("Plan"), "{push}");
    assert!(server.said(&["hook", "uninstall", bare]).contains("No hook here is ours"));
}

#[test]
fn a_proc_receive_that_is_there_cannot_be_chained_and_nothing_is_changed() {
    let server = Server::without_hooks();
    hook(&server, "proc-receive", "#!/bin/sh\n");
    let (before, bare) = (config(&server), server.bare());
    let run = server.tenantry(&["hook", "install", bare.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(said.contains("proc-receive is there already"), "{said}");
    assert_eq!(config(&server), before);
    assert!(!bare.join("hooks/pre-receive").exists());
}

#[test]
fn where_hooks_do_not_belong() {
    let server = Server::without_hooks();
    let refused = |path: &str| {
        let run = server.tenantry(&["hook", "install", path]);
        assert_eq!(run.status.code(), Some(1));
        String::from_utf8(run.stderr).unwrap()
    };
    assert!(refused(server.clone.path().to_str().unwrap()).contains("is no bare repository"));
    assert!(refused(server.place.path().to_str().unwrap()).contains("is in no git repository"));
    let shared = server.place.path().join("shared-hooks");
    git(&server.bare()).args(["config", "core.hooksPath", shared.to_str().unwrap()]).status().unwrap();
    assert!(refused(server.bare().to_str().unwrap()).contains("outside the repository"));
}

#[test]
fn status_says_what_is_missing() {
    let server = Server::new();
    let bare = server.bare();
    fs::remove_file(bare.join("hooks/post-receive")).unwrap();
    let run = server.tenantry(&["hook", "status", bare.to_str().unwrap()]);
    assert_eq!(run.status.code(), Some(1));
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(said.contains("post-receive  not installed"), "{said}");
}
