//! Two hosts on engines of their own, of which one does not answer: the other goes on, and what may be on the silent one is made
//! nowhere else.

use std::process::Stdio;

use super::engine::Engine;
use super::fleet::{Fleet, Run};

/// Benches `a` on the machine's engine and `b` on one of this test's own.
struct Two {
    fleet: Fleet,
    far: Engine,
}

impl Two {
    /// Applied as a whole while both answer.
    fn applied(tag: &str) -> Self {
        let far = Engine::new();
        far.load(&["redis:7.2"]);
        let fleet = Fleet::new(tag);
        fleet.write(
            "far.kdl",
            &format!(
                "host \"far\" {{\n    engine \"docker\" at=\"{}\"\n    images \"never\"\n}}\n\
                 bench \"b\" {{\n    size \"small\"\n    host \"far\"\n}}\n",
                far.host()
            ),
        );
        fleet.applied();
        fleet.settled();
        Self { fleet, far }
    }

    /// What of bench `b` is on the machine's engine.
    fn of_b_here(&self) -> String {
        let name = format!("name={}-bench-b", self.fleet.id);
        ["ps -a", "volume ls", "network ls"]
            .map(|list| {
                let list: Vec<&str> = list.split(' ').collect();
                self.fleet.ask(&[&list[..], &["-q", "--filter", &name]].concat())
            })
            .concat()
    }

    /// A command in the queue of bench `b`, where that belongs.
    fn in_b(&self, script: &str) -> String {
        let queue = format!("{}-bench-b-redis-queue-1", self.fleet.id);
        let mut command = self.far.docker(&["exec", &queue, "sh", "-c", script]);
        let output = command.stdout(Stdio::piped()).output().unwrap();
        assert!(output.status.success(), "{script}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What the cache of bench `a` may hold.
    fn cache(&self) -> String {
        self.fleet.ask(&["inspect", "-f", "{{json .Args}}", &self.fleet.container("bench", "redis-cache")])
    }
}

/// Demands that it is said which host is silent and who waits for it, and that the rest counts as done in part.
fn told(run: &Run, who: &str) {
    assert_eq!(run.code, 5, "{run}");
    for said in ["guard/unreadable-host", "host `far` could not be read", who] {
        assert!(run.err.contains(said), "{said:?} is not said: {run}");
    }
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn while_a_host_does_not_answer_the_others_are_applied_and_it_is_made_up_for_later() {
    let mut two = Two::applied("sil");
    let before = two.cache();
    two.far.stop();
    two.fleet.edit("cache \"64MiB\"", "cache \"96MiB\"");
    let plan = two.fleet.run(&["plan", "--new-fleet"]);
    told(&plan, "`bench.b` is left out; the rest can be applied");
    let planned = two.fleet.planned();
    assert!(!planned.is_empty() && planned.iter().all(|(_, of)| of.starts_with("bench.a/")), "{planned:?}");
    let apply = two.fleet.apply();
    told(&apply, "`bench.b` is left out");
    assert!(two.fleet.did().lines().all(|step| step.starts_with("bench.a/")), "{}", two.fleet.did());
    assert_ne!(two.cache(), before);
    assert_eq!(two.fleet.planned(), vec![], "nothing is left on the host that answers");
    told(&two.fleet.apply(), "`bench.b` is left out");
    two.far.start();
    let planned = two.fleet.planned();
    assert!(!planned.is_empty() && planned.iter().all(|(_, of)| of.starts_with("bench.b/")), "{planned:?}");
    two.fleet.applied();
    two.fleet.settled();
    two.fleet.all_healthy();
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_bench_is_not_made_empty_on_another_host_while_its_own_does_not_answer() {
    let mut two = Two::applied("silm");
    two.in_b("echo data of its customers > /data/kept");
    two.far.stop();
    two.fleet.edit_file("far.kdl", "    host \"far\"", "    host \"h\"");
    let refused = |run: &Run| {
        assert_eq!(run.code, 5, "{run}");
        for said in ["error[guard/data-moves]: `bench.b` would have to move", "`far` does not answer now"] {
            assert!(run.err.contains(said), "{said:?} is not said: {run}");
        }
        assert_eq!(two.of_b_here(), "", "{run}");
    };
    refused(&two.fleet.run(&["plan", "--new-fleet"]));
    assert_eq!(two.fleet.planned(), vec![]);
    refused(&two.fleet.apply());
    // A host that is declared is not gone, whatever is said.
    refused(&two.fleet.run(&["apply", "--auto-approve", "--new-fleet", "--without-host", "far"]));
    // Nor beside a change on the host that answers, which is done.
    two.fleet.edit("memory \"256MiB\"", "memory \"192MiB\"");
    refused(&two.fleet.apply());
    assert!(two.fleet.did().contains("edge.h/"), "{}", two.fleet.did());
    // The host answers again: the move is refused still, and the old files are what there is.
    two.far.start();
    let run = two.fleet.apply();
    assert!(run.code == 5 && run.err.contains("it is on host `far`, and wanted on host `h`"), "{run}");
    assert_eq!(two.of_b_here(), "", "{run}");
    two.fleet.edit_file("far.kdl", "    host \"h\"", "    host \"far\"");
    two.fleet.settled();
    assert_eq!(two.in_b("cat /data/kept"), "data of its customers\n");
}
