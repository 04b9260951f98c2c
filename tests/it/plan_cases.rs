//! Runs `tests/cases/plan/*.case`; `UPDATE=1 cargo test --test it plan_cases` rewrites what they expect, and
//! `CASE=word` runs those alone whose name has the word.

mod hand;
mod run;
mod script;
pub mod stage;
mod status;

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use crate::support::{diff, disk};
use script::Script;

#[test]
fn every_plan_is_what_its_case_says() {
    let word = disk::variable("CASE").unwrap_or_default();
    let chosen: Vec<Script> = Script::all().into_iter().filter(|s| s.path.contains(&word)).collect();
    assert!(!chosen.is_empty(), "no case has {word:?} in its name");
    let failures: Vec<String> = chosen.into_par_iter().filter_map(|script| judge(&script)).collect();
    assert!(failures.is_empty(), "{} cases fail:\n\n{}", failures.len(), failures.join("\n"));
}

/// What is wrong with a case.
fn judge(script: &Script) -> Option<String> {
    let verdict = run::run(script);
    let (expected, actual) = (script.text(), verdict.actual.text());
    if disk::update() && verdict.faults.is_empty() && expected != actual {
        disk::write(&script.path, &actual);
        return None;
    }
    let mut wrong: Vec<String> = verdict.faults.iter().map(|fault| format!("  {fault}")).collect();
    if expected != actual {
        wrong.push(diff::lines(&expected, &actual));
    }
    (!wrong.is_empty()).then(|| format!("{}\n{}", script.path, wrong.join("\n")))
}
