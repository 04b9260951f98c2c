//! `certificates`: an authority with what it needs, and files.

use super::context::Context;
use super::platform::text;
use crate::diag::{Code, Diagnostic};
use crate::model::{CertificateFile, Certificates};
use crate::source::Spanned;
use crate::spec::attach::Attached;
use crate::spec::{self, Acme};
use crate::value::NameServer;

/// lego's name of the updates that name servers take themselves.
const UPDATES: &str = "rfc2136";

/// What cannot be used was reported, and is left out.
pub(super) fn certificates(
    block: &spec::Certificates,
    attached: &Attached,
    context: &mut Context<'_>,
) -> Option<Certificates> {
    let acme = block.acme.as_deref()?;
    fit(acme, context);
    let authority = acme
        .ca
        .as_ref()
        .and_then(|ca| Some(Spanned::new(attached.get(ca.value.as_str())?.text.clone(), ca.span)));
    let mut files: Vec<CertificateFile> = Vec::new();
    for file in &block.files {
        let file = one_file(file, &files, attached, context);
        files.extend(file);
    }
    Some(Certificates {
        email: text(acme.email.clone()?),
        dns: acme.dns.clone().map(text),
        token: acme.token.clone(),
        nameserver: acme.nameserver.as_ref().map(|server| server.clone().map(|s: NameServer| s.with_port())),
        server: acme.server.clone().map(text),
        authority,
        lifetime: acme.lifetime.clone().map(|lifetime| lifetime.map(|seconds| seconds.0)),
        files,
        span: block.whole?,
    })
}

/// Every part needs the one that it is for.
fn fit(acme: &Acme, context: &mut Context<'_>) {
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
