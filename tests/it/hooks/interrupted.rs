//! Killed while a push is applied: the next one goes on, and says so.

use tenantry::gitops::{Leave, Queue, Ticket};

use super::server::Server;

#[test]
fn an_apply_that_was_killed_is_noted_and_the_next_push_goes_on() {
    let server = Server::new();
    server.variables("TENANTRY_TEST_KILL=after:s-20\n");
    let push = server.push(&["main"]);
    assert!(push.accepted && push.text.contains("applying it was interrupted"), "{push}");
    // git says that all is well, so it is marked, and nothing of ours comes after it.
    let rule = "#".repeat(72);
    let said: Vec<&str> = push.text.lines().take_while(|line| !line.starts_with("To ")).collect();
    assert_eq!(said.last(), Some(&rule.as_str()), "{push}");
    assert!(push.text.contains(&format!("{rule}\n##  NOT APPLIED AS PUSHED\n##  ")), "{push}");
    let killed = server.head();
    assert!(server.note(&killed).starts_with("tenantry: interrupted\nby: ana\n"), "{}", server.note(&killed));
    server.variables("");
    server.clone.commit("again");
    let push = server.deployed();
    assert!(push.text.contains("Apply complete!"), "{push}");
    assert!(!push.text.contains("35 added"), "what was done before is not done again: {push}");
}

/// As a power cut leaves it: a ticket was taken, and nobody lives who had it.
fn cut(server: &Server) -> Ticket {
    let queue = Queue::of(&server.bare());
    let ticket = queue.ticket(&server.head(), "bruno", Leave::default()).unwrap();
    queue.enqueue(&ticket, &|_, _| false).unwrap();
    let worker = queue.worker().unwrap().unwrap();
    assert_eq!(worker.take().unwrap().as_ref(), Some(&ticket));
    ticket
}

#[test]
fn after_a_power_cut_the_next_push_says_what_happened() {
    let server = Server::new();
    server.deployed();
    let ticket = cut(&server);
    let bare = server.bare();
    let status = server.said(&["hook", "status", bare.to_str().unwrap()]);
    assert!(status.contains("its worker has stopped; the next push goes on"), "{status}");
    let status = server.said(&["status", bare.to_str().unwrap(), "--rev", "main"]);
    assert!(status.contains("its worker has stopped"), "{status}");
    server.clone.commit("again");
    let push = server.deployed();
    let sentence = format!("Applying {} of bruno ({}) was interrupted", ticket.short(), ticket.at);
    assert!(push.text.contains(&sentence), "{push}");
    let note = server.note(&ticket.commit);
    assert!(note.ends_with("why: the machine or the worker stopped\n"), "{note}");
    let status = server.said(&["hook", "status", bare.to_str().unwrap()]);
    assert!(!status.contains("applying"), "{status}");
}

#[test]
fn after_a_power_cut_apply_of_the_revision_goes_on_too() {
    let server = Server::new();
    server.deployed();
    let ticket = cut(&server);
    let bare = server.bare();
    let apply = ["apply", bare.to_str().unwrap(), "--rev", "main", "--auto-approve"];
    let run = server.tenantry(&apply);
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success() && said.contains("was interrupted"), "{said}");
    assert!(server.note(&ticket.commit).contains("tenantry: interrupted"));
    let again = server.tenantry(&apply);
    assert!(!String::from_utf8_lossy(&again.stderr).contains("was interrupted"));
}
