//! What a plan reads off the world and off objects.

use std::collections::BTreeMap;

use crate::desired::change::Action;
use crate::desired::fields::Consequence;
use crate::desired::observed::{Observation, Observed};
use crate::desired::{Desired, Entry, Object, ObjectId};
use crate::provider::diff::{self, Members};
use crate::provider::proposal::Proposal;
use crate::source::SourceMap;

/// Its name in the world.
pub(super) fn physical(object: &Object) -> String {
    match object {
        Object::Image(image) => image.reference.clone(),
        Object::Network(network) => network.name.clone(),
        Object::Volume(volume) => volume.name.clone(),
        Object::Container(container) => container.name.clone(),
        Object::Route(route) => route.file.clone(),
        Object::Schema(schema) => schema.name.clone(),
        Object::Account(account) => account.name.clone(),
        Object::BenchConfig(_) => "common_site_config.json".to_owned(),
        Object::Site(site) => site.directory.clone(),
    }
}

/// The worst consequence in words, for messages.
pub(super) const fn felt(consequence: Consequence) -> &'static str {
    match consequence {
        Consequence::None => "nothing that people notice",
        Consequence::Reload => "a reload of configuration",
        Consequence::Restart => "a restart",
        Consequence::Recreate => "making it anew",
        Consequence::Data => "losing data",
    }
}

/// The Traefik of each host.
pub(super) fn edges<'a>(desired: &'a Desired, observed: &'a Observed) -> BTreeMap<&'a str, &'a ObjectId> {
    let seen = observed.objects.iter().filter_map(|(id, observation)| match observation {
        Observation::Present(present) => Some((present.host.as_str(), id)),
        _ => None,
    });
    let wanted = desired.objects.iter().map(|(id, entry)| (entry.host.as_str(), id));
    // The wanted one counts where both are there.
    seen.chain(wanted).filter(|(_, id)| diff::serves_routes(id)).collect()
}

/// Our containers by host and name of a network they are on, whether they run or not.
pub(super) fn members(observed: &Observed) -> Members {
    let mut members = Members::new();
    for (_, one) in observed.present() {
        for one in std::iter::once(one).chain(&one.spare) {
            if let Object::Container(container) = &one.object {
                for (network, aliases) in &container.networks {
                    let on = members.entry((one.host.clone(), network.clone())).or_default();
                    on.insert(one.handle.clone(), aliases.clone());
                }
            }
        }
    }
    members
}

/// The lines of what changes, then the declarations. Something new is there because of its declaration.
pub(super) fn causes(
    desired: &Desired,
    sources: &SourceMap,
    id: &ObjectId,
    entry: &Entry,
    proposal: &Proposal,
) -> Vec<String> {
    let lines = match proposal.action {
        Action::Update | Action::Replace => desired.lines_of(id, &proposal.fields),
        Action::Create | Action::Delete => Vec::new(),
    };
    let mut causes = Vec::new();
    for place in lines.iter().chain(&entry.causes).map(|span| sources.place(*span)) {
        if !causes.contains(&place) {
            causes.push(place);
        }
    }
    causes
}
