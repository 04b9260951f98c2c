//! `cargo bench --bench sites`: what it takes to push one tenant until its site answers, and to look at sixty sites, on the
//! stand-in bench of the tests (`TENANTRY_BED_ONLY=1 tests/run` makes what it needs).
//!
//! `--sites N` and `--runs N` change how many. The stand-in takes a twentieth of the real times, so what is worth knowing is
//! Tenantry's own share: the time in which no call to the outside was under way, and its processor time.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measuring program, of the tests' parts"
)]

#[allow(dead_code, reason = "the live tests use all of it")]
#[path = "../it/live/bench.rs"]
mod bench;
#[allow(dead_code, reason = "the live tests use all of it")]
#[path = "../it/live/fleet.rs"]
mod fleet;
#[path = "../it/support/used.rs"]
mod used;

use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use bench::Bench;
use fleet::{Fleet, Run};
use tenantry::apply::journal;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str, otherwise: usize| {
        let at = arguments.iter().position(|argument| argument == name);
        at.and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(otherwise)
    };
    let (sites, runs) = (number("--sites", 60), number("--runs", 5));
    println!("{}", machine());
    let bench = Bench::new("mea", &[("first", "\"erpnext\"")]);
    bench.converges(&["first"]);

    println!("\npush of one tenant with one app, until its site answers");
    println!(
        "{:>4}  {:>9}  {:>9}  {:>9}  {:>9}  {:>5}",
        "run", "wall", "in calls", "own", "processor", "steps"
    );
    let mut pushes: Vec<Push> = (0..runs)
        .map(|run| {
            let push = push(&bench, &format!("push{run}"));
            println!("{:>4}  {push}", run + 1);
            push
        })
        .collect();
    pushes.sort_by_key(|push| push.wall);
    println!("{:>4}  {}", "med.", pushes[runs / 2]);

    println!("\na plan with nothing to do");
    println!("{:>5}  {:>9}  {:>9}  {:>5}", "sites", "wall", "processor", "execs");
    println!("{:>5}  {}", runs + 1, look(&bench, runs));
    // Only to have them: how long it takes was measured above.
    bench.switch("pace", "0.05");
    for site in runs + 1..sites {
        bench.site(&format!("s{site}"), "");
    }
    bench.fleet.applied();
    println!("{sites:>5}  {}", look(&bench, runs));
}

/// What a push took.
struct Push {
    wall: Duration,
    calls: Duration,
    processor: Duration,
    steps: usize,
}

impl std::fmt::Display for Push {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ms = |duration: Duration| duration.as_millis();
        let own = self.wall.saturating_sub(self.calls);
        let Self { wall, calls, processor, steps } = self;
        write!(
            f,
            "{:>6} ms  {:>6} ms  {:>6} ms  {:>6} ms  {steps:>5}",
            ms(*wall),
            ms(*calls),
            ms(own),
            ms(*processor)
        )
    }
}

fn push(bench: &Bench, site: &str) -> Push {
    bench.site(site, "\"erpnext\"");
    let began = Instant::now();
    let (run, processor) = timed(&bench.fleet, &["apply", "--auto-approve", "--new-fleet"]);
    assert_eq!(run.code, 0, "{run}");
    while bench.ping(site) != "200" {
        assert!(began.elapsed() < Duration::from_secs(60), "it does not answer: {run}");
    }
    let wall = began.elapsed();
    let history = journal::read(&journal::path(&bench.fleet.state.path().join("tenantry"), &bench.fleet.id));
    let last = history.unwrap().runs.pop().unwrap();
    let mut spans: Vec<(i64, i64)> = last
        .steps
        .iter()
        .filter_map(|step| {
            let from: jiff::Timestamp = step.intent.as_ref()?.at.parse().unwrap();
            let from = from.as_millisecond();
            Some((from, from + i64::try_from(step.elapsed_ms).unwrap()))
        })
        .collect();
    spans.sort_unstable();
    assert!(!spans.is_empty(), "{run}");
    Push { wall, calls: covered(&spans), processor, steps: spans.len() }
}

/// How long at least one of some spans lasted.
fn covered(spans: &[(i64, i64)]) -> Duration {
    let (mut sum, mut until) = (0, i64::MIN);
    for (from, to) in spans {
        sum += (to - (*from).max(until)).max(0);
        until = until.max(*to);
    }
    Duration::from_millis(u64::try_from(sum).unwrap())
}

/// The median of some plans without anything to do, and how many commands they ran in the backend.
fn look(bench: &Bench, runs: usize) -> String {
    bench.fleet.settled();
    let since = now();
    let mut taken: Vec<(Duration, Duration)> = (0..runs)
        .map(|_| {
            let began = Instant::now();
            let (run, processor) = timed(&bench.fleet, &["plan", "--new-fleet"]);
            assert!(run.code == 0 && run.out.contains("No changes."), "{run}");
            (began.elapsed(), processor)
        })
        .collect();
    let container = format!("container={}", bench.fleet.container("bench", "backend"));
    let until = now();
    let filters = ["--filter", &container, "--filter", "event=exec_create"];
    let events = bench.fleet.ask(&[&["events", "--since", &since, "--until", &until], &filters[..]].concat());
    // A command's own lines follow the one that names the event. Its health check is one of these commands too.
    let is_ours = |line: &&str| line.contains("exec_create") && !line.contains("wait-for-it");
    let execs = events.lines().filter(is_ours).count();
    taken.sort_unstable();
    let (wall, processor) = taken[runs / 2];
    let each = format!("{execs}/{runs}");
    format!("{:>6} ms  {:>6} ms  {each:>5}", wall.as_millis(), processor.as_millis())
}

fn now() -> String {
    let now = jiff::Timestamp::now();
    format!("{}.{:09}", now.as_second(), now.subsec_nanosecond())
}

/// Runs the binary; how it ended, and its processor time as the shell has it.
fn timed(fleet: &Fleet, arguments: &[&str]) -> (Run, Duration) {
    let inner = fleet.command(arguments);
    let mut command = Command::new("bash");
    command.args(["-c", "TIMEFORMAT=$'\\n%U %S'; time \"$@\"", "bash"]).arg(inner.get_program());
    command.args(inner.get_args());
    for (name, value) in inner.get_envs() {
        command.env(name, value.unwrap());
    }
    let run = Run::of(command.stdin(std::process::Stdio::null()).output().unwrap());
    let last = run.err.trim_end().lines().last().unwrap_or_default().to_owned();
    let seconds: f64 = last.split(' ').map(|number| number.parse::<f64>().unwrap()).sum();
    (run, Duration::from_secs_f64(seconds))
}

/// What it was measured on.
#[expect(clippy::disallowed_methods, reason = "the kernel's own words of this machine")]
fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let mut text = String::new();
    let _ = write!(
        text,
        "{}, {cores} cores, load {}",
        model.trim_start_matches(['\t', ' ', ':']),
        read("/proc/loadavg").trim()
    );
    text
}
