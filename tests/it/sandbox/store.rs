//! The file that a sandbox is kept in, and its lock.

use std::sync::Arc;

use tenantry::desired::observed::Observation;
use tenantry::provider::{ErrorKind, Host, LockInfo};
use tenantry::sandbox::Sandbox;

use super::bench::{Bench, pull, wait, wanted};

#[test]
fn the_file_is_the_world() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("below/world.json");
    let (one, two) = (Bench::new(Sandbox::file(&path)), Bench::new(Sandbox::file(&path)));
    one.furnish();
    assert_eq!(one.sandbox.state().unwrap(), two.sandbox.state().unwrap());
    two.call(&pull("redis:7.2")).unwrap();
    assert!(one.sandbox.state().unwrap().images.contains("redis:7.2"));
    std::fs::File::create(&path).unwrap();
    assert_eq!(one.kind(&pull("a")), Some(ErrorKind::Other));
    let observed = one.look(&wanted());
    assert!(observed.hosts["h"].unreadable.is_some(), "an unreadable world is no empty one");
    assert!(observed.objects.values().all(|o| matches!(o, Observation::Unreadable { .. })));
    std::fs::remove_file(&path).unwrap();
    assert!(one.sandbox.state().unwrap().images.is_empty());
}

#[test]
fn a_call_that_cannot_be_written_is_undone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("world.json");
    let bench = Bench::new(Sandbox::file(&path));
    // The first world is written to a device that is always full.
    let temporary = directory.path().join("world.json.tmp");
    std::os::unix::fs::symlink("/dev/full", &temporary).unwrap();
    assert_eq!(bench.kind(&pull("one")), Some(ErrorKind::NoSpace));
    assert!(bench.sandbox.state().unwrap().images.is_empty());
    assert_eq!(bench.kind(&pull("one")), None);
}

#[test]
fn one_run_holds_a_world_and_the_next_learns_who() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("world.json");
    let info = |id: &str| LockInfo {
        id: id.to_owned(),
        who: format!("{id}@ci"),
        pid: 1,
        machine: String::new(),
        operation: "apply".to_owned(),
        created: "2026-11-22T20:00:00Z".to_owned(),
    };
    let (one, two) = (Arc::new(Sandbox::file(&path)), Sandbox::file(&path));
    let held = wait(one.lock("f", &info("one"))).unwrap();
    let error = wait(two.lock("f", &info("two"))).err().unwrap();
    assert_eq!(error.kind, ErrorKind::Locked);
    assert!(error.message.starts_with("one@ci"), "{}", error.message);
    wait(held.check()).unwrap();
    wait(held.release()).unwrap();
    let held = wait(two.lock("f", &info("two"))).unwrap();
    std::fs::remove_file(directory.path().join("world.json.lock")).unwrap();
    assert_eq!(wait(held.check()).unwrap_err().kind, ErrorKind::Locked);
}
