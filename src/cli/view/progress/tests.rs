//! What is said of time: how long a thing usually takes, and how much is left.

use super::Progress;
use crate::apply::{Event, Outcome};
use crate::desired::call::{Arg, Call, StepId};
use crate::desired::change::Step;
use crate::desired::fields::Consequence;
use crate::plan::Plan;

/// A restart of each of so many frontends.
fn plan(n: u32) -> Plan {
    let step = |i: u32| Step {
        id: StepId(i),
        object: format!("bench.b{i}/container/frontend").parse().unwrap(),
        host: "host.h".to_owned(),
        call: Call::StartContainer { container: Arg::Handle("c".to_owned()) },
        after: Vec::new(),
        consequence: Consequence::None,
        reason: String::new(),
        at_once: 1,
    };
    Plan { steps: (0..n).map(step).collect(), ..Plan::default() }
}

fn begins(progress: &mut Progress, step: u32, at: u64) {
    let lines = progress.on(&Event::StepStart { step: StepId(step) }, at);
    assert_eq!(lines, []);
}

fn ends(progress: &mut Progress, step: u32, took: u64, at: u64) {
    let end = Event::StepEnd { step: StepId(step), outcome: Outcome::Done, elapsed_ms: took };
    assert_eq!(progress.on(&end, at).len(), 1);
}

#[test]
fn what_is_known_of_three_is_said_of_the_next() {
    let mut progress = Progress::new(&plan(8));
    for step in 0..3 {
        begins(&mut progress, step, 0);
    }
    assert!(!progress.block(9_000, 80, 20).join("\n").contains('≈'), "nothing is known yet");
    for step in 0..3 {
        ends(&mut progress, step, 10_000, 10_000);
        begins(&mut progress, step + 3, 10_000);
    }
    // Three of five are under way for 4 s of 10: 3 × 6 s and 2 × 10 s are left, three at once.
    let block = progress.block(14_000, 80, 20);
    assert!(block[0].ends_with("3 at once · 14 s · ≈ 12 s left"), "{block:#?}");
    assert!(block[1].ends_with("4 s of ≈ 10 s"), "{block:#?}");
    // What takes much longer than the others is told as that.
    assert!(progress.block(40_000, 80, 20)[1].ends_with("30 s, the 3 before took 10.0 s"));
}
