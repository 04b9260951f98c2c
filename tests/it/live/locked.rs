//! Two applies at once: one waits, or gives up with exit code 3; whatever happens to the holder.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::fleet::{Fleet, Run};

fn start(fleet: &Fleet) -> Child {
    fleet
        .command(&["apply", "--auto-approve", "--new-fleet"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

/// Waits until somebody holds the host.
fn held(fleet: &Fleet) {
    let began = Instant::now();
    let filter = format!("label=tenantry.lock={}", fleet.id);
    while fleet.ask(&["volume", "ls", "-q", "--filter", &filter]).is_empty() {
        assert!(began.elapsed() < Duration::from_secs(20), "nobody took the lock");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until a container of the fleet runs, so that the holder can be seen to live.
fn running(fleet: &Fleet) {
    let began = Instant::now();
    let filter = format!("label=tenantry.fleet={}", fleet.id);
    while fleet.ask(&["ps", "-q", "--filter", &filter]).is_empty() {
        assert!(began.elapsed() < Duration::from_secs(30), "nothing runs");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn two_applies_at_once_one_waits_and_finds_nothing_to_do() {
    let fleet = Fleet::new("two");
    let first = start(&fleet);
    held(&fleet);
    let second = fleet.run(&["apply", "--auto-approve", "--lock-timeout", "120s"]);
    let first = Run::of(first.wait_with_output().unwrap());
    assert_eq!((first.code, second.code), (0, 0), "{first}\n{second}");
    assert!(second.out.contains("No changes."), "{second}");
    fleet.settled();
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_stopped_holder_is_still_the_holder() {
    let fleet = Fleet::new("stop");
    let holder = start(&fleet);
    held(&fleet);
    signal(&holder, "-STOP");
    let other = fleet.run(&["apply", "--auto-approve", "--lock-timeout", "2s"]);
    signal(&holder, "-CONT");
    assert_eq!(other.code, 3, "{other}");
    assert!(other.err.contains(&holder.id().to_string()), "it says who: {other}");
    let holder = Run::of(holder.wait_with_output().unwrap());
    assert_eq!(holder.code, 0, "{holder}");
    fleet.settled();
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_killed_holder_is_found_out() {
    let fleet = Fleet::new("dead");
    let mut holder = start(&fleet);
    held(&fleet);
    holder.kill().unwrap();
    holder.wait().unwrap();
    fleet.applied();
    fleet.settled();
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_holder_whose_connection_is_cut_issues_no_further_call_and_is_found_out() {
    let mut fleet = Fleet::new("cut");
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("docker.sock");
    let cut = proxy(&socket);
    fleet.docker_host = Some(format!("unix://{}", socket.display()));
    let holder = start(&fleet);
    fleet.docker_host = None;
    running(&fleet);
    cut.store(true, Ordering::SeqCst);
    let other = fleet.run(&["apply", "--auto-approve", "--lock-timeout", "60s"]);
    let holder = Run::of(holder.wait_with_output().unwrap());
    assert_ne!(holder.code, 0, "{holder}");
    assert_eq!(other.code, 0, "{other}");
    fleet.settled();
}

/// A way to the engine that can be cut: every connection through it ends, and no new one is let in.
fn proxy(socket: &std::path::Path) -> Arc<AtomicBool> {
    let cut = Arc::new(AtomicBool::new(false));
    let listener = UnixListener::bind(socket).unwrap();
    let flag = Arc::clone(&cut);
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            if flag.load(Ordering::SeqCst) {
                continue;
            }
            let engine = UnixStream::connect("/var/run/docker.sock").unwrap();
            for (from, to) in [(client.try_clone().unwrap(), engine.try_clone().unwrap()), (engine, client)] {
                let flag = Arc::clone(&flag);
                std::thread::spawn(move || copy(from, to, &flag));
            }
        }
    });
    cut
}

fn copy(mut from: UnixStream, mut to: UnixStream, cut: &AtomicBool) {
    from.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let mut buffer = [0; 16 * 1024];
    while !cut.load(Ordering::SeqCst) {
        match from.read(&mut buffer) {
            Ok(0) => {
                let _ = to.shutdown(std::net::Shutdown::Write);
                return;
            }
            Ok(n) if to.write_all(&buffer[..n]).is_err() => break,
            Ok(_) => {}
            Err(e) if matches!(e.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
            Err(_) => break,
        }
    }
    let _ = from.shutdown(std::net::Shutdown::Both);
    let _ = to.shutdown(std::net::Shutdown::Both);
}
