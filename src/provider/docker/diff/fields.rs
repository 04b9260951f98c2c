//! Which fields of a container differ, less what its image brings.

use std::borrow::Cow;

use crate::desired::change::FieldChange;
use crate::desired::compare::{comparable, compare};
use crate::desired::content::Content;
use crate::desired::docker::{Container, Provided};
use crate::desired::fields::Consequence;
use crate::desired::observed::Present;
use crate::world::secret::Opener;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Differences {
    pub(super) fields: Vec<FieldChange>,
    /// Path and reason of what could not be compared.
    pub(super) not_compared: Vec<(String, String)>,
}

impl Differences {
    /// Whether only a new container can have the wanted fields.
    pub(super) fn need_recreate(&self) -> bool {
        self.fields.iter().any(|field| field.consequence >= Consequence::Recreate)
    }
}

/// The fields in which a container that was seen differs from the wanted one.
pub(super) fn differences(
    wanted: &Container,
    seen: &Container,
    present: &Present,
    opener: &Opener<'_>,
) -> Differences {
    let closed = |c: &Container| c.files.values().any(|file| matches!(file.content, Content::Unopened(_)));
    if wanted == seen && !closed(wanted) {
        return Differences::default();
    }
    let mut wanted = seal(overlay(wanted, &present.provided), opener).into_owned();
    // What was read back is sealed already; what is only assumed to be there is not.
    let mut seen = seal(Cow::Borrowed(seen), opener);
    if wanted.working_dir.is_none() || seen.working_dir.is_none() {
        seen.to_mut().working_dir.clone_from(&wanted.working_dir);
    }
    let mut not_compared = Vec::new();
    for (path, file) in &mut wanted.files {
        let Some(there) = seen.files.get(path) else { continue };
        if let Err(why) = comparable(&there.content, &file.content) {
            not_compared.push((format!("files.{path}.content"), why));
            file.content = Content::Unopened(String::new());
            if let Some(there) = seen.to_mut().files.get_mut(path) {
                there.content = Content::Unopened(String::new());
            }
        }
    }
    let mut fields = compare(seen.as_ref(), &wanted);
    for field in &mut fields {
        field.consequence = consequence(field, present.status.isolated);
    }
    Differences { fields, not_compared }
}

/// What one difference means, where the field's own table is too coarse.
fn consequence(field: &FieldChange, isolated: bool) -> Consequence {
    let gone = field.after.is_null();
    match field.path.as_str() {
        // The engine reads 0 as "keep": a limit can only be changed in place, not taken away.
        "memory" | "nano_cpus" if gone => Consequence::Recreate,
        // Files are removed from running containers only, and a run that is interrupted between that and the restart
        // would leave no trace of the restart that is still due. A new container has no such moment.
        path if gone && path.starts_with("files.") => Consequence::Recreate,
        // The engine refuses to connect it.
        path if isolated && path.starts_with("networks.") => Consequence::Recreate,
        // New aliases need a new attachment.
        path if path.starts_with("networks.") && !gone && !field.before.is_null() => Consequence::Reload,
        _ => field.consequence,
    }
}

/// The wanted fields as they are read back: what the image brings by itself is not seen there.
fn overlay<'a>(wanted: &'a Container, provided: &Provided) -> Cow<'a, Container> {
    let mut wanted = Cow::Borrowed(wanted);
    if wanted.entrypoint.is_some() && wanted.entrypoint == provided.entrypoint {
        wanted.to_mut().entrypoint = None;
    }
    if wanted.command.is_some() && wanted.command == provided.command {
        wanted.to_mut().command = None;
    }
    if wanted.user.is_some() && wanted.user == provided.user {
        wanted.to_mut().user = None;
    }
    if wanted.health.is_some() && wanted.health == provided.health {
        wanted.to_mut().health = None;
    }
    if wanted.environment.iter().any(|(key, value)| provided.environment.get(key) == Some(value)) {
        wanted.to_mut().environment.retain(|key, value| provided.environment.get(key) != Some(value));
    }
    wanted
}

/// Puts fingerprints in the place of secrets.
fn seal<'a>(wanted: Cow<'a, Container>, opener: &Opener<'_>) -> Cow<'a, Container> {
    if !wanted.files.values().any(|file| matches!(file.content, Content::Secret(_))) {
        return wanted;
    }
    let mut wanted = wanted;
    for file in wanted.to_mut().files.values_mut() {
        file.content = file.content.seal(opener);
    }
    wanted
}

/// Files of a container that must be written to make its files as wanted.
pub(super) fn changed_files<'a>(wanted: &'a Container, fields: &[FieldChange]) -> Vec<&'a str> {
    let touched =
        |path: &str| {
            fields.iter().any(|field| {
                field.path.strip_prefix("files.").and_then(|rest| rest.strip_prefix(path)).is_some_and(
                    |rest| rest.is_empty() || matches!(rest, ".content" | ".mode" | ".uid" | ".gid"),
                )
            })
        };
    wanted.files.keys().map(String::as_str).filter(|path| touched(path)).collect()
}

/// Secrets that could not be opened, and so can't be written.
pub(super) fn unopened(wanted: &Container, opener: &Opener<'_>) -> Vec<(String, String)> {
    let sealed = wanted.files.iter().filter_map(|(path, file)| match file.content.seal(opener) {
        Content::Unopened(why) => Some((format!("files.{path}.content"), why)),
        _ => None,
    });
    sealed.collect()
}
