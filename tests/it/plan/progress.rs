//! How far an apply is, word by word.

use tenantry::apply::{Event, Outcome};
use tenantry::cli::view::progress::{Line, Progress};
use tenantry::desired::call::{Arg, Call, StepId};
use tenantry::desired::change::Step;
use tenantry::desired::fields::Consequence;
use tenantry::desired::{ObjectId, ObjectKind};
use tenantry::plan::Plan;
use tenantry::provider::{Error, ErrorKind};

/// A site installs an app and enables its scheduler; one step each.
fn plan(sites: &[&str]) -> Plan {
    let bench = || Arg::Handle("c".to_owned());
    let calls = |site: &str| {
        [
            Call::InstallApp {
                container: bench(),
                id: ObjectId::new(format!("site.{site}"), ObjectKind::Site, ""),
                directory: site.to_owned(),
                app: "crm".to_owned(),
                force: false,
            },
            Call::EnableScheduler { container: bench(), directory: site.to_owned() },
        ]
    };
    let steps = sites.iter().flat_map(|site| calls(site).map(|call| (*site, call)));
    let steps = steps.zip(0..).map(|((site, call), place)| Step {
        id: StepId(place),
        object: ObjectId::new(format!("site.{site}"), ObjectKind::Site, ""),
        host: "host.h".to_owned(),
        call,
        after: Vec::new(),
        consequence: Consequence::None,
        reason: String::new(),
        at_once: 1,
    });
    Plan { steps: steps.collect(), ..Plan::default() }
}

fn start(progress: &mut Progress, step: u32, now: u64) {
    assert!(progress.on(&Event::StepStart { step: StepId(step) }, now).is_empty());
}

fn end(progress: &mut Progress, step: u32, outcome: Outcome, elapsed_ms: u64, now: u64) -> Vec<Line> {
    progress.on(&Event::StepEnd { step: StepId(step), outcome, elapsed_ms }, now)
}

fn failed() -> Outcome {
    Outcome::Failed { error: Error::new(ErrorKind::Other, "no") }
}

#[test]
fn a_declaration_is_told_once_when_its_last_step_has_ended() {
    let mut progress = Progress::new(&plan(&["a", "b", "c"]));
    start(&mut progress, 0, 0);
    assert!(end(&mut progress, 0, Outcome::Done, 1_500, 1_500).is_empty());
    start(&mut progress, 1, 1_500);
    let done = Line::Done("site.a: 2 steps  2.0 s".to_owned());
    assert_eq!(end(&mut progress, 1, Outcome::Done, 500, 2_000), [done]);
    start(&mut progress, 2, 2_000);
    let line = Line::Failed("site.b, site: install crm failed after 72 ms".to_owned());
    assert_eq!(end(&mut progress, 2, failed(), 72, 2_072), [line]);
    let line = Line::Failed("site.b: 0 of 2 steps done, 1 failed, 1 did not run  72 ms".to_owned());
    assert_eq!(end(&mut progress, 3, Outcome::Skipped { because: None }, 0, 2_072), [line]);
    // Of what did not even begin the closing line tells how much it is.
    assert!(end(&mut progress, 4, Outcome::Skipped { because: None }, 0, 2_072).is_empty());
    assert!(end(&mut progress, 5, Outcome::Skipped { because: None }, 0, 2_072).is_empty());
    assert_eq!(progress.word(3_000), None);
}

#[test]
fn a_block_shows_what_runs_how_much_is_done_and_what_is_slow() {
    let mut progress = Progress::new(&plan(&["a", "b", "c", "d", "e", "f", "g", "h"]));
    assert!(progress.block(0, 80, 24).is_empty());
    for site in 0..4 {
        start(&mut progress, 2 * site, 0);
        end(&mut progress, 2 * site, Outcome::Done, 3_000, 3_000);
        start(&mut progress, 2 * site + 1, 3_000);
        end(&mut progress, 2 * site + 1, Outcome::Done, 200, 3_200);
    }
    for step in [8, 9, 10] {
        start(&mut progress, step, 4_000);
    }
    start(&mut progress, 12, 20_000);
    end(&mut progress, 9, failed(), 10, 4_010);
    progress.on(&Event::StepProgress { step: StepId(10), message: "50 %".to_owned() }, 5_000);
    let block = progress.block(75_000, 100, 24);
    let expected = [
        "4 of 8 sites · 9 of 16 steps · 3 at once · 1 min 15 s",
        "  site.e  site: install crm        1 min 11 s, the 4 before took 3.0 s",
        "  site.f  site: install crm, 50 %  1 min 11 s, the 4 before took 3.0 s",
        "  site.g  site: install crm        55 s, the 4 before took 3.0 s",
        "  failed  site.e (tenantry log s-9)     done  site.a, site.b, site.c and 1 more",
    ];
    assert_eq!(block, expected);
    let word = "4 of 8 sites · 9 of 16 steps · site.e, site: install crm, 1 min 11 s, the 4 before took 3.0 s · 2 more under way";
    assert_eq!(progress.word(75_000).as_deref(), Some(word));
}

#[test]
fn a_block_is_never_larger_than_its_terminal() {
    let names: Vec<String> = (0..30).map(|n| format!("site-{n:02}")).collect();
    let mut progress = Progress::new(&plan(&names.iter().map(String::as_str).collect::<Vec<_>>()));
    for step in 0..30 {
        start(&mut progress, 2 * step, 0);
    }
    progress.on(&Event::StepProgress { step: StepId(0), message: "\u{1b}[2J会議会議会議".to_owned() }, 0);
    for (width, height) in [(30, 10), (20, 4), (1, 1), (200, 50)] {
        let block = progress.block(1_000, width, height);
        assert!(block.len() <= height.max(4), "{width}x{height}: {block:#?}");
        let columns = |line: &String| line.chars().map(|c| 1 + usize::from(c >= '会')).sum::<usize>();
        assert!(block.iter().all(|line| columns(line) <= width.max(1)), "{width}x{height}: {block:#?}");
        assert!(!block.concat().contains('\u{1b}'));
    }
    let small = progress.block(1_000, 200, 10);
    assert_eq!(small.last().unwrap(), "  and 24 more");
}
