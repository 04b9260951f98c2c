//! The host lock: one holder, seen by all, and gone with its holder.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tenantry::desired::call::Call;
use tenantry::provider::host::LockInfo;
use tenantry::provider::{Connection, ErrorKind, Host as _};

use super::bed::{Bed, docker, id};

/// Tells a copy of this program to hold a fleet's lock; the fleet's id, and the boot that it claims.
const HOLD: &str = "TENANTRY_TEST_HOLD";

#[expect(clippy::disallowed_methods, reason = "what the command line reads of the kernel")]
fn boot() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap().trim().to_owned()
}

fn info(name: &str, machine: &str) -> LockInfo {
    LockInfo {
        id: format!("id-{name}"),
        who: format!("{name}@test"),
        pid: std::process::id(),
        machine: machine.to_owned(),
        operation: "apply".to_owned(),
        created: "2026-01-01T00:00:00Z".to_owned(),
    }
}

/// Not a test of its own: the other process of the tests below.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
#[expect(clippy::disallowed_methods, reason = "how the other process is told what it is")]
async fn holds_a_lock_when_it_is_told_to() {
    let Ok(told) = std::env::var(HOLD) else { return };
    let (fleet, machine) = told.split_once(' ').unwrap();
    let host = Connection::new(None);
    let _held = host.lock(fleet, &info("holder", machine)).await.unwrap();
    println!("\nholding");
    tokio::time::sleep(Duration::from_secs(60)).await;
}

struct Holder(Child);

impl Holder {
    /// A process that holds the lock by the time this returns.
    fn start(fleet: &str, machine: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--ignored",
                "--exact",
                "--nocapture",
                "docker_live::lock::holds_a_lock_when_it_is_told_to",
            ])
            .env(HOLD, format!("{fleet} {machine}"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.map_while(Result::ok).any(|line| line.contains("holding")), "it holds the lock");
        Self(child)
    }

    fn signal(&self, signal: &str) {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn locks(fleet: &str) -> String {
    docker(&["volume", "ls", "-q", "--filter", &format!("label=tenantry.lock={fleet}")])
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn of_many_who_try_one_holds_until_it_lets_go() {
    let bed = Bed::new("lock");
    let infos: Vec<LockInfo> = (0..6).map(|n| info(&format!("n{n}"), &boot())).collect();
    let tries =
        futures_util::future::join_all(infos.iter().map(|info| bed.host.lock(&bed.fleet, info))).await;
    let (won, lost): (Vec<_>, Vec<_>) = tries.into_iter().partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    for error in lost.into_iter().filter_map(Result::err) {
        assert_eq!(error.kind, ErrorKind::Locked);
        assert!(error.message.contains("@test"), "{error}");
    }
    let held = won.into_iter().next().unwrap().unwrap_or_else(|e| panic!("{e}"));
    held.check().await.unwrap();
    // Another fleet's lock is another lock.
    let other = format!("{}x", bed.fleet);
    bed.host.lock(&other, &infos[0]).await.unwrap_or_else(|e| panic!("{e}")).release().await.unwrap();
    held.release().await.unwrap();
    assert_eq!(locks(&bed.fleet), "");
    let again = bed.host.lock(&bed.fleet, &infos[1]).await.unwrap_or_else(|e| panic!("{e}"));
    docker(&["volume", "rm", &locks(&bed.fleet)]);
    assert_eq!(again.check().await.unwrap_err().kind, ErrorKind::Locked, "it was taken away");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn a_killed_holder_on_this_machine_is_gone_at_once() {
    let bed = Bed::new("killed");
    let holder = Holder::start(&bed.fleet, &boot());
    let me = info("me", &boot());
    let refused = bed.host.lock(&bed.fleet, &me).await.err().unwrap();
    assert!(refused.message.contains("holder@test"), "{refused}");
    holder.signal("-STOP");
    assert!(bed.host.lock(&bed.fleet, &me).await.is_err(), "a stopped holder holds");
    holder.signal("-CONT");
    holder.kill();
    let begun = Instant::now();
    let held = bed.host.lock(&bed.fleet, &me).await.unwrap_or_else(|e| panic!("{e}"));
    assert!(begun.elapsed() < Duration::from_secs(6));
    assert_eq!(locks(&bed.fleet), format!("{}-lock-2", bed.fleet), "the old one is cleared away");
    held.check().await.unwrap();
    held.release().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn a_holder_elsewhere_is_gone_when_its_connection_is() {
    let bed = Bed::new("cut");
    let holder = Holder::start(&bed.fleet, "another-boot");
    let me = info("me", &boot());
    assert!(bed.host.lock(&bed.fleet, &me).await.is_err(), "nothing runs, so nobody can tell");
    let one = bed.run("bench.a/container/one", &bed.container("one")).await;
    let two = bed.run("bench.a/container/two", &bed.container("two")).await;
    let held = |container: &str| {
        // The shell becomes the command that it runs, so the mark is not in what `top` shows.
        docker(&["top", container]).lines().any(|line| line.ends_with(" cat"))
    };
    let is_held = || held(id(&one)) || held(id(&two));
    let begun = Instant::now();
    while !is_held() {
        assert!(begun.elapsed() < Duration::from_secs(5), "the holder opens its command in a container");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(bed.host.lock(&bed.fleet, &me).await.is_err(), "it is alive");
    // Its container goes away, and it moves to the other one.
    let first = if held(id(&one)) { &one } else { &two };
    bed.done(Call::StopContainer { container: first.clone(), grace: 0 }).await;
    assert!(bed.host.lock(&bed.fleet, &me).await.is_err(), "it moves in time");
    holder.kill();
    // On a busy machine the engine takes a while to see that the connection is gone; until then the lock is held.
    let begun = Instant::now();
    let mine = loop {
        match bed.host.lock(&bed.fleet, &me).await {
            Ok(mine) => break mine,
            Err(error) => assert!(begun.elapsed() < Duration::from_secs(40), "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    mine.check().await.unwrap();
    mine.release().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn a_holder_that_was_overtaken_learns_it_before_its_next_call() {
    let bed = Bed::new("overtaken");
    let mine = bed.host.lock(&bed.fleet, &info("mine", &boot())).await.unwrap_or_else(|e| panic!("{e}"));
    mine.check().await.unwrap();
    let (fleet, epoch) = (format!("tenantry.lock={}", bed.fleet), format!("{}-lock-2", bed.fleet));
    docker(&["volume", "create", "--label", &fleet, "--label", "tenantry.epoch=2", &epoch]);
    let error = mine.check().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Locked);
    assert!(error.message.contains("taken over"), "{error}");
}
