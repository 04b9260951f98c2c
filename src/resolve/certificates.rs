//! `certificates`: an authority with what it needs, and files.

use super::context::Context;
use super::platform::text;
use crate::diag::{Code, Diagnostic};
use crate::model::{self, CertificateFile, Certificates};
use crate::source::Spanned;
use crate::spec;
use crate::spec::attach::Attached;
use crate::value::NameServer;

/// lego's name of the updates that name servers take themselves.
const UPDATES: &str = "rfc2136";

/// What cannot be used was reported, and is left out.
pub(super) fn certificates(
    block: &spec::Certificates,
    attached: &Attached,
    context: &mut Context<'_>,
) -> Option<Certificates> {
    let span = block.whole?;
    let acme = match block.acme.as_deref() {
        Some(acme) => Some(authority(acme, attached, context)?),
        // One that was written and cannot be read was reported.
        None if block.broken.contains(&"acme") => return None,
        None => None,
    };
    let mut files: Vec<CertificateFile> = Vec::new();
    for file in &block.files {
        let file = one_file(file, &files, attached, context);
        files.extend(file);
    }
    if acme.is_none() {
        // With a file that cannot be used nobody can say which names have none.
        if files.len() < block.files.len() || block.broken.contains(&"file") {
            return None;
        }
        if files.is_empty() {
            context.report(
                Diagnostic::error(
                    Code::RESOLVE_NO_CERTIFICATES,
                    "`certificates` names neither an authority nor a certificate",
                )
                .at(span, "nothing to show over HTTPS")
                .help("name an authority that signs for every name: `acme email=\"it@globex.example\"`")
                .help("or certificates that you have: `file \"pki/shop.pem\" key=(secret)\"file:/etc/tenantry/shop.key\"`")
                .help("or take `certificates` away: everything is plain HTTP then"),
            );
            return None;
        }
    }
    Some(Certificates { acme, files, span })
}

fn authority(acme: &spec::Acme, attached: &Attached, context: &mut Context<'_>) -> Option<model::Acme> {
    fit(acme, context);
    let root = acme
        .ca
        .as_ref()
        .and_then(|ca| Some(Spanned::new(attached.get(ca.value.as_str())?.text.clone(), ca.span)));
    Some(model::Acme {
        email: text(acme.email.clone()?),
        dns: acme.dns.clone().map(text),
        token: acme.token.clone(),
        nameserver: acme.nameserver.as_ref().map(|server| server.clone().map(|s: NameServer| s.with_port())),
        server: acme.server.clone().map(text),
        authority: root,
        lifetime: acme.lifetime.clone().map(|lifetime| lifetime.map(|seconds| seconds.0)),
    })
}

/// Every part needs the one that it is for.
fn fit(acme: &spec::Acme, context: &mut Context<'_>) {
    let updates = acme.dns.as_ref().filter(|dns| dns.value.as_str() == UPDATES);
    let mut faults = Vec::new();
    let fault = |message: &str| Diagnostic::error(Code::RESOLVE_AUTHORITY, message.to_owned());
    if let (Some(ca), None) = (&acme.ca, &acme.server) {
        faults.push(
            fault("`ca` is the root of an authority that is not named")
                .at(ca.span, "nobody would be asked whom it vouches for")
                .help("name the authority's directory with `server`; Let's Encrypt is trusted without `ca`"),
        );
    }
    match (updates, &acme.nameserver) {
        (Some(dns), None) => faults.push(
            fault("`rfc2136` sends updates to a name server that is not named")
                .at(dns.span, "to whom?")
                .help("name it: `nameserver=\"192.0.2.53:53\"`"),
        ),
        (None, Some(server)) => faults.push(
            fault("only `dns=\"rfc2136\"` sends updates to a name server")
                .at(server.span, "nothing would be sent here")
                .help("take `nameserver` away, or write `dns=\"rfc2136\"`"),
        ),
        _ => {}
    }
    for fault in faults {
        context.report(fault);
    }
}

fn one_file(
    file: &spec::CertificateFile,
    others: &[CertificateFile],
    attached: &Attached,
    context: &mut Context<'_>,
) -> Option<CertificateFile> {
    let path = text(file.chain.clone()?);
    let pem = attached.get(&path.value)?;
    let first = pem.certificates.first()?;
    if first.names.is_empty() {
        context.report(
            Diagnostic::error(
                Code::RESOLVE_PEM_FILE,
                format!("the first certificate in `{}` is for no name", path.value),
            )
            .at(path.span, "named here")
            .help("the certificate of the site comes first, then those between it and its root")
            .help("browsers read the names of `subjectAltName` alone"),
        );
        return None;
    }
    Some(CertificateFile {
        stem: stem(&path.value, others),
        chain: pem.text.clone(),
        names: first.names.clone(),
        not_after: first.not_after,
        key: file.key.clone()?,
        path,
    })
}

/// A path as one word, which no other file has.
fn stem(path: &str, others: &[CertificateFile]) -> String {
    let good = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    let plain: String = path.trim_end_matches(".pem").chars().map(good).collect();
    let taken = |stem: &str| others.iter().any(|other| other.stem == stem);
    let numbered = (2..).map(|number| format!("{plain}-{number}"));
    std::iter::once(plain.clone()).chain(numbered).find(|stem| !taken(stem)).unwrap_or(plain)
}
