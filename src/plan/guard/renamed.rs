//! `guard/renamed-without-id`: what got another name is not made anew, empty, beside the one with the data.

use std::collections::{BTreeMap, BTreeSet};

use super::{caused, declaration};
use crate::desired::observed::{Observation, Observed};
use crate::desired::{Desired, Entry, Object, ObjectId, ObjectKind};
use crate::diag::{Code, Diagnostic};
use crate::plan::Refusal;
use crate::provider::diff;

/// New sites of tenants of whom another site left the files and is still there, by identity.
pub(in crate::plan) fn find<'a>(desired: &'a Desired, observed: &Observed) -> BTreeMap<&'a str, Refusal> {
    let mut left: BTreeMap<&str, &str> = BTreeMap::new();
    for (id, observation) in &observed.objects {
        if let Some(Object::Site(site)) = observation.present().map(|present| &present.object)
            && !site.tenant.is_empty()
            && desired.first_of(&id.of).is_none()
        {
            left.entry(&site.tenant).or_insert(&id.of);
        }
    }
    let mut found = platform(desired, observed);
    if left.is_empty() {
        return found;
    }
    for (id, entry) in &desired.objects {
        let Object::Site(wanted) = &entry.object else { continue };
        if observed.objects.get(id).is_some_and(|one| !is_new(one)) {
            continue;
        }
        let Some(old) = left.get(wanted.tenant.as_str()) else { continue };
        let address = entry.address.split('/').next().unwrap_or_default();
        let [old_name, name] = [old, address].map(|text| text.split_once('.').map_or(text, |(_, name)| name));
        let message =
            format!("`{address}` would be made empty, and `{old}` of the same tenant left the files");
        let diagnostic = Diagnostic::error(Code::GUARD_RENAMED_WITHOUT_ID, message)
            .note(format!(
                "`{old}` is still there, with its data, and keeps running; nothing of `{address}` is made"
            ))
            .help(format!("renamed: `site \"{name}\" id=\"{old_name}\"` keeps its data and its names"))
            .help(format!("one more site: put the declaration of `{old}` back beside it"));
        let diagnostic = caused(diagnostic, entry, "would be new");
        found.insert(id.of.as_str(), Refusal { diagnostic, object: Some(id.clone()), fatal: false });
    }
    found
}

/// Whether nothing of ours is there; a stranger's may be what the old name still holds.
const fn is_new(one: &Observation) -> bool {
    matches!(one, Observation::Absent | Observation::Foreign { .. })
}

/// New benches and databases of which every site is on one that left the files, by identity.
fn platform<'a>(desired: &'a Desired, observed: &Observed) -> BTreeMap<&'a str, Refusal> {
    let mut found = BTreeMap::new();
    for (kind, of) in [("bench", ObjectKind::Site), ("database", ObjectKind::Schema)] {
        for (new, (old, entry)) in heirs(kind, of, desired, observed) {
            let (address, name) = (declaration(entry), bare(declaration(entry)));
            let message =
                format!("`{address}` would be made empty, and `{old}` with its sites left the files");
            let diagnostic = Diagnostic::error(Code::GUARD_RENAMED_WITHOUT_ID, message)
                .note(format!(
                    "`{old}` is still there, with its data, and keeps running; nothing of `{address}` is made"
                ))
                .help(format!(
                    "renamed: `{kind} \"{name}\" id=\"{}\"` keeps its data and its names",
                    bare(old)
                ))
                .help(format!("one more {kind}: put the declaration of `{old}` back beside it"));
            let diagnostic = caused(diagnostic, entry, "would be new");
            let object = Some(ObjectId::new(new, ObjectKind::Volume, ""));
            found.insert(new, Refusal { diagnostic, object, fatal: false });
        }
    }
    found
}

/// Declarations of a kind of which nothing is there, each with the one that left the files and has all that is wanted on it.
fn heirs<'a, 'o>(
    kind: &str,
    of: ObjectKind,
    desired: &'a Desired,
    observed: &'o Observed,
) -> BTreeMap<&'a str, (&'o str, &'a Entry)> {
    let mut heirs = new(kind, desired, observed);
    let mut at: BTreeMap<&str, BTreeSet<Option<&str>>> = BTreeMap::new();
    // Almost always nothing is new: a large fleet has too many sites to look at each.
    let wanted = desired.objects.iter().filter(|(id, _)| id.kind == of && !heirs.is_empty());
    for (id, entry) in wanted {
        let on = entry.needs.iter().find_map(|need| heirs.get_key_value(need.of.as_str()));
        let Some(on) = on.map(|(on, _)| *on) else { continue };
        let seen = observed.places(id).next().and_then(|present| match of {
            ObjectKind::Site => diff::bench_of(present).map(|(bench, _)| bench),
            _ => present.within.as_ref().map(|server| server.of.as_str()),
        });
        at.entry(on).or_default().insert(seen);
    }
    let mut found = BTreeMap::new();
    for (new, at) in at {
        if let [Some(old)] = at.into_iter().collect::<Vec<_>>()[..]
            && desired.first_of(old).is_none()
            && let Some(entry) = heirs.remove(new)
        {
            found.insert(new, (old, entry));
        }
    }
    found
}

/// Declarations of a kind of which nothing is there.
fn new<'a>(kind: &str, desired: &'a Desired, observed: &Observed) -> BTreeMap<&'a str, &'a Entry> {
    let begin = format!("{kind}.");
    let all = desired.objects.range(ObjectId::new(&begin, ObjectKind::ALL[0], "")..);
    let mut new: BTreeMap<&str, &Entry> = BTreeMap::new();
    let mut there: BTreeSet<&str> = BTreeSet::new();
    for (id, entry) in all.take_while(|(id, _)| id.of.starts_with(&begin)) {
        new.entry(&id.of).or_insert(entry);
        if observed.objects.get(id).is_some_and(|one| !is_new(one)) {
            there.insert(&id.of);
        }
    }
    new.retain(|of, _| !there.contains(of));
    new
}

fn bare(address: &str) -> &str {
    address.split_once('.').map_or(address, |(_, name)| name)
}
