//! A disk that is full: what was there stays whole, and what is missing is said.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::fleet::{Fleet, Run, listing};

/// A file system of 64 KiB in memory, gone at the end.
struct Tiny {
    keep: tempfile::TempDir,
}

impl Tiny {
    /// Only root may mount. In CI that is a failure; elsewhere it is said aloud.
    fn mount() -> Option<Self> {
        let tiny = Self { keep: tempfile::tempdir().unwrap() };
        let mount =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(tiny.path()).output();
        if mount.is_ok_and(|run| run.status.success()) {
            return Some(tiny);
        }
        let ci = std::env::var_os("CI").is_some();
        assert!(!ci, "CI must be able to mount a tmpfs");
        eprintln!("\n*** NOT TESTED: a full disk, for nobody but root may mount one ***\n");
        None
    }

    fn path(&self) -> &Path {
        self.keep.path()
    }

    /// Takes what is left, less some bytes.
    fn fill(&self, leave: usize) -> PathBuf {
        let path = self.path().join("fill");
        let mut size = 64 << 10;
        while fs::write(&path, vec![0; size]).is_err() {
            size -= 4096;
        }
        fs::write(&path, vec![0; size - leave]).unwrap();
        path
    }

    fn grow(&self) {
        let run = Command::new("mount").args(["-o", "remount,size=8m"]).arg(self.path()).status();
        assert!(run.unwrap().success());
    }
}

impl Drop for Tiny {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.path()).status();
    }
}

#[test]
fn build_on_a_full_disk_writes_no_half_of_a_file() {
    let Some(tiny) = Tiny::mount() else { return };
    let fleet = Fleet::new();
    let whole = fleet.place.path().join("whole");
    fleet.demand(&["build", "-o", whole.to_str().unwrap()], 0, &["9 files created"]);
    // Room for a few files, then for none.
    for leave in [16 << 10, 0] {
        let fill = tiny.fill(leave);
        let out = tiny.path().join(format!("out{leave}"));
        fleet.demand(&["build", "-o", out.to_str().unwrap()], 1, &["error: no space left to write "]);
        for (path, bytes) in listing(&out) {
            let name = path.strip_prefix(&out).unwrap();
            let same = path.is_dir() || fs::read(whole.join(name)).is_ok_and(|all| all == bytes);
            assert!(same || name.ends_with(".tenantry-manifest"), "{} is not whole", path.display());
        }
        fs::remove_file(fill).unwrap();
    }
    // With room again, the same command mends it.
    let out = tiny.path().join("out0");
    fs::remove_dir_all(tiny.path().join("out16384")).unwrap();
    fleet.demand(&["build", "-o", out.to_str().unwrap()], 0, &[]);
    fleet.demand(&["build", "-o", out.to_str().unwrap()], 0, &["9 unchanged"]);
}

#[test]
fn a_plan_on_a_full_disk_leaves_the_plan_that_was_there() {
    let Some(tiny) = Tiny::mount() else { return };
    let fleet = Fleet::new();
    let plan = tiny.path().join("plan");
    fs::write(&plan, "{\"tenantry_plan\": 1}").unwrap();
    tiny.fill(0);
    let before = listing(tiny.path());
    let words = ["error: the plan could not be saved to ", "No space left on device"];
    fleet.demand(&["plan", "--out", plan.to_str().unwrap()], 1, &words);
    assert_eq!(listing(tiny.path()), before);
}

#[test]
fn apply_on_a_full_disk_does_nothing_and_goes_on_when_there_is_room() {
    let Some(tiny) = Tiny::mount() else { return };
    let fleet = Fleet::new();
    let apply = || Run::of(fleet.command_in(tiny.path(), &["apply", "--auto-approve"]).output().unwrap());
    let fill = tiny.fill(0);
    apply().demand(1, &["error: ", "No space left on device"]);
    assert!(!tiny.path().join("tenantry/sandbox/quick/host.local.json").exists());
    fs::remove_file(fill).unwrap();

    // Room to begin, and not enough to end: the sandbox and the journal grow with each step.
    tiny.fill(24 << 10);
    apply().demand(7, &["No space left on device", "What was done stays done"]);
    let world = fs::read(tiny.path().join("tenantry/sandbox/quick/host.local.json")).unwrap();
    assert_eq!(world.last(), Some(&b'\n'), "no line is torn");
    let values = serde_json::Deserializer::from_slice(&world).into_iter::<serde_json::Value>();
    let values: Vec<_> = values.map(|value| value.expect("the world is whole")).collect();
    assert!(values.len() > 1);

    tiny.grow();
    apply().demand(0, &["Apply complete!"]);
    apply().demand(0, &["No changes."]);
}
