//! A saved plan does what was approved and nothing else, whatever the files say by now.

use std::collections::BTreeSet;
use std::time::Instant;

use super::rounds::{failed, verdict};
use super::{Audience, End, Moved, Outcome, Session, missing};
use crate::apply::Stop;
use crate::desired::ObjectId;
use crate::desired::observed::Observed;
use crate::plan::file::{self, SavedPlan};

impl Session<'_> {
    /// Executes a saved plan. What has moved since stops it; with `partial` it stops itself and what waits for it.
    pub async fn run_saved(
        &mut self,
        saved: SavedPlan,
        partial: bool,
        audience: &mut dyn Audience,
    ) -> Outcome {
        let began = Instant::now();
        let Some(observed) = self.look(Stop::Stop).await else { return Outcome::new(End::Stopped) };
        let mut moved = moved(&saved, &observed);
        let rewritten = file::rewritten(&saved, &self.compiled.desired);
        // What is left out gives nothing up, so that whoever would get it is left out too.
        let plan = loop {
            let out = moved.iter().map(|one| {
                (one.id.clone(), one.why.clone().unwrap_or_else(|| "it has changed since".to_owned()))
            });
            let plan = saved.clone().into_plan().without(&out.collect());
            let taken = plan.taken(&observed);
            if taken.is_empty() {
                break plan;
            }
            moved.extend(taken.into_iter().map(|(id, why)| Moved { id, why: Some(why) }));
        };
        if !moved.is_empty() && !partial {
            return Outcome::new(End::Stale(moved));
        }
        audience.planned(&plan, &plan.refusals, &observed, began.elapsed());
        if plan.is_refused() {
            return Outcome { observed: Some(observed), ..Outcome::new(End::Refused) };
        }
        let deferred: Vec<String> = plan.deferred.iter().map(|one| one.address.clone()).collect();
        if plan.changes.is_empty() {
            let end = verdict(&deferred, &plan.refusals);
            return Outcome { end, left: deferred, observed: Some(observed) };
        }
        let secrets = missing(&plan, None, self.opener);
        if !secrets.is_empty() {
            return Outcome::new(End::Missing { secrets, late: false });
        }
        if let Err(error) = self.remember(&observed, &plan) {
            return Outcome::new(End::Failed(error));
        }
        let report = match self.execute(&plan, audience).await {
            Ok(report) => report,
            Err(error) => return Outcome::new(End::Failed(error)),
        };
        if let Some(end) = failed(report) {
            return Outcome::new(end);
        }
        let Some(observed) = self.look(Stop::Abort).await else { return Outcome::new(End::Cancelled) };
        let refused: BTreeSet<&ObjectId> =
            plan.refusals.iter().filter_map(|refusal| refusal.object.as_ref()).chain(&plan.waiting).collect();
        let last = self.plan(&observed);
        // What the files want otherwise by now is no business of a plan that was made before.
        let left = last
            .changes
            .iter()
            .filter(|change| !refused.contains(&change.id) && !rewritten.contains(&change.id.of));
        let left: BTreeSet<String> =
            deferred.into_iter().chain(left.map(|change| change.address.clone())).collect();
        let left: Vec<String> = left.into_iter().collect();
        let end = verdict(&left, &plan.refusals);
        Outcome { end, left, observed: Some(observed) }
    }
}

/// What is no longer as the plan saw it, or may not be.
fn moved(saved: &SavedPlan, observed: &Observed) -> Vec<Moved> {
    let stale: BTreeSet<ObjectId> = file::stale(saved, observed).into_iter().collect();
    let changes = saved.changes.iter().filter_map(|change| {
        let why = match observed.hosts.get(&change.host) {
            Some(facts) => facts.unreadable.clone(),
            None => Some("its host is no longer declared".to_owned()),
        };
        let id = &change.id;
        (why.is_some() || stale.contains(id)).then(|| Moved { id: id.clone(), why })
    });
    changes.collect()
}
