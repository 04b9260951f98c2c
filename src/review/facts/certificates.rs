//! What a reviewer is told of `certificates`.

use sha2::{Digest as _, Sha256};

use super::{Facts, Weight};
use crate::model::{Acme, Certificates};

pub(super) fn facts(certificates: &Certificates, facts: &mut Facts) {
    let from = if certificates.acme.is_some() { "acme" } else { "files" };
    facts.put("certificates", from, Some(certificates.span), Weight::Own);
    if let Some(acme) = &certificates.acme {
        authority(acme, facts);
    }
    for file in &certificates.files {
        let name = format!("certificates.file {}", file.path.value);
        facts.put(format!("{name} key"), &file.key.value, Some(file.key.span), Weight::Quiet);
        facts.put(name, print(&file.chain), Some(file.path.span), Weight::Own);
    }
}

fn authority(acme: &Acme, facts: &mut Facts) {
    facts.spanned("certificates.email", Some(&acme.email), Weight::Own);
    facts.spanned("certificates.dns", acme.dns.as_ref(), Weight::Own);
    facts.spanned("certificates.token", acme.token.as_ref(), Weight::Quiet);
    facts.spanned("certificates.nameserver", acme.nameserver.as_ref(), Weight::Own);
    facts.spanned("certificates.server", acme.server.as_ref(), Weight::Own);
    // The text of a certificate tells nobody anything; that it is another one does.
    if let Some(ca) = &acme.authority {
        facts.put("certificates.ca", print(&ca.value), Some(ca.span), Weight::Own);
    }
    facts.spanned("certificates.lifetime", acme.lifetime.as_ref(), Weight::Own);
}

/// The beginning of a text's SHA-256: enough to see that it is another one.
fn print(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
