//! `cargo bench --bench push`: how fast a revision is read beside a working copy, and what the hooks add to a `git push`.
//!
//! The fleets are in sandboxes and the pushed commit changes nothing, so what a push takes longer than one to a repository without hooks
//! is Tenantry's own: compile and plan before it is accepted, queue, lock, compile, look and note after it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::disallowed_methods)]

mod fleet;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use tenantry::diag::Diagnostics;
use tenantry::load;
use tenantry::world::git::Revision;
use tenantry::world::{Directory, World};

/// Runs of each figure; the median is printed.
const RUNS: usize = 7;

/// As the program itself has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    println!("{:>8}  {:>14}  {:>14}", "tenants", "directory", "revision");
    for tenants in [1_000, 10_000] {
        let place = tempfile::tempdir().unwrap();
        let clone = committed(place.path(), tenants);
        let directory = median(|| read(&Directory::new(&clone)));
        let revision = median(|| {
            let began = Instant::now();
            let revision = Revision::open(&clone, "HEAD", None).unwrap();
            began.elapsed() + read(&revision)
        });
        println!("{tenants:>8}  {:>11} ms  {:>11} ms", directory.as_millis(), revision.as_millis());
    }
    println!("\n{:>8}  {:>14}  {:>14}  {:>14}", "tenants", "no hooks", "hooks", "added");
    for tenants in [2, 100] {
        let place = tempfile::tempdir().unwrap();
        let clone = committed(place.path(), tenants);
        let plain = pushes(place.path(), &clone, "plain", false);
        let hooked = pushes(place.path(), &clone, "hooked", true);
        let added = hooked.saturating_sub(plain);
        println!(
            "{tenants:>8}  {:>11} ms  {:>11} ms  {:>11} ms",
            plain.as_millis(),
            hooked.as_millis(),
            added.as_millis()
        );
    }
}

fn median(mut figure: impl FnMut() -> Duration) -> Duration {
    let mut all: Vec<Duration> = (0..RUNS).map(|_| figure()).collect();
    all.sort_unstable();
    all[RUNS / 2]
}

/// Every file read, and the files counted so that nothing is measured that was not read.
fn read(world: &dyn World) -> Duration {
    let mut diagnostics = Diagnostics::default();
    let began = Instant::now();
    let sources = load::read(world, &mut diagnostics);
    let took = began.elapsed();
    assert!(!diagnostics.has_errors() && sources.ids().count() > 2);
    took
}

fn git(at: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .current_dir(at)
        .args(["-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "gc.auto=0"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A working copy with a fleet, packed as a clone's objects are.
fn committed(place: &Path, tenants: usize) -> std::path::PathBuf {
    let clone = place.join("clone");
    fleet::write(&clone, tenants).unwrap();
    git(&clone, &["init", "--quiet", "-b", "main"]);
    git(&clone, &["add", "."]);
    git(&clone, &["commit", "--quiet", "-m", "the fleet"]);
    git(&clone, &["repack", "-a", "-d", "--quiet"]);
    clone
}

/// The median push of a commit that changes nothing, after the first one was applied.
fn pushes(place: &Path, clone: &Path, name: &str, hooks: bool) -> Duration {
    let bare = place.join(name);
    let bare = bare.to_str().unwrap();
    git(place, &["init", "--quiet", "--bare", "-b", "main", bare]);
    if hooks {
        let run =
            Command::new(env!("CARGO_BIN_EXE_tenantry")).args(["hook", "install", bare]).output().unwrap();
        assert!(run.status.success());
    }
    git(clone, &["push", "--quiet", bare, "main"]);
    median(|| {
        git(clone, &["commit", "--quiet", "--allow-empty", "-m", "nothing"]);
        let began = Instant::now();
        git(clone, &["push", "--quiet", bare, "main"]);
        began.elapsed()
    })
}
