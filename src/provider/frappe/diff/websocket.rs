//! Websockets that were made before realtime asked the bench itself who somebody is: they go on as they are until they are made anew
//! for another reason, since their frontends would restart with them.

use std::borrow::Cow;

use crate::desired::docker::Container;
use crate::desired::observed::{Observation, Observed, Present};
use crate::desired::{Desired, Object, ObjectId, ObjectKind};
use crate::provider::frappe::parts::LOADING;

/// What is wanted of a container, but for what an older websocket lacks.
#[must_use]
pub fn as_it_was<'a>(id: &ObjectId, wanted: &'a Container, present: Option<&Present>) -> Cow<'a, Container> {
    match present.and_then(|present| older(id, wanted, present)) {
        Some(older) => Cow::Owned(older),
        None => Cow::Borrowed(wanted),
    }
}

/// A note about those that are there.
#[must_use]
pub fn note(desired: &Desired, observed: &Observed) -> Option<String> {
    let mut names = Vec::new();
    for (id, entry) in desired.objects.iter().filter(|(id, _)| id.kind == ObjectKind::Container) {
        if let Object::Container(wanted) = &entry.object
            && let Some(present) = observed.objects.get(id).and_then(Observation::present)
            && older(id, wanted, present).is_some()
        {
            names.push(wanted.name.as_str());
        }
    }
    let first = names.first()?;
    let more = if names.len() > 1 { format!(" (and {} more)", names.len() - 1) } else { String::new() };
    Some(format!(
        "`{first}`{more} was made by an older release: realtime works there only where a site's name leads to its edge from \
         inside of a container, at port 80 or 443. `docker rm -f {first}` and an apply make it as it should be; its frontend \
         restarts with it"
    ))
}

/// An older one as it would be wanted, where one is there.
fn older(id: &ObjectId, wanted: &Container, present: &Present) -> Option<Container> {
    if id.role != "websocket" || !present.spare.is_empty() {
        return None;
    }
    let Object::Container(seen) = &present.object else { return None };
    // The shell, its option and its script; what is loaded first is an argument of the script's.
    let words = wanted.command.iter().flatten().take(3);
    let command: Vec<String> = words.map(|word| word.replace(LOADING, "exec node ")).collect();
    if seen.command.as_ref() != Some(&command) || Some(&command) == wanted.command.as_ref() {
        return None;
    }
    let mut older = wanted.clone();
    older.command = Some(command);
    Some(older)
}
