//! Passwords are derived from the fleet's key. The built-in one is public and serves sandboxes only.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Engine, Model};
use crate::world::secret::SecretRef;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    if model.fleet.key.is_some() {
        return;
    }
    let docker = |host| matches!(model.hosts[host].engine.value, Engine::Docker(_));
    let Some((_, host)) = model.hosts.iter().find(|(id, _)| docker(*id)) else { return };
    let root = model.databases.iter().map(|(_, it)| (&it.root, &it.meta)).find(|(root, _)| is_derived(root));
    // The account of a site's database always has a derived password.
    let site = model.sites.iter().next().map(|(_, site)| &site.meta);
    let Some(needs) = root.map(|(_, meta)| meta).or(site) else { return };
    diagnostics.push(
        Diagnostic::error(
            Code::CHECK_KEY_NEEDED,
            format!("fleet `{}` has no key, and passwords are derived from it", model.fleet.meta.name),
        )
        .at(model.fleet.meta.span, "no `key` here")
        .and(host.engine.span, "a real engine: the key for sandboxes is public")
        .and(needs.span, "has a derived password")
        .help(format!(
            "write `{}`, a file with 32 random bytes that only operators read",
            model.fleet.meta.span.syntax().pick(
                "key (secret)\"file:/etc/tenantry/fleet.key\"",
                "key: {secret: \"file:/etc/tenantry/fleet.key\"}",
            )
        )),
    );
}

const fn is_derived(reference: &SecretRef) -> bool {
    matches!(reference, SecretRef::Derived { .. })
}
