//! Who is at work on a fleet's hosts at this moment, and at what: the locks know it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::apply::journal::{self, History, LoggedRun};
use crate::desired::observed::{Holder, Observed};
use crate::diag::printable;

use super::view::Output;

/// Tells of each run that is at work: `apply of ana@laptop is at work on fra-1 since …: install-app on site.globex (s-17)`.
pub(super) fn tell(observed: &Observed, fleet: &str, state: &Path, output: Output) -> bool {
    let mut runs: BTreeMap<&str, (&Holder, Vec<&str>)> = BTreeMap::new();
    for host in observed.hosts.values() {
        if let Some(holder) = &host.holder {
            runs.entry(&holder.run).or_insert_with(|| (holder, Vec::new())).1.push(&host.name);
        }
    }
    // A run of another machine is in that one's journal: then only who it is can be told.
    let history = journal::read(&journal::path(state, fleet)).unwrap_or_default();
    for (holder, hosts) in runs.values() {
        let steps = under_way(&history, &holder.run);
        let at = if steps.is_empty() { String::new() } else { format!(": {}", steps.join(", ")) };
        let words = format!(
            "note: `{}` of {} is at work on {} since {}{at}",
            holder.operation,
            holder.who,
            hosts.join(", "),
            holder.since
        );
        // Another machine wrote who it is.
        output.note(printable(&words));
    }
    !runs.is_empty()
}

/// The steps of a run that have begun and not ended.
fn under_way(history: &History, run: &str) -> Vec<String> {
    let steps = history.run(run).into_iter().flat_map(|run| &run.steps);
    let begun = steps.filter(|step| step.outcome.is_none());
    begun
        .filter_map(|step| {
            let intent = step.intent.as_ref()?;
            Some(format!("{} on `{}` ({})", intent.call, intent.object, step.step))
        })
        .collect()
}

/// Whether nobody wrote how a run ended.
pub(super) const fn is_open(run: &LoggedRun) -> bool {
    run.ended.is_none()
}

/// The runs that are at work.
pub(super) fn runs(observed: &Observed) -> BTreeSet<String> {
    observed.hosts.values().filter_map(|host| Some(host.holder.as_ref()?.run.clone())).collect()
}
