//! What a revision brings: refusals that the plan of the one before it does not have. A push is not kept back by what was
//! broken before it.

use std::path::Path;

use crate::pipeline::{self, Ways};
use crate::plan::{Plan, Policy, Refusal};
use crate::world::git::Revision;

use super::{Output, Setting, planning};

/// The revision before, and what it is looked at with.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) directory: &'a Path,
    pub(super) rev: &'a str,
    pub(super) setting: &'a Setting,
    pub(super) ways: Ways<'a>,
}

/// Says what of the refusals was so before; whether that is all.
pub(super) async fn only_old(plan: &Plan, before: At<'_>, policy: &Policy, output: Output) -> bool {
    if plan.refusals.is_empty() {
        return false;
    }
    let known = refused(before, policy).await;
    let old =
        plan.refusals.iter().filter(|refusal| known.iter().any(|known| is_same(known, refusal))).count();
    let all = old == plan.refusals.len();
    if old > 0 {
        output.note(planning::told_before(old, all));
    }
    // Where nothing at all may be applied, an accepted push would come to nothing.
    all && !plan.is_refused()
}

/// What the plan of an earlier revision refuses, in the world as it is. One that cannot be read or does not compile
/// excuses nothing.
async fn refused(before: At<'_>, policy: &Policy) -> Vec<Refusal> {
    let At { directory, rev, setting, ways } = before;
    let Ok(world) = Revision::open(directory, rev, setting.quarantine.as_deref()) else { return Vec::new() };
    let Ok(compiled) = pipeline::compile(&world) else { return Vec::new() };
    let opener = pipeline::opener(&compiled.desired, &world);
    let hosts = pipeline::connect(&compiled.desired, ways.docker_host, ways.state);
    let observed = pipeline::look(&compiled.desired, &hosts, ways, &opener).await;
    pipeline::plan(&compiled, &observed, policy, &opener).refusals
}

fn is_same(a: &Refusal, b: &Refusal) -> bool {
    a.object == b.object
        && a.diagnostic.code == b.diagnostic.code
        && a.diagnostic.message == b.diagnostic.message
}
