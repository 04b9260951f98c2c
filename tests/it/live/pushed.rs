//! Pushes by every way there is, applied to the real engine.
#![expect(clippy::disallowed_methods, reason = "a repository has files")]

mod servers;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::bench::Bench;
use crate::support::git::{Repository, git};
pub(super) use servers::Servers;

/// Where a site is held: its account has its password for the time being, and `bench new-site` has begun.
const HELD: &str = "new-site:begin";

struct Pushed {
    bench: Bench,
    place: tempfile::TempDir,
    clone: Repository,
    servers: Servers,
}

impl Pushed {
    /// A bare repository with hooks, the fleet's platform in a clone, nothing pushed.
    fn new(tag: &str) -> Self {
        let mut bench = Bench::new(tag, &[]);
        bench.fleet.edit("file:key", "env:FLEET_KEY");
        let place = tempfile::tempdir().unwrap();
        // Servers of other users come through here.
        fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let run = |command: &mut Command| {
            let output = command.output().unwrap();
            assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
        };
        run(git(place.path()).args(["init", "--quiet", "--bare", "-b", "main", "fleet.git"]));
        let variables = place.path().join("fleet.env");
        fs::write(&variables, "FLEET_KEY='a key for this test alone'\n").unwrap();
        fs::set_permissions(&variables, fs::Permissions::from_mode(0o600)).unwrap();
        let bare = place.path().join("fleet.git");
        let mut install = Command::new(env!("CARGO_BIN_EXE_tenantry"));
        run(install.args(["hook", "install"]).arg(&bare).arg("--environment").arg(&variables));
        let clone = Repository::new();
        let text = fs::read_to_string(bench.fleet.directory.path().join("fleet.kdl")).unwrap();
        clone.write("fleet.kdl", &text);
        clone.commit("the platform");
        bench.fleet.environment.insert("FLEET_KEY".to_owned(), "a key for this test alone".to_owned());
        let servers = Servers::start(place.path());
        Self { bench, place, clone, servers }
    }

    fn bare(&self) -> PathBuf {
        self.place.path().join("fleet.git")
    }

    fn tenant(&self, name: &str) -> String {
        self.clone.write(
            &format!("tenants/{name}.kdl"),
            &format!("tenant \"{name}\" {{\n    plan \"p\"\n    site \"{name}\" {{\n        bench \"a\"\n    }}\n}}\n"),
        );
        self.clone.commit(name)
    }

    /// `git push URL main`, with leave to begin on an engine where other tests' fleets are.
    fn push(&self, url: &str) -> Command {
        let mut command = git(self.clone.path());
        command.args(["push", "-o", "new-fleet", url, "main"]).env("GIT_SSH_COMMAND", self.servers.ssh("").1);
        command
    }

    /// The next site is held while it is made.
    fn hold(&self) {
        self.bench.switch_off("reached");
        self.bench.switch("hold-at", HELD);
    }

    fn go_on(&self) {
        self.bench.switch_off("hold-at");
    }

    fn note(&self, commit: &str) -> String {
        let output = git(&self.bare()).args(["notes", "--ref=tenantry", "show", commit]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// Waits for a commit's outcome.
    fn noted(&self, commit: &str) -> String {
        let began = Instant::now();
        loop {
            let note = self.note(commit);
            if !note.is_empty() {
                return note;
            }
            assert!(began.elapsed() < Duration::from_secs(400), "{commit} was never applied");
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn pushes_by_file_ssh_and_http_end_in_sites_that_answer() {
    let pushed = Pushed::new("ps");
    let file = pushed.bare().to_str().unwrap().to_owned();

    // A path: the platform.
    let first = pushed.push(&file).output().unwrap();
    assert!(first.status.success() && said(&first).contains("is applied."), "{}", said(&first));

    // ssh, and the pusher's connection is cut when the site is being made.
    let ssh = pushed.servers.ssh("fleet.git").0;
    let globex = pushed.tenant("globex");
    pushed.hold();
    let mut push = pushed.push(&ssh).process_group(0).stderr(Stdio::null()).spawn().unwrap();
    pushed.bench.reached(HELD);
    kill_group(&push);
    push.wait().unwrap();
    pushed.go_on();
    let note = pushed.noted(&globex);
    assert!(note.starts_with("tenantry: done\n") && note.contains("\nby: "), "{note}");
    assert_eq!(pushed.bench.ping("globex"), "200");

    // HTTP, and two pushers at once: the second waits its turn.
    let http = pushed.servers.http("fleet.git", "ana");
    let initech = pushed.tenant("initech");
    pushed.hold();
    let mut push = pushed.push(&http).stderr(Stdio::null()).spawn().unwrap();
    pushed.bench.reached(HELD);
    let umbrella = pushed.tenant("umbrella");
    let second = std::thread::scope(|scope| {
        let second =
            scope.spawn(|| pushed.push(&pushed.servers.http("fleet.git", "bruno")).output().unwrap());
        std::thread::sleep(Duration::from_secs(3));
        pushed.go_on();
        second.join().unwrap()
    });
    push.wait().unwrap();
    let words = said(&second);
    assert!(words.contains(&format!("{} of ana is being applied; ", &initech[..7])), "{words}");
    assert!(words.contains(&format!("{} is applied.", &umbrella[..7])), "{words}");
    assert!(pushed.noted(&initech).contains("\nby: ana\n"), "{}", pushed.noted(&initech));
    assert!(pushed.noted(&umbrella).contains("\nby: bruno\n"));
    for site in ["globex", "initech", "umbrella"] {
        assert_eq!(pushed.bench.ping(site), "200", "{site}");
    }

    // A fleet that is broken is refused over HTTP too, and nothing changes.
    pushed.clone.write("tenants/broken.kdl", "tenant \"broken\" { plan \"q\" }\n");
    pushed.clone.commit("broken");
    let refused = pushed.push(&http).output().unwrap();
    let words = said(&refused);
    assert!(
        !refused.status.success() && words.contains("remote: error[resolve/unknown-reference]"),
        "{words}"
    );
    pushed.clone.run(&["reset", "--quiet", "--hard", "HEAD~1"]);

    // Power cut: everything of ours dies while a site is made; the next push says so and converges.
    let hooli = pushed.tenant("hooli");
    pushed.hold();
    let mut push = pushed.push(&file).process_group(0).stderr(Stdio::null()).spawn().unwrap();
    pushed.bench.reached(HELD);
    // The worker has a session of its own; it goes first, or it would note that its child died.
    let bare = pushed.bare();
    for what in ["hook work ", "apply .*"] {
        let pattern = format!("{what}{}", bare.display());
        assert!(Command::new("pkill").args(["-KILL", "-f", &pattern]).status().unwrap().success(), "{what}");
    }
    kill_group(&push);
    push.wait().unwrap();
    pushed.go_on();
    assert_eq!(pushed.note(&hooli), "");
    let last = pushed.clone.commit("after the power cut");
    let next = pushed.push(&ssh).output().unwrap();
    let words = said(&next);
    assert!(words.contains(&format!("Applying {} of ", &hooli[..7])), "{words}");
    assert!(words.contains(&format!("{} is applied.", &last[..7])), "{words}");
    assert!(pushed.note(&hooli).starts_with("tenantry: interrupted\n"));
    assert_eq!(pushed.bench.ping("hooli"), "200");
    let mut status = Command::new(env!("CARGO_BIN_EXE_tenantry"));
    let status = status.args(["status", "--rev", "main"]).arg(pushed.bare()).env("NO_COLOR", "1");
    let status = status.env("FLEET_KEY", "a key for this test alone").output().unwrap();
    let text = String::from_utf8_lossy(&status.stdout);
    assert!(
        text.contains(&format!("h  {}  done", &last[..7])) && text.contains("nothing is pending"),
        "{text}"
    );
}

/// SIGKILL to git, what it started, and their hooks.
fn kill_group(push: &std::process::Child) {
    let group = format!("-{}", push.id());
    assert!(Command::new("kill").args(["-KILL", "--", &group]).status().unwrap().success());
}
