//! Pushes that are not accepted: nothing of them is in the repository or in the world afterwards.

use super::server::Server;

/// Pushes, demands that it is refused with a sentence, and that the branch is where it was.
fn refused(server: &Server, arguments: &[&str], sentence: &str) -> String {
    let before = server.head();
    let push = server.push(arguments);
    assert!(!push.accepted, "{push}");
    assert!(push.text.contains(sentence), "{sentence}\n{push}");
    assert_eq!(server.head(), before);
    push.text
}

#[test]
fn a_fleet_that_does_not_compile_and_what_its_pusher_sees() {
    let server = Server::new();
    server.deployed();
    let commit = server.edit("tenants/globex.kdl", "plan \"business\"", "plan \"bussiness\"");
    let text = refused(&server, &["main"], "error[resolve/unknown-reference]");
    let seen: Vec<&str> = text.lines().take_while(|line| !line.starts_with("To ")).collect();
    let expected = format!(
        "error[resolve/unknown-reference]: `tenant.globex` refers to the plan `bussiness`, which is not declared
 --> tenants/globex.kdl:3:10
  |
3 |     plan \"bussiness\"
  |          ^^^^^^^^^^^ no such plan
  |
help: did you mean `business`?
  |
3 -     plan \"bussiness\"
3 +     plan \"business\"
  |

1 error
error: {} is not deployed
help: nothing was accepted and nothing was applied; mend it, commit, and push again",
        &commit[..7]
    );
    let expected: Vec<&str> = expected.lines().collect();
    assert_eq!(seen, expected);
}

#[test]
fn colours_where_they_are_asked_for() {
    let server = Server::new();
    server.edit("tenants/globex.kdl", "plan \"business\"", "plan \"bussiness\"");
    assert!(!server.push(&["main"]).text.contains('\u{1b}'));
    assert!(server.push(&["-o", "color", "main"]).text.contains('\u{1b}'));
}

#[test]
fn what_a_guard_refuses() {
    let server = Server::new();
    server.deployed();
    server.clone.run(&["rm", "--quiet", "tenants/globex.kdl"]);
    server.clone.commit("globex is gone");
    let text = refused(&server, &["main"], "error[guard/data-without-tombstone]");
    assert!(text.contains("is not deployed"), "{text}");
}

#[test]
fn history_is_not_rewritten_and_the_branch_not_deleted() {
    let server = Server::new();
    server.deployed();
    server.edit("fleet.kdl", "connections 24", "connections 20");
    server.deployed();
    let lost = server.head();
    server.clone.run(&["reset", "--quiet", "--hard", "HEAD~1"]);
    server.clone.commit("another");
    let text = refused(&server, &["--force", "main"], "`main` would lose commits that are deployed");
    assert!(text.contains(&format!("git revert {}", &lost[..7])), "{text}");
    refused(&server, &[":main"], "`main` deploys; without it nobody knows what is wanted");
    server.clone.run(&["checkout", "--quiet", "--orphan", "other"]);
    server.clone.commit("another fleet");
    refused(&server, &["--force", "other:main"], "has no history in common with");
    let notes = git_notes(&server);
    let text = refused(&server, &["--force", "other:refs/notes/tenantry"], "nobody pushes to it");
    assert!(text.contains("git fetch origin refs/notes/tenantry"), "{text}");
    assert_eq!(git_notes(&server), notes);
}

fn git_notes(server: &Server) -> String {
    let output =
        crate::support::git::git(&server.bare()).args(["rev-parse", "refs/notes/tenantry"]).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_branch_that_is_made_anew_goes_on_from_what_is_deployed() {
    let server = Server::new();
    server.deployed();
    // Somebody with access to the server removed the branch.
    let removed = crate::support::git::git(&server.bare())
        .args(["update-ref", "-d", "refs/heads/main"])
        .status()
        .unwrap();
    assert!(removed.success());
    server.clone.run(&["checkout", "--quiet", "--orphan", "other"]);
    server.clone.commit("another fleet");
    refused(&server, &["other:main"], "has no history in common with");
    server.deployed();
}

#[test]
fn an_empty_tree_is_never_a_fleet_without_tenants() {
    let server = Server::new();
    server.deployed();
    server.clone.run(&["rm", "-r", "--quiet", "."]);
    server.clone.commit("nothing");
    refused(&server, &["main"], "error[load/no-files]");
}

#[test]
fn a_commit_of_nonsense_and_an_option_that_nobody_knows() {
    let server = Server::new();
    server.deployed();
    let text = refused(&server, &["-o", "ci.skip", "main:x", "main"], "`-o ci.skip` is no push option");
    assert!(text.contains("max-destroy=N"), "{text}");
    for option in ["max-destroy=abc", "max-destroy", "max-destroy=-1", "anew=", "new-fleet=yes"] {
        let sentence = format!("`-o {option}` has a bad value");
        let text = refused(&server, &["-o", option, "main:x", "main"], &sentence);
        assert!(text.contains("help: it takes "), "{text}");
    }
    refused(
        &server,
        &["-o", "max-destroy=1", "-o", "max-destroy=2", "main:x", "main"],
        "`-o max-destroy=2` has a bad value",
    );
    let blob = server.clone.run(&["rev-parse", "HEAD:fleet.kdl"]);
    let push = server.push(&["--force", &format!("{}:refs/heads/main", blob.trim())]);
    assert!(!push.accepted, "{push}");
}

#[test]
fn what_was_broken_before_it_keeps_no_push_back() {
    let server = Server::new();
    server.deployed();
    server.lose("globex");
    // Nothing of the site, and something of everybody else.
    server.edit("fleet.kdl", "connections 16", "connections 18");
    let push = server.push(&["main"]);
    assert!(push.accepted, "{push}");
    let told = [
        "error[guard/lost]: site `globex` was there and is lost",
        "note: that was so before; it keeps nothing back",
    ];
    assert!(told.iter().all(|told| push.text.contains(told)), "{push}");
    assert!(push.text.contains("a guard refuses what is told above, the rest is applied"), "{push}");
    // What a push brings is refused beside it.
    server.clone.run(&["rm", "--quiet", "tenants/initech.kdl"]);
    server.clone.commit("initech is gone");
    let text = refused(&server, &["main"], "error[guard/data-without-tombstone]");
    assert!(text.contains("note: 1 refusal of these were there before"), "{text}");
    server.clone.run(&["reset", "--quiet", "--hard", "HEAD~1"]);
    server.edit("fleet.kdl", "connections 18", "connections 20");
    let push = server.push(&["-o", "anew=site.globex", "main"]);
    assert!(push.accepted && push.text.contains("is applied."), "{push}");
}

#[test]
fn a_host_that_left_with_its_customers_keeps_a_push_back_until_it_is_said_to_be_gone() {
    let server = Server::new();
    server.clone.write(
        "second.kdl",
        "host \"second\" { engine \"sandbox\" }\ndatabase \"second\" { mariadb \"10.11\"; host \"second\" }\n",
    );
    server.clone.commit("a second host");
    server.deployed();
    server.clone.run(&["rm", "--quiet", "second.kdl"]);
    let commit = server.clone.commit("it is gone");
    let text = refused(&server, &["main"], "error[guard/host-left]: host `second` left the files");
    assert!(text.contains("`--without-host second`"), "{text}");
    assert!(
        text.contains("is given to a push without its dashes: `git push -o without-host=second`"),
        "{text}"
    );
    refused(&server, &["-o", "without-host", "main"], "`-o without-host` has a bad value");
    let text =
        refused(&server, &["-o", "without-host=third", "main"], "error[guard/host-left]: host `second`");
    assert!(text.contains("`--without-host third` does nothing"), "{text}");
    let push = server.push(&["-o", "without-host=second", "main"]);
    assert!(push.accepted && push.text.contains("is applied."), "{push}");
    assert!(server.note(&commit).starts_with("tenantry: done\n"), "{}", server.note(&commit));
    // It is forgotten: the next push need not say it again.
    server.edit("fleet.kdl", "connections 24", "connections 20");
    server.deployed();
}
