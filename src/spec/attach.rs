//! The files that fields name: certificates in PEM. Read once all files are bound, each where it is named first.

use std::collections::BTreeMap;

use super::Spec;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{SourceMap, Span, Spanned};
use crate::value::FilePath;
use crate::value::certificate::{self, Certificate};
use crate::world::{World, WorldError};

/// A PEM file with nothing but certificates.
#[derive(Debug, Clone)]
pub struct Pem {
    /// Its text.
    pub text: String,
    /// What is in it, the first one first.
    pub certificates: Vec<Certificate>,
}

/// Files by path; those that cannot be used were reported and are missing.
pub type Attached = BTreeMap<String, Pem>;

/// Reads what `spec` names.
pub fn attach(spec: &mut Spec, world: &dyn World, sources: &mut SourceMap, diagnostics: &mut Diagnostics) {
    let certificates = spec.fleets.iter().filter_map(|fleet| fleet.certificates.as_deref());
    let named: Vec<Spanned<FilePath>> = certificates
        .flat_map(|block| {
            let ca = block.acme.as_deref().and_then(|acme| acme.ca.clone());
            ca.into_iter().chain(block.files.iter().filter_map(|file| file.chain.clone()))
        })
        .collect();
    for Spanned { value, span } in named {
        let path = value.as_str();
        if spec.attached.contains_key(path) {
            continue;
        }
        if let Some(pem) = read(path, span, world, sources, diagnostics) {
            spec.attached.insert(path.to_owned(), pem);
        }
    }
}

fn read(
    path: &str,
    named: Span,
    world: &dyn World,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<Pem> {
    let bytes = match world.attached(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            diagnostics.push(unread(path, named, &error));
            return None;
        }
    };
    // DER and other bytes are no text: the line that names the file has to do.
    let Ok(text) = String::from_utf8(bytes) else {
        diagnostics.push(
            Diagnostic::error(Code::RESOLVE_PEM_FILE, format!("`{path}` is not PEM: it is no text"))
                .at(named, "named here")
                .help(
                    "a certificate in DER is made PEM by `openssl x509 -inform der -in FILE -out FILE.pem`",
                ),
        );
        return None;
    };
    match certificate::chain(&text) {
        Ok(certificates) => Some(Pem { text, certificates }),
        Err(fault) => {
            let source = sources.add_excerpt(path, text);
            let offset = |at| u32::try_from(at).unwrap_or(u32::MAX);
            let span = Span { source, start: offset(fault.start), end: offset(fault.end) };
            let diagnostic =
                Diagnostic::error(Code::RESOLVE_PEM_FILE, format!("`{path}` is no file of certificates"))
                    .at(span, fault.why)
                    .and(named, "named here");
            diagnostics.push(match fault.help {
                Some(help) => diagnostic.help(help),
                None => diagnostic
                    .help("it takes whole certificates in PEM, one after the other, and nothing else"),
            });
            None
        }
    }
}

fn unread(path: &str, named: Span, error: &WorldError) -> Diagnostic {
    let (message, help) = match error {
        WorldError::Missing { .. } => (
            format!("there is no file `{path}`"),
            "paths begin at the fleet's directory; at a revision only what is committed counts",
        ),
        WorldError::Io { source, .. } => {
            (format!("`{path}` cannot be read: {source}"), "it has to be a regular file that may be read")
        }
        error => (error.to_string(), "a file of certificates has a few thousand bytes"),
    };
    Diagnostic::error(Code::RESOLVE_PEM_FILE, message).at(named, "named here").help(help)
}
