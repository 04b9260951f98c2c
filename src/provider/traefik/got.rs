//! What Traefik got by ACME: its storage says what it has, its log why something is missing.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::provider::host::Got;
use crate::provider::inside::Inside;
use crate::provider::{Error, ErrorKind};
use crate::value::certificate::{self, Certificate};

/// Where its resolvers keep their storage, each in a file.
pub(super) const STORAGE: &str = "/acme";
/// How much of the log is read. A failed try is one line, with the list of a site's names in it; a certificate that comes is ten, and a
/// site may get a hundred at once after the try that says what is missing.
pub const LINES: u32 = 5000;

/// A resolver's part of a storage file. The keys in it are not even parsed.
#[derive(Deserialize)]
struct Resolver {
    #[serde(rename = "Certificates")]
    certificates: Option<Vec<Entry>>,
}

#[derive(Deserialize)]
struct Entry {
    certificate: String,
}

/// The certificates in the storage, whether Traefik runs or not.
///
/// # Errors
/// When a file of it cannot be read: nobody can say then what is missing.
pub async fn read(inside: &dyn Inside, container: &str) -> Result<Got, Error> {
    let files = inside.get(container, STORAGE).await?.unwrap_or_default();
    let mut got = Got::default();
    for (path, stored) in files {
        // Traefik makes the file first and fills it later.
        if path.strip_suffix(".json").is_some() && !stored.bytes.is_empty() {
            let all = storage(&stored.bytes).map_err(|why| {
                Error::new(ErrorKind::Conflict, format!("{path} of Traefik cannot be read: {why}"))
            })?;
            got.certificates.extend(all);
        }
    }
    Ok(got)
}

fn storage(bytes: &[u8]) -> Result<Vec<Certificate>, String> {
    // What serde says of a fault has a place in it and no value.
    let resolvers: BTreeMap<String, Resolver> = serde_json::from_slice(bytes).map_err(|error| {
        format!("line {}, column {} is not as Traefik writes it", error.line(), error.column())
    })?;
    let mut found = Vec::new();
    for entry in resolvers.into_values().flat_map(|resolver| resolver.certificates.unwrap_or_default()) {
        let pem = STANDARD.decode(&entry.certificate).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let pem = pem.ok_or("a certificate in it is no PEM")?;
        let chain = certificate::chain(&pem).map_err(|fault| fault.why)?;
        found.extend(chain.into_iter().next());
    }
    Ok(found)
}

/// The last complaint about each name. An authority that was asked too often refuses without a look at the name: what it complained of before
/// is still to be done, so both are told.
#[must_use]
pub fn complaints(log: &str) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, (Option<String>, Option<String>)> = BTreeMap::new();
    for line in log.lines() {
        let line = plain(line);
        let fails = line.contains("Unable to obtain ACME certificate")
            || line.contains("Error renewing ACME certificate");
        let Some(why) = fails.then(|| line.split_once("error=").map(|(_, rest)| quoted(rest))).flatten()
        else {
            continue;
        };
        for name in names(&line, &why) {
            let (cause, refusal) = found.entry(name).or_default();
            if problem(&why).0 == REFUSES {
                *refusal = Some(words(&why));
            } else {
                (*cause, *refusal) = (Some(words(&why)), None);
            }
        }
    }
    let both = |(cause, refusal): (Option<String>, Option<String>)| {
        cause.into_iter().chain(refusal).collect::<Vec<_>>().join("; ")
    };
    found.into_iter().map(|(name, told)| (name, both(told))).collect()
}

/// Without the colours that Traefik gives its log.
fn plain(line: &str) -> String {
    let mut text = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        text.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    text
}

/// A value of a log line, which is in quotes, as Go writes them, where it has blanks.
fn quoted(rest: &str) -> String {
    if !rest.starts_with('"') {
        return rest.split(' ').next().unwrap_or_default().to_owned();
    }
    let mut escaped = false;
    let end = rest.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    let text = &rest[..end.map_or(rest.len(), |(at, _)| at + 1)];
    // Go's quoting is JSON's but for rare characters.
    serde_json::from_str(text).unwrap_or_else(|_| text.trim_matches('"').to_owned())
}

/// The names that a complaint is about.
fn names(line: &str, why: &str) -> Vec<String> {
    let listed = line.split_once("domains=[").and_then(|(_, rest)| rest.split_once(']'));
    let renewed = || line.split_once("ACME certificate: {").and_then(|(_, rest)| rest.split_once('}'));
    let said = || why.split_once("for the domains [").and_then(|(_, rest)| rest.split_once(']'));
    let (list, _) = listed.or_else(renewed).or_else(said).unwrap_or_default();
    let parts = list.split([' ', ',', '"', '[', ']']).filter(|part| part.contains('.'));
    parts.map(str::to_owned).collect()
}

/// ACME's kind of problem for whoever asked too often.
const REFUSES: &str = "rateLimited";

/// ACME's kind of a problem, where it has one, and its detail.
fn problem(why: &str) -> (&str, &str) {
    match why.rsplit_once("urn:ietf:params:acme:error:") {
        Some((_, rest)) => rest.split_once(" :: ").unwrap_or((rest, "")),
        None => ("", why),
    }
}

/// What is to be done about it, as far as that is known, then the words of whoever complained.
fn words(why: &str) -> String {
    const UNRESOLVED: [&str; 6] = [
        "NXDOMAIN",
        "could not resolve",
        "no valid A records",
        "No valid IP addresses",
        "DNS problem",
        "no such host",
    ];
    let (kind, detail) = problem(why);
    let detail = detail.trim_end_matches(']').trim();
    let short: String = detail.chars().take(240).collect();
    let short = if short.len() < detail.len() { format!("{short}…") } else { short };
    let challenge = detail.contains("/.well-known/acme-challenge/");
    match kind {
        "dns" | "connection" | "unknownHost" if UNRESOLVED.iter().any(|words| detail.contains(words)) => {
            format!("no A or AAAA record of this name is found ({short})")
        }
        "dns" => format!("a DNS record is missing or wrong ({short})"),
        "connection" => format!("the authority does not reach this name at port 80 ({short})"),
        "unauthorized" if challenge => format!("something else answers at this name ({short})"),
        REFUSES => format!("the authority refuses for a while ({short})"),
        _ => short,
    }
}

#[cfg(test)]
mod tests;
