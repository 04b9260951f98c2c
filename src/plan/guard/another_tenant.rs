//! `guard/another-tenant`: what one customer has put into a site is not given to another.

use std::collections::BTreeMap;

use super::caused;
use crate::desired::observed::{Observation, Observed};
use crate::desired::{Desired, Object};
use crate::diag::{Code, Diagnostic};
use crate::plan::Refusal;

/// Sites that are there and somebody else's than their declaration says, by identity.
pub(in crate::plan) fn find<'a>(desired: &'a Desired, observed: &Observed) -> BTreeMap<&'a str, Refusal> {
    let mut found = BTreeMap::new();
    for (id, entry) in &desired.objects {
        let Object::Site(wanted) = &entry.object else { continue };
        let Some(Object::Site(seen)) =
            observed.objects.get(id).and_then(Observation::present).map(|present| &present.object)
        else {
            continue;
        };
        if seen.tenant.is_empty() || seen.tenant == wanted.tenant {
            continue;
        }
        let address = entry.address.split('/').next().unwrap_or_default();
        let (from, to) = (bare(&seen.tenant), bare(&wanted.tenant));
        let message =
            format!("`{address}` is tenant `{from}`'s, and its data would be given to tenant `{to}`");
        let diagnostic = Diagnostic::error(Code::GUARD_ANOTHER_TENANT, message)
            .note("it stays as it is and keeps running; the rest can be applied")
            .help(format!("the tenant was renamed: `tenant \"{to}\" id=\"{from}\"`"))
            .help(format!("another customer's site: give it a name that nobody has, and put the site of `{from}` back"))
            .help(format!(
                "really handed over: write `\"tenant\": \"{}\"` into the mark `tenantry` of sites/{}/site_config.json, and plan again",
                wanted.tenant, seen.directory
            ));
        let diagnostic = caused(diagnostic, entry, "this site");
        found.insert(id.of.as_str(), Refusal { diagnostic, object: Some(id.clone()), fatal: false });
    }
    found
}

fn bare(identity: &str) -> &str {
    identity.split_once('.').map_or(identity, |(_, id)| id)
}
