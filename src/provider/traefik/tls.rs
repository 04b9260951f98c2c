//! Which certificate a router uses.

use serde_json::{Value, json};

use super::own_certificates;
use super::settings::{SINGLE, WEB, WEBSECURE, WILDCARD};
use crate::model::{Certificates, Fleet};

/// Where routers listen.
#[must_use]
pub(super) const fn entry_point(certificates: Option<&Certificates>) -> &'static str {
    if certificates.is_some() { WEBSECURE } else { WEB }
}

/// The domain whose wildcard certificate covers a name.
fn wildcard<'f>(fleet: &'f Fleet, name: &str) -> Option<&'f str> {
    if own_certificates::of(fleet, name).is_some() {
        return None;
    }
    fleet.certificates.as_ref()?.acme.as_ref()?.dns.as_ref()?;
    let under = fleet.sites_under.as_ref()?.value.as_str();
    let label = name.strip_suffix(under)?.strip_suffix('.')?;
    // A wildcard stands for one label.
    (!label.is_empty() && !label.contains('.')).then_some(under)
}

/// Names by the certificate that they need, each group with what the name of its router ends in. A router has one
/// resolver, so names under the fleet's wildcard and a customer's own domains go to two.
#[must_use]
pub(super) fn groups<'n>(fleet: &Fleet, names: &[&'n str]) -> Vec<(&'static str, Vec<&'n str>)> {
    let (own, others): (Vec<&str>, Vec<&str>) =
        names.iter().partition(|name| own_certificates::of(fleet, name).is_some());
    let (ours, theirs) = others.into_iter().partition(|name| wildcard(fleet, name).is_some());
    let groups = [("", ours), (".domains", theirs), (".own", own)];
    let mut groups: Vec<_> = groups.into_iter().filter(|(_, names)| !names.is_empty()).collect();
    if let Some(first) = groups.first_mut() {
        first.0 = "";
    }
    groups
}

/// `tls` of a router for names of one group; `None` without certificates. Without names Traefik's own certificate is
/// shown, which no browser trusts: nothing better can be had for a name that nobody declared.
#[must_use]
pub(super) fn block(fleet: &Fleet, names: &[&str]) -> Option<Value> {
    let certificates = fleet.certificates.as_ref()?;
    let Some(first) = names.first() else { return Some(json!({})) };
    // Traefik has the files and picks by name.
    if certificates.acme.is_none() || certificates.file(first).is_some() {
        return Some(json!({}));
    }
    Some(match wildcard(fleet, first) {
        Some(under) => json!({ "certResolver": WILDCARD, "domains": [{ "main": format!("*.{under}") }] }),
        // One certificate a name: a domain whose DNS is not there yet must not hold up the others.
        None => json!({
            "certResolver": SINGLE,
            "domains": names.iter().map(|name| json!({ "main": name })).collect::<Vec<_>>(),
        }),
    })
}

/// The middleware by which browsers insist on HTTPS. They note it only where the certificate is good, so a name that has none yet is
/// harmed by nothing.
pub(super) fn hsts(seconds: u64) -> Value {
    json!({ "headers": { "stsSeconds": seconds } })
}
