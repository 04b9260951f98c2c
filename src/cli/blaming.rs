//! `plan --blame`: causes with the commit and author of their line.

use crate::gitops;
use crate::pipeline::Compiled;
use crate::plan::Plan;
use crate::world::git::{GitError, Repository};

use super::fleet::{Fleet, Opened};
use super::view::plan_text;

/// The plan, its causes as `plans/business.kdl:6 (b7c1e0a, Ana)`: for showing it, never for a saved one.
pub(super) fn blamed(
    plan: &Plan,
    fleet: &Fleet,
    opened: &Opened,
    compiled: &Compiled,
    json: bool,
) -> Result<Plan, GitError> {
    let repository = Repository::open(&fleet.directory, None)?;
    let (commit, directory) = match (&opened.commit, &fleet.at.rev) {
        (Some(commit), Some(rev)) => {
            let inside = rev.split_once(':').map(|(_, inside)| inside.trim_matches('/').to_owned());
            (commit.id.clone(), inside.unwrap_or_else(|| repository.directory().to_owned()))
        }
        _ => (repository.commit("HEAD")?.id, repository.directory().to_owned()),
    };
    let places = if json {
        plan.changes.iter().flat_map(|change| change.causes.clone()).collect()
    } else {
        plan_text::places(plan)
    };
    let sources = &compiled.sources;
    let text = |path: &str| sources.ids().find(|id| sources.path(*id) == path).map(|id| &**sources.text(id));
    let blamed = gitops::blame(&repository, &commit, &directory, &places, text)?;
    let mut plan = plan.clone();
    for cause in plan.changes.iter_mut().flat_map(|change| &mut change.causes) {
        if let Some(one) = blamed.get(cause) {
            let words = match &one.commit {
                Some(commit) => format!("{commit}, {}", one.author),
                None => "not committed".to_owned(),
            };
            *cause = format!("{cause} ({words})");
        }
    }
    Ok(plan)
}
