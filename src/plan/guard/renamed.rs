//! `guard/renamed-without-id`: a site that got another name is not made anew, empty, beside the one with the data.

use std::collections::BTreeMap;

use super::caused;
use crate::desired::observed::{Observation, Observed};
use crate::desired::{Desired, Object, ObjectId, ObjectKind};
use crate::diag::{Code, Diagnostic};
use crate::plan::Refusal;

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
    let mut found = BTreeMap::new();
    if left.is_empty() {
        return found;
    }
    for (id, entry) in &desired.objects {
        let Object::Site(wanted) = &entry.object else { continue };
        if !matches!(observed.objects.get(id), None | Some(Observation::Absent)) {
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
