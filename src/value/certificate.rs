//! X.509 certificates in PEM: what names one is for, and until when. Nothing is verified here; who trusts one decides that.

use x509_cert::Certificate as X509;
use x509_cert::der::DecodePem as _;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// What is asked of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The DNS names in it, in lower case; `*.example.com` is a wildcard.
    pub names: Vec<String>,
    /// Its last second, since 1970.
    pub not_after: u64,
}

/// Why a text is no certificate, and which bytes of it are to blame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// First byte of a line.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// What is wrong, for people.
    pub why: String,
    /// What can be done, where that is known.
    pub help: Option<&'static str>,
}

/// Reads one certificate after the other. Text between them, as `openssl` writes it, does not count.
///
/// # Errors
/// At the first that cannot be read, at anything else in PEM, and where there is none.
pub fn chain(text: &str) -> Result<Vec<Certificate>, Fault> {
    let mut found = Vec::new();
    let mut begun: Option<(usize, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (start, bare) = (at, line.trim());
        let end = start + line.trim_end().len();
        at += line.len();
        let fault = |why: String, help| Err(Fault { start, end, why, help });
        if let Some(label) = bare.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(DASHES)) {
            match label {
                _ if begun.is_some() => return fault("the certificate above has no end".to_owned(), None),
                "CERTIFICATE" => begun = Some((start, end)),
                label if label.ends_with("PRIVATE KEY") => {
                    return fault(
                        "a private key".to_owned(),
                        Some(
                            "a key is a secret: take it out of the repository, make another, and keep it outside",
                        ),
                    );
                }
                label => {
                    let label: String =
                        label.chars().take(40).filter(|c| c.is_ascii_graphic() || *c == ' ').collect();
                    return fault(format!("`{label}`, where a certificate belongs"), None);
                }
            }
        } else if bare.starts_with(END) {
            let Some((first, last)) = begun.take() else {
                return fault("the end of a certificate that has no beginning".to_owned(), None);
            };
            let pem: String = text[first..end].lines().map(|line| format!("{}\n", line.trim())).collect();
            match one(&pem) {
                Ok(certificate) => found.push(certificate),
                Err(why) => return Err(Fault { start: first, end: last, why, help: None }),
            }
        }
    }
    let line = |(start, end), why: &str| Err(Fault { start, end, why: why.to_owned(), help: None });
    match begun {
        Some(place) => line(place, "this certificate has no end"),
        None if found.is_empty() => {
            let help = Some(
                "it begins with `-----BEGIN CERTIFICATE-----`; DER is made PEM by `openssl x509 -inform der`",
            );
            let end = text.lines().next().map_or(0, str::len);
            Err(Fault { start: 0, end, why: "no certificate".to_owned(), help })
        }
        None => Ok(found),
    }
}

/// One certificate of one PEM block.
fn one(pem: &str) -> Result<Certificate, String> {
    let certificate = X509::from_pem(pem).map_err(|error| format!("not a certificate: {error}"))?;
    let fields = certificate.tbs_certificate();
    let names = match fields.get_extension::<SubjectAltName>() {
        Ok(Some((_, names))) => names.0,
        Ok(None) => Vec::new(),
        Err(error) => return Err(format!("its names cannot be read: {error}")),
    };
    let names = names.iter().filter_map(|name| match name {
        GeneralName::DnsName(name) => Some(name.as_str().to_ascii_lowercase()),
        _ => None,
    });
    let names = names.collect();
    Ok(Certificate { names, not_after: fields.validity().not_after.to_unix_duration().as_secs() })
}

/// Whether one of a certificate's names stands for a name: itself, or a wildcard for its first label.
#[must_use]
pub fn covers(names: &[String], name: &str) -> bool {
    let above = name.split_once('.').map(|(_, above)| above);
    names
        .iter()
        .any(|one| one == name || (one.strip_prefix("*.").is_some() && one.strip_prefix("*.") == above))
}

#[cfg(test)]
mod tests;
