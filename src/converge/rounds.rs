//! Rounds of look, plan, approve and apply, until a last look finds nothing left.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::{Audience, End, Outcome, missing, unless};
use crate::apply::journal::Journal;
use crate::apply::known::{self, Known};
use crate::apply::{self, Options, Report, Stop};
use crate::desired::observed::Observed;
use crate::pipeline::{self, Compiled, Hosts, Ways};
use crate::plan::{Approval, Plan, Policy, Refusal};
use crate::provider::Error;
use crate::world::secret::Opener;

/// The most rounds in which something is done: what could not be seen in one is planned again in the next.
const ROUNDS: usize = 4;

/// One apply.
pub struct Session<'a> {
    /// The fleet.
    pub compiled: &'a Compiled,
    /// The hosts whose locks are held. No other is looked at, so nothing is done on it.
    pub hosts: &'a Hosts,
    /// Why another host gave no lock, by its identity.
    pub unlocked: &'a BTreeMap<String, Error>,
    /// Opens secrets.
    pub opener: &'a Opener<'a>,
    /// How steps are executed.
    pub options: Options,
    /// What may be done.
    pub policy: Policy,
    /// Where the journal is.
    pub state: &'a Path,
    /// The hosts that the fleet was on: where it left one, it is looked whether something is left there.
    pub known: Known,
    /// The engine of hosts without an address.
    pub docker_host: Option<&'a str>,
}

/// How far an apply has come.
#[derive(Default)]
struct Progress {
    /// What was approved.
    approval: Approval,
    /// The plan of the round before, which was done.
    before: Option<Plan>,
    /// Refusals that were told: each once, by its words.
    told: BTreeSet<String>,
}

impl Session<'_> {
    /// Applies the fleet's files.
    pub async fn run(&mut self, audience: &mut dyn Audience) -> Outcome {
        let mut progress = Progress::default();
        for round in 0..=ROUNDS {
            let began = Instant::now();
            // Who asked to stop once still learns what came of it, but for work that could not be seen and will not be done.
            let goes_on = progress.before.as_ref().is_none_or(|before| !before.deferred.is_empty());
            let Some(observed) = self.look(if goes_on { Stop::Stop } else { Stop::Abort }).await else {
                return Outcome::new(if round == 0 { End::Stopped } else { End::Cancelled });
            };
            let mut plan = self.plan(&observed);
            if round > 0 && (plan.changes.is_empty() || !goes_on || round == ROUNDS) {
                return self.last(&plan, observed, &mut progress, audience);
            }
            let asks = round == 0 || progress.approval.beyond(&plan).next().is_some();
            if round > 0 && asks && !audience.can_ask() {
                plan = self.plan_within(&observed, &progress.approval);
            }
            audience.planned(&plan, &progress.untold(&plan), &observed, began.elapsed());
            if plan.is_refused() {
                return Outcome { observed: Some(observed), ..Outcome::new(End::Refused) };
            }
            if let Err(error) = self.remember(&observed, &plan) {
                return Outcome::new(End::Failed(error));
            }
            if plan.changes.is_empty() {
                return self.nothing(&plan, observed, audience).await;
            }
            let secrets = missing(&plan, Some(&self.compiled.desired), self.opener);
            if !secrets.is_empty() {
                return Outcome::new(End::Missing { secrets, late: round > 0 });
            }
            if asks && (round == 0 || audience.can_ask()) {
                if audience.approve().await {
                    progress.approval.add(&plan);
                } else if round == 0 {
                    return Outcome::new(End::NotApproved);
                } else {
                    plan = self.plan_within(&observed, &progress.approval);
                    audience.refused(&progress.untold(&plan));
                }
            }
            let report = match self.execute(&plan, audience).await {
                Ok(report) => report,
                Err(error) => return Outcome::new(End::Failed(error)),
            };
            if let Some(end) = failed(report) {
                return Outcome::new(end);
            }
            progress.before = Some(plan);
        }
        // The loop ends by its last look.
        Outcome::new(End::Partial)
    }

    /// What is there, unless somebody says `stop` meanwhile.
    pub async fn look(&self, stop: Stop) -> Option<Observed> {
        let look = async {
            let desired = &self.compiled.desired;
            let ways = Ways { known: &self.known, docker_host: self.docker_host, state: self.state };
            pipeline::look(desired, self.hosts, ways, self.opener).await
        };
        let mut observed = unless(stop, &self.options.cancel, look).await?;
        for (identity, error) in self.unlocked {
            if let Some(facts) = observed.hosts.get_mut(identity) {
                facts.unreadable = Some(format!("its lock could not be taken: {error}"));
            }
        }
        Some(observed)
    }

    /// The hosts on which the fleet is, or will be.
    pub(super) fn remember(&self, observed: &Observed, plan: &Plan) -> Result<(), Error> {
        known::update(self.state, &self.known, &self.compiled.desired, observed, plan)
    }

    pub(super) fn plan(&self, observed: &Observed) -> Plan {
        pipeline::plan(self.compiled, observed, &self.policy, self.opener)
    }

    /// The same without what goes beyond what was approved.
    fn plan_within(&self, observed: &Observed, approval: &Approval) -> Plan {
        let policy = Policy { approved: Some(approval.clone()), ..self.policy.clone() };
        pipeline::plan(self.compiled, observed, &policy, self.opener)
    }

    /// Nothing can be done, before anything was.
    async fn nothing(&mut self, plan: &Plan, observed: Observed, audience: &mut dyn Audience) -> Outcome {
        // That a commit needed nothing is worth a line in the journal.
        if self.options.actor.cause.is_some()
            && let Err(error) = self.call(plan, audience).await
        {
            return Outcome::new(End::Failed(error));
        }
        let left: Vec<String> = plan.deferred.iter().map(|deferred| deferred.address.clone()).collect();
        let end = verdict(&left, &plan.refusals);
        Outcome { end, left, observed: Some(observed) }
    }

    /// Looks at what the last look found.
    fn last(
        &self,
        plan: &Plan,
        observed: Observed,
        progress: &mut Progress,
        audience: &mut dyn Audience,
    ) -> Outcome {
        let new = progress.untold(plan);
        if !new.is_empty() {
            audience.refused(&new);
        }
        // What was made is there from now on.
        if let Err(error) = self.remember(&observed, plan) {
            return Outcome { observed: Some(observed), ..Outcome::new(End::Failed(error)) };
        }
        let changes = plan.changes.iter().map(|change| change.address.clone());
        let left: Vec<String> =
            changes.chain(plan.deferred.iter().map(|deferred| deferred.address.clone())).collect();
        let stopped = !left.is_empty() && *self.options.cancel.borrow() != Stop::Run;
        let end = if stopped { End::Cancelled } else { verdict(&left, &plan.refusals) };
        Outcome { end, left, observed: Some(observed) }
    }

    pub(super) async fn execute(
        &mut self,
        plan: &Plan,
        audience: &mut dyn Audience,
    ) -> Result<Report, Error> {
        let began = Instant::now();
        let report = self.call(plan, audience).await?;
        self.policy.spent += plan.destroys();
        audience.applied(plan, &report, began.elapsed());
        Ok(report)
    }

    async fn call(&mut self, plan: &Plan, audience: &dyn Audience) -> Result<Report, Error> {
        let journal = Journal::open(self.state, &plan.fleet)?;
        self.options.journal = Some(Arc::new(journal));
        let events = audience.events(plan);
        Ok(pipeline::apply(plan, self.hosts, self.opener, &self.options, events.as_ref()).await)
    }
}

impl Progress {
    /// The refusals that nobody was told yet.
    fn untold(&mut self, plan: &Plan) -> Vec<Refusal> {
        let words = |refusal: &Refusal| format!("{} {}", refusal.diagnostic.code, refusal.diagnostic.message);
        let new = plan.refusals.iter().filter(|refusal| !self.told.contains(&words(refusal))).cloned();
        let new: Vec<Refusal> = new.collect();
        self.told.extend(new.iter().map(words));
        new
    }
}

/// How an apply ends whose steps were all done.
pub(super) fn verdict(left: &[String], refusals: &[Refusal]) -> End {
    match (left, refusals) {
        ([], []) => End::Done,
        ([], _) => End::Refused,
        _ => End::Partial,
    }
}

/// How an apply ends whose steps were not all done.
pub(super) fn failed(report: Report) -> Option<End> {
    let whole = report.steps.iter().all(|step| step.outcome == apply::Outcome::Done);
    match report.halted {
        Some(error) => Some(End::Halted(error)),
        // Asked to stop when the last steps were under way already, it has done everything all the same.
        None if whole => None,
        None if report.cancelled => Some(End::Cancelled),
        None => Some(End::Partial),
    }
}
