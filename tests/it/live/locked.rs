//! Two applies at once: one waits, or gives up with exit code 3; whatever happens to the holder.

use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::bench::Bench;
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
fn while_a_site_is_made_another_apply_gives_up_or_waits_and_nothing_is_made_twice() {
    let bench = Bench::new("twos", &[]);
    bench.fleet.applied();
    bench.site("one", "\"erpnext\"");
    bench.switch("hold-at", "new-site:users");
    let first = start(&bench.fleet);
    bench.reached("new-site:users");
    let database = bench.database("one");
    // Somebody who declares one more site, from another machine.
    bench.site("two", "");
    let other = |timeout: &str| {
        let state = tempfile::tempdir().unwrap();
        let mut command =
            bench.fleet.command(&["apply", "--auto-approve", "--new-fleet", "--lock-timeout", timeout]);
        Run::of(command.env("XDG_STATE_HOME", state.path()).output().unwrap())
    };
    let hasty = other("1s");
    assert_eq!(hasty.code, 3, "{hasty}");
    assert!(hasty.err.contains(&first.id().to_string()), "it says who: {hasty}");
    assert_eq!(bench.database("two"), "", "it made nothing");
    let (first, patient) = std::thread::scope(|scope| {
        let patient = scope.spawn(|| other("600s"));
        // It waits, and then makes what the first one was not told of, on what the first one left.
        std::thread::sleep(Duration::from_secs(2));
        bench.switch_off("hold-at");
        (Run::of(first.wait_with_output().unwrap()), patient.join().unwrap())
    });
    assert_eq!((first.code, patient.code), (0, 0), "{first}\n{patient}");
    assert!(patient.err.contains("✓ site.two: "), "{patient}");
    assert!(!patient.err.contains("site.one"), "what the first one made is left as it is: {patient}");
    assert_eq!(bench.database("one"), database);
    let directories = bench.sh("ls -d sites/*.sites.example");
    assert_eq!(directories, "sites/one.sites.example\nsites/two.sites.example");
    let modules = bench.sql(&format!("SELECT COUNT(*) FROM {database}.`tabModule Def`"));
    assert_eq!(modules, "1", "erpnext was installed once");
    bench.converges(&["one", "two"]);
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
fn who_is_at_work_and_since_when_is_told_to_everybody_until_they_are_gone() {
    let fleet = Fleet::new("who");
    let free = fleet.run(&["status"]);
    assert!(!free.err.contains("is at work"), "{free}");
    let began = now();
    let mut command = fleet.command(&["apply", "--auto-approve", "--new-fleet"]);
    let mut holder = command.env("USER", "ana").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    held(&fleet);
    signal(&holder, "-STOP");
    // From another machine, which has no journal of it.
    let elsewhere = tempfile::tempdir().unwrap();
    let ask = |arguments: &[&str]| {
        Run::of(fleet.command(arguments).env("XDG_STATE_HOME", elsewhere.path()).output().unwrap())
    };
    let since = |run: &Run, before: &str, after: &str| {
        let (_, rest) = run.err.split_once(before).unwrap_or_else(|| panic!("{before:?} is not said: {run}"));
        let (who, rest) = rest.split_once(after).unwrap_or_else(|| panic!("{after:?} is not said: {run}"));
        assert!(who.starts_with("ana@") && who.len() > "ana@".len(), "{run}");
        rest.lines().next().unwrap().to_owned()
    };
    let told = since(&ask(&["status"]), "note: `apply` of ", " is at work on h since ");
    assert!((began..=now()).contains(&told), "{told}");
    assert_eq!(since(&ask(&["plan", "--new-fleet"]), "note: `apply` of ", " is at work on h since "), told);
    let refused = ask(&["apply", "--auto-approve", "--new-fleet", "--lock-timeout", "1s"]);
    assert_eq!(refused.code, 3, "{refused}");
    assert_eq!(since(&refused, "  Who:       ", " (process "), format!("{})", holder.id()));
    assert!(refused.err.contains(&format!("  Created:   {told}\n")), "{refused}");
    // The lock outlives a holder that is killed, and nobody is at work any more.
    holder.kill().unwrap();
    holder.wait().unwrap();
    held(&fleet);
    let gone = ask(&["status"]);
    assert!(!gone.err.contains("is at work"), "{gone}");
}

/// The time as locks tell it, to the second.
fn now() -> String {
    let date = Command::new("date").args(["-u", "+%Y-%m-%dT%H:%M:%SZ"]).output().unwrap();
    String::from_utf8(date.stdout).unwrap().trim().to_owned()
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
