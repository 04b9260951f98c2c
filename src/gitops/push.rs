//! What a push may do to the branch that deploys.

use super::note::NOTES;
use super::settings::Settings;
use crate::world::git::{GitError, Repository};

/// One line of `pre-receive`'s standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// What the reference is now; zeros where it does not exist.
    pub old: String,
    /// What it shall be; zeros where it shall go.
    pub new: String,
    /// Its full name.
    pub reference: String,
}

impl Update {
    /// `<old> <new> <reference>`.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let mut words = line.trim_end().splitn(3, ' ');
        let (old, new, reference) = (words.next()?, words.next()?, words.next()?);
        Some(Self { old: old.to_owned(), new: new.to_owned(), reference: reference.to_owned() })
    }
}

/// Every update of a push.
///
/// # Errors
/// The first line that is none: what nobody understood, nobody has looked at.
pub fn updates(text: &str) -> Result<Vec<Update>, Refused> {
    let parsed = text.lines().map(|line| {
        Update::parse(line).ok_or_else(|| {
            let message = format!("git's line `{}` is no update of a reference", line.escape_debug());
            refused(message, "push again; when it stays so, this git speaks otherwise than `tenantry` knows")
        })
    });
    parsed.collect()
}

/// Why a push is refused, and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

fn refused(message: impl Into<String>, help: impl Into<String>) -> Refused {
    Refused { message: message.into(), help: help.into() }
}

/// The commit that an update would deploy; `None` where it is none of our business.
///
/// # Errors
/// `Ok(Err(…))` where it must not happen; `Err` when the repository cannot be read.
pub fn judge(
    repository: &Repository,
    settings: &Settings,
    applied: Option<&str>,
    update: &Update,
) -> Result<Result<Option<String>, Refused>, GitError> {
    if update.reference == NOTES {
        return Ok(Err(refused(
            format!("`{NOTES}` says what was applied here; nobody pushes to it"),
            format!("git fetch origin {NOTES}:{NOTES} brings it to you"),
        )));
    }
    if update.reference != settings.reference() {
        return Ok(Ok(None));
    }
    let branch = &settings.branch;
    if is_zero(&update.new) {
        return Ok(Err(refused(
            format!("`{branch}` deploys; without it nobody knows what is wanted, so it is not deleted"),
            "to stop deploying: `tenantry hook uninstall` on the server; what runs keeps running",
        )));
    }
    let git = repository.git();
    let new = git2::Oid::from_str(&update.new)?;
    if git.find_commit(new).is_err() {
        return Ok(Err(refused(format!("what is pushed to `{branch}` is no commit"), "push a commit")));
    }
    // A branch that is made anew goes on from what was applied last.
    let before = if is_zero(&update.old) { applied } else { Some(update.old.as_str()) };
    if let Some(before) = before
        && let Ok(old) = git2::Oid::from_str(before)
        && old != new
        && !git.graph_descendant_of(new, old).unwrap_or(false)
    {
        let short = before.get(..7).unwrap_or(before);
        return Ok(Err(match git.merge_base(new, old) {
            Err(_) => refused(
                format!("what is pushed has no history in common with {short}, which is deployed"),
                "it may be another fleet's repository: git remote -v",
            ),
            Ok(_) => refused(
                format!("`{branch}` would lose commits that are deployed ({short} is not in what is pushed)"),
                format!("git pull --rebase, then push; to take a change back: git revert {short}"),
            ),
        }));
    }
    Ok(Ok(Some(update.new.clone())))
}

/// Says that the branch is not any more what a push began from.
#[must_use]
pub fn moved(repository: &Repository, settings: &Settings, update: &Update) -> Option<Refused> {
    let now = tip(repository, settings);
    if now == update.old || (is_zero(&now) && is_zero(&update.old)) {
        return None;
    }
    let branch = &settings.branch;
    let whose = match repository.commit(&now) {
        Ok(commit) => format!("{} of {}", commit.short(), commit.author),
        Err(_) => "nothing".to_owned(),
    };
    Some(refused(
        format!(
            "`{branch}` is at {whose} by now: another push was faster, and nothing of yours was accepted"
        ),
        "git pull --rebase, then push again",
    ))
}

/// What the branch is; zeros where it does not exist.
#[must_use]
pub fn tip(repository: &Repository, settings: &Settings) -> String {
    let id = repository.git().refname_to_id(&settings.reference());
    id.unwrap_or(git2::Oid::ZERO_SHA1).to_string()
}

fn is_zero(id: &str) -> bool {
    id.bytes().all(|byte| byte == b'0')
}
