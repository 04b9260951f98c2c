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
    let declared = |of: &str| {
        let first = ObjectId::new(of, ObjectKind::ALL[0], "");
        desired.objects.range(first..).next().is_some_and(|(id, _)| id.of == of)
    };
    let mut left: BTreeMap<&str, &str> = BTreeMap::new();
    for (id, observation) in &observed.objects {
        if let Some(Object::Site(site)) = observation.present().map(|present| &present.object)
            && !site.tenant.is_empty()
            && !declared(&id.of)
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

/// Declarations of a kind of which nothing is there, each with the one on which all that is wanted on it is.
fn heirs<'a, 'o>(
    kind: &str,
    of: ObjectKind,
    desired: &'a Desired,
    observed: &'o Observed,
) -> BTreeMap<&'a str, (&'o str, &'a Entry)> {
    let is_there = |of: &str| {
        let all = observed.objects.range(ObjectId::new(of, ObjectKind::ALL[0], "")..);
        let mut own = all.take_while(|(id, _)| id.of == of);
        own.any(|(_, one)| !is_new(one))
    };
    let declared = |of: &str| {
        let mut all = desired.objects.range(ObjectId::new(of, ObjectKind::ALL[0], "")..);
        all.next().is_some_and(|(id, _)| id.of == of)
    };
    let mut heirs: BTreeMap<&str, (BTreeSet<Option<&str>>, &Entry)> = BTreeMap::new();
    for (id, entry) in desired.objects.iter().filter(|(id, _)| id.kind == of) {
        let Some(new) =
            entry.needs.iter().find(|need| need.of.split_once('.').is_some_and(|(k, _)| k == kind))
        else {
            continue;
        };
        let at = observed.places(id).next().and_then(|present| match of {
            ObjectKind::Site => diff::bench_of(present).map(|(bench, _)| bench),
            _ => present.within.as_ref().map(|server| server.of.as_str()),
        });
        let first = desired.objects.range(ObjectId::new(&new.of, ObjectKind::ALL[0], "")..).next();
        if let Some((first, entry)) = first.filter(|(id, _)| id.of == new.of) {
            heirs.entry(&first.of).or_insert_with(|| (BTreeSet::new(), entry)).0.insert(at);
        }
    }
    let only = heirs.into_iter().filter_map(|(new, (at, entry))| {
        let [Some(old)] = at.into_iter().collect::<Vec<_>>()[..] else { return None };
        (old != new && !is_there(new) && !declared(old)).then_some((new, (old, entry)))
    });
    only.collect()
}

fn bare(address: &str) -> &str {
    address.split_once('.').map_or(address, |(_, name)| name)
}
