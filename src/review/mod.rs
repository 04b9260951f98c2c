//! What a change of the files means, from two compiles alone: no engine, no secret, no clock.

mod facts;
pub mod money;
mod news;
mod offline;
mod reach;

use std::collections::BTreeMap;

use crate::desired::change::{Action, Change};
use crate::desired::observed::Observed;
use crate::desired::{Desired, Entry, ObjectId, Owner};
use crate::diag::Diagnostic;
use crate::pipeline::{self, Compiled};
use crate::plan::{Plan, Policy};
use crate::source::{SourceMap, Span};
use crate::world::Memory;
use crate::world::secret::Opener;

use money::{Amounts, revenue};
pub use news::{Difference, News, Turn};
use news::{Places, Side, news};
pub use reach::{Own, Reach};

/// What a change of the files means.
#[derive(Debug, Clone)]
pub struct Review {
    /// Declarations that are new, gone or changed.
    pub news: Vec<News>,
    /// What `plan` would show if everything of the base were applied.
    pub plan: Plan,
    /// The base, as if it were applied: what the plan was made against.
    pub observed: Observed,
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

/// What the way from `base` to `head` means. Takes the base with it: what is wanted there becomes what is seen.
#[must_use]
pub fn review(base: Compiled, head: &Compiled) -> Review {
    let gone = Gone::of(&base, head);
    let Compiled { sources, model, desired, warnings: old, .. } = base;
    let ((news, places), (mut plan, observed)) = rayon::join(
        || news(&Side::new(&model, &sources), &Side::new(&head.model, &head.sources)),
        || plan(desired, head),
    );
    for change in &mut plan.changes {
        match (gone.get(&change.id), head.desired.objects.get(&change.id)) {
            (Some(gone), _) if change.action == Action::Delete => gone.tell(change),
            (_, Some(entry)) => {
                let lines = head.desired.lines.get(&change.id).map(Vec::as_slice).unwrap_or_default();
                edited_first(change, entry, lines, &places, &head.sources);
            }
            _ => {}
        }
    }
    for refusal in &mut plan.refusals {
        let Some(gone) = refusal.object.as_ref().and_then(|id| gone.get(id)) else { continue };
        if let Some(place) = gone.causes.first().filter(|_| refusal.diagnostic.primary.is_none()) {
            refusal.diagnostic.notes.insert(0, format!("it was declared at {place}"));
        }
    }
    let known = |warning: &Diagnostic| {
        old.iter().any(|old| old.code == warning.code && old.message == warning.message)
    };
    let warnings = head.warnings.iter().filter(|warning| !known(warning)).cloned().collect();
    Review {
        news,
        plan,
        observed,
        revenue: (revenue(&model), revenue(&head.model)),
        warnings,
        compared: (head.model.tenants.len(), head.model.sites.len(), head.desired.objects.len()),
    }
}

fn plan(base: Desired, head: &Compiled) -> (Plan, Observed) {
    // A world with nothing in it, which is asked for nothing.
    let nowhere = Memory::default();
    let opener = Opener::references(&nowhere, &head.desired.fleet);
    let (observed, notes) = offline::assumed(base, &head.desired);
    let mut plan = pipeline::plan(head, &observed, &Policy::default(), &opener);
    plan.notes.extend(notes);
    (plan, observed)
}

/// Whose an object was that nobody wants any more, and where that stood.
struct Gone {
    address: String,
    owner: Owner,
    causes: Vec<String>,
}

impl Gone {
    fn of(base: &Compiled, head: &Compiled) -> BTreeMap<ObjectId, Self> {
        let gone = base.desired.objects.iter().filter(|(id, _)| !head.desired.objects.contains_key(*id));
        let of = |entry: &Entry| Self {
            address: entry.address.clone(),
            owner: entry.owner.clone(),
            causes: entry.causes.iter().map(|span| base.sources.place(*span)).collect(),
        };
        gone.map(|(id, entry)| (id.clone(), of(entry))).collect()
    }

    fn tell(&self, change: &mut Change) {
        change.address.clone_from(&self.address);
        change.owner.clone_from(&self.owner);
        change.causes.clone_from(&self.causes);
    }
}

/// What was edited comes first of the causes of a change.
fn edited_first(
    change: &mut Change,
    entry: &Entry,
    lines: &[(String, Span)],
    places: &Places,
    sources: &SourceMap,
) {
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
    // What the change has as its first cause stays it where another one is no nearer to what was edited.
    let shown = |span: &Span| change.causes.first() != Some(&sources.place(*span));
    let known = lines.iter().map(|(_, span)| span).chain(&entry.causes);
    let Some(first) = known.min_by_key(|span| (rank(span), shown(span))) else { return };
    if rank(first) == 2 {
        return;
    }
    let place = sources.place(*first);
    change.causes.retain(|cause| *cause != place);
    change.causes.insert(0, place);
}
