//! What a change of the files means, from two compiles alone: no engine, no secret, no clock.

mod facts;
pub mod money;
mod news;
mod offline;
mod reach;

use crate::desired::Entry;
use crate::desired::change::{Action, Change};
use crate::diag::Diagnostic;
use crate::pipeline::{self, Compiled};
use crate::plan::{Plan, Policy};
use crate::source::{SourceMap, Span};
use crate::world::Memory;
use crate::world::secret::Opener;

use money::{Amounts, revenue};
pub use news::{Difference, News, Turn};
use news::{Places, news};
pub use reach::{Own, Reach};

/// What a change of the files means.
#[derive(Debug, Clone)]
pub struct Review {
    /// Declarations that are new, gone or changed.
    pub news: Vec<News>,
    /// What `plan` would show if everything of the base were applied.
    pub plan: Plan,
    /// Revenue a month, before and after.
    pub revenue: (Amounts, Amounts),
    /// Warnings of the head that the base does not have.
    pub warnings: Vec<Diagnostic>,
    /// How much was compared: tenants, sites and objects of the head.
    pub compared: (usize, usize, usize),
}

impl Review {
    /// Whether both mean the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.news.is_empty() && self.plan.is_empty()
    }

    /// How the revenue of a month changes.
    #[must_use]
    pub fn money(&self) -> Amounts {
        self.revenue.1.less(&self.revenue.0)
    }
}

/// What the way from `base` to `head` means.
#[must_use]
pub fn review(base: &Compiled, head: &Compiled) -> Review {
    let (news, places) = news(base, head);
    let plan = plan(base, head, &places);
    let known = |warning: &Diagnostic| {
        base.warnings.iter().any(|old| old.code == warning.code && old.message == warning.message)
    };
    let warnings = head.warnings.iter().filter(|warning| !known(warning)).cloned().collect();
    Review {
        news,
        plan,
        revenue: (revenue(&base.model), revenue(&head.model)),
        warnings,
        compared: (head.model.tenants.len(), head.model.sites.len(), head.desired.objects.len()),
    }
}

fn plan(base: &Compiled, head: &Compiled, places: &Places) -> Plan {
    // A world with nothing in it: whatever tried to open a secret would fail.
    let nowhere = Memory::default();
    let opener = Opener::new(&nowhere, &head.desired.fleet, None);
    let wanted = offline::closed(&head.desired);
    let (observed, notes) = offline::assumed(&base.desired, &head.desired);
    let mut plan = pipeline::plan_of(&wanted, head, &observed, &Policy::default(), &opener);
    plan.notes.extend(notes);
    for change in &mut plan.changes {
        let side = if change.action == Action::Delete { base } else { head };
        match side.desired.objects.get(&change.id) {
            Some(entry) if change.action == Action::Delete => gone(change, entry, &base.sources),
            Some(entry) => edited_first(change, entry, places, &head.sources),
            None => {}
        }
    }
    for refusal in &mut plan.refusals {
        let Some(id) = refusal.object.as_ref().filter(|_| refusal.diagnostic.primary.is_none()) else {
            continue;
        };
        if let Some(span) = base.desired.objects.get(id).and_then(|entry| entry.causes.first()) {
            let place = base.sources.place(*span);
            refusal.diagnostic.notes.insert(0, format!("it was declared at {place}"));
        }
    }
    plan
}

/// Whose it was, and where that stood.
fn gone(change: &mut Change, entry: &Entry, sources: &SourceMap) {
    change.address.clone_from(&entry.address);
    change.owner.clone_from(&entry.owner);
    change.causes = entry.causes.iter().map(|span| sources.place(*span)).collect();
}

/// What was edited comes first of the causes of a change.
fn edited_first(change: &mut Change, entry: &Entry, places: &Places, sources: &SourceMap) {
    // Something new is there because of itself.
    if change.action == Action::Create
        && entry.causes.first().is_some_and(|own| places.declarations.contains(own))
    {
        return;
    }
    let rank = |span: &Span| match () {
        () if places.exact.contains(span) => 0,
        () if places.declarations.contains(span) => 1,
        () => 2,
    };
    let Some(first) = entry.causes.iter().min_by_key(|span| rank(span)) else { return };
    let place = sources.place(*first);
    if let Some(at) = change.causes.iter().position(|cause| *cause == place) {
        let cause = change.causes.remove(at);
        change.causes.insert(0, cause);
    }
}
