//! SIGKILL at every step of one bring-up: before a call, after it before the journal, and during an exec. The next apply
//! converges to what an uninterrupted run makes, and makes nothing twice.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::fleet::{Fleet, Run};
use super::shared;

const SIGKILL: i32 = -9;

/// What the world is, in a form that two fleets can be compared in: names without the fleet's id, and states.
fn world(fleet: &Fleet) -> Vec<String> {
    let mark = format!("label=tenantry.fleet={}", fleet.id);
    let mut seen = Vec::new();
    let containers = "{{.Names}} {{.Image}} {{.State}} {{.Networks}}";
    for (kind, format) in [("container", containers), ("network", "{{.Name}}"), ("volume", "{{.Name}}")] {
        let mut arguments = vec![kind, "ls", "--filter", &mark, "--format", format];
        if kind == "container" {
            arguments.push("-a");
        }
        seen.extend(
            fleet.ask(&arguments).lines().map(|line| format!("{kind} {}", line.replace(&fleet.id, "ID"))),
        );
    }
    seen.sort();
    seen
}

fn killed(fleet: &Fleet, at: &str) -> Run {
    let mut command = fleet.command(&["apply", "--auto-approve", "--new-fleet"]);
    Run::of(command.env("TENANTRY_TEST_KILL", at).output().unwrap())
}

/// The calls that the last run began, as `object call`, by the number of their step.
fn calls(fleet: &Fleet) -> BTreeMap<u64, String> {
    let begun = fleet.begun();
    begun.iter().map(|s| (s["step"].as_u64().unwrap(), format!("{} {}", s["object"], s["call"]))).collect()
}

/// Kills bring-ups of their own, several at once since they mostly wait: each at these places one run after the other. The next apply ends
/// where an uninterrupted one does. What the last killed runs of all did first.
fn bring_ups(places: Vec<Vec<String>>, expected: &[String]) -> BTreeSet<String> {
    let (places, firsts) = (Mutex::new(places), Mutex::new(BTreeSet::new()));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(places) = { places.lock().unwrap().pop() } {
                    let fleet = Fleet::new("k");
                    for at in &places {
                        let dead = killed(&fleet, at);
                        assert_eq!(dead.code, SIGKILL, "{places:?}, {at}: {dead}");
                    }
                    firsts.lock().unwrap().extend(calls(&fleet).remove(&0));
                    let next = fleet.apply();
                    assert_eq!(next.code, 0, "{places:?}: {next}");
                    assert_eq!(world(&fleet), expected, "{places:?}");
                    fleet.settled();
                }
            });
        }
    });
    firsts.into_inner().unwrap()
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn killed_before_or_after_any_call_the_next_apply_converges() {
    let whole = Fleet::new("kw");
    whole.applied();
    let (steps, expected) = (calls(&whole), world(&whole));
    assert!(steps.len() > 15, "a bring-up worth killing has more steps: {steps:?}");
    drop(whole);
    // Two kills to a bring-up: before a call, and after it where it is the first of what is left to do.
    let mut places: Vec<Vec<String>> =
        steps.keys().map(|step| vec![format!("before:s-{step}"), "after:s-0".to_owned()]).collect();
    places.push(vec![format!("journal:s-{}", steps.len() / 2)]);
    let firsts = bring_ups(places, &expected);
    // And after each call that something else is done before, when it is done again.
    let others = steps.iter().filter(|(_, call)| !firsts.contains(*call));
    bring_ups(others.map(|(step, _)| vec![format!("after:s-{step}")]).collect(), &expected);
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn killed_at_any_step_of_a_recreate_the_next_apply_converges() {
    let fleet = shared::fleet();
    fleet.ask(&["tag", "busybox:1.37", "busybox:recreate-a"]);
    fleet.ask(&["tag", "busybox:1.37", "busybox:recreate-b"]);
    fleet.edit("memory \"256MiB\"", "memory \"256MiB\"\n    page-image \"busybox:recreate-a\"");
    let run = fleet.run(&["plan", "--json"]);
    let steps = run.events("change_summary")[0]["steps"].as_u64().unwrap();
    fleet.applied();
    let mut images = ["busybox:recreate-a", "busybox:recreate-b"];
    for step in 0..steps {
        for when in ["before", "after"] {
            fleet.edit(images[0], images[1]);
            images.reverse();
            let at = format!("{when}:s-{step}");
            let dead = killed(&fleet, &at);
            assert_eq!(dead.code, SIGKILL, "{at}: {dead}");
            fleet.applied();
            fleet.settled();
            assert!(fleet.page().is_some(), "{at}");
            assert_eq!(
                fleet.ask(&["inspect", "-f", "{{.Config.Image}}", &fleet.container("edge", "page")]),
                images[0]
            );
            assert_eq!(fleet.containers().len(), 4, "{at}: nothing is left over");
        }
    }
    fleet.docker(&["rmi", "busybox:recreate-a", "busybox:recreate-b"]);
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn killed_during_an_exec_the_next_apply_waits_for_it() {
    let fleet = Fleet::new("kx");
    fleet.applied();
    let traefik = fleet.container("edge", "traefik");
    // Every command in it takes its time from now on.
    let slow = "rm /bin/sh; printf '#!/bin/busybox sh\\n/bin/busybox sleep 4\\nexec /bin/busybox sh \"$@\"\\n' \
                > /bin/sh; chmod +x /bin/sh";
    fleet.ask(&["exec", &traefik, "sh", "-c", slow]);
    fleet.edit("status.localhost", "state.localhost");
    let mut child = fleet
        .command(&["apply", "--auto-approve"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while !fleet.ask(&["top", &traefik]).contains("mv -f") {
        assert!(began.elapsed() < Duration::from_secs(60), "the exec never began");
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    fleet.applied();
    fleet.settled();
    let names = fleet.ask(&["exec", &traefik, "ls", "-A", "/etc/traefik/dynamic"]);
    assert!(!names.contains("tmp"), "nothing is left over: {names}");
}
