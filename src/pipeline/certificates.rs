//! Which certificate each name is shown with, and until when.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Hosts;
use crate::desired::observed::{Observation, Observed};
use crate::desired::{Desired, ObjectId, ObjectKind};
use crate::model::{Edge, Model};
use crate::provider::host::Got;
use crate::value::certificate::{Certificate, covers};

/// The certificate of a name behind an edge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NameCertificate {
    /// The name.
    pub name: String,
    /// Address of the edge.
    pub edge: String,
    /// What is known of it.
    #[serde(flatten)]
    pub seen: Seen,
}

/// What is known of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Seen {
    /// There is one.
    Present {
        /// `acme`, or the path of a file of the fleet.
        from: String,
        /// Its last second, RFC 3339.
        not_after: String,
        /// The same since 1970.
        #[serde(skip)]
        ends: u64,
        /// Whether it is nearer to its end than a renewal lets it come.
        ending: bool,
        /// Why it was not renewed, where that was tried last.
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// There is none yet.
    Absent {
        /// Why, as far as Traefik's log says it.
        why: Option<String>,
    },
    /// Nobody can say.
    Unreadable {
        /// Why.
        why: String,
    },
}

/// Asks the edges of a fleet with certificates; others have none to tell of.
pub async fn certificates(
    model: &Model,
    desired: &Desired,
    hosts: &Hosts,
    observed: &Observed,
) -> Vec<NameCertificate> {
    let Some(declared) = &model.fleet.certificates else { return Vec::new() };
    let lifetime = declared.acme.as_ref().and_then(|acme| acme.lifetime.as_ref());
    let soon = lifetime.map_or(SOON, |lifetime| lifetime.value / 6);
    let edges = model.edges.iter().map(|(_, edge)| async move {
        let host = model.hosts[edge.host.id].meta.identity.as_str();
        // A sandbox asks nobody for certificates.
        if desired.hosts.get(host).is_none_or(|target| target.docker.is_none()) {
            return Vec::new();
        }
        let mut seen: Vec<NameCertificate> = Vec::new();
        let mut asked = Vec::new();
        for name in names(model, edge) {
            match declared.file(name) {
                Some(file) => seen.push(NameCertificate {
                    name: name.to_owned(),
                    edge: edge.meta.address.to_string(),
                    seen: present(file.path.value.clone(), file.not_after, SOON, None),
                }),
                None => asked.push(name),
            }
        }
        let got = got(edge, hosts.get(host).map(AsRef::as_ref), observed, &asked, soon).await;
        seen.extend(asked.into_iter().map(|name| NameCertificate {
            name: name.to_owned(),
            edge: edge.meta.address.to_string(),
            seen: match &got {
                Ok(got) => of(name, got, soon),
                Err(why) => Seen::Unreadable { why: why.clone() },
            },
        }));
        seen
    });
    let mut all: Vec<_> = futures_util::future::join_all(edges).await.into_iter().flatten().collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}

fn names<'m>(model: &'m Model, edge: &'m Edge) -> impl Iterator<Item = &'m str> {
    let sites = model.sites.iter().map(|(_, site)| site);
    let here = sites.filter(|site| model.benches[site.bench.id].host.id == edge.host.id);
    let sites = here.flat_map(|site| {
        std::iter::once(site.host_name.as_str())
            .chain(site.domains.iter().map(|domain| domain.name.value.as_str()))
    });
    edge.status.iter().map(|status| status.value.as_str()).chain(sites)
}

async fn got(
    edge: &Edge,
    host: Option<&dyn crate::provider::Host>,
    observed: &Observed,
    asked: &[&str],
    soon: u64,
) -> Result<Got, String> {
    if asked.is_empty() {
        return Ok(Got::default());
    }
    let id = ObjectId::new(edge.meta.identity.as_str(), ObjectKind::Container, "traefik");
    let (container, host) = match (observed.objects.get(&id), host) {
        (Some(Observation::Present(container)), Some(host)) => (container.handle.as_str(), host),
        (Some(Observation::Unreadable { why, .. }), _) => return Err(why.clone()),
        // Whoever has no Traefik yet has no certificate yet.
        _ => return Ok(Got::default()),
    };
    let missing = |got: &Got| asked.iter().any(|name| is_wanting(best(name, got), soon));
    match host.certificates(container, &missing).await {
        Ok(got) => Ok(got.unwrap_or_default()),
        Err(error) => Err(error.to_string()),
    }
}

/// The one of a name that lasts longest.
fn best<'g>(name: &str, got: &'g Got) -> Option<&'g Certificate> {
    let all = got.certificates.iter().filter(|one| covers(&one.names, name));
    all.max_by_key(|one| one.not_after)
}

/// Whether the log may say something of it: there is none, or its end is nearer than a renewal lets it come.
fn is_wanting(certificate: Option<&Certificate>, soon: u64) -> bool {
    certificate.is_none_or(|one| one.not_after < now().saturating_add(soon))
}

fn of(name: &str, got: &Got, soon: u64) -> Seen {
    let why = got.complaints.get(name).or_else(|| got.complaints.get(&wildcard(name))).cloned();
    match best(name, got) {
        // What went wrong before it came is over.
        Some(one) => {
            present("acme".to_owned(), one.not_after, soon, why.filter(|_| is_wanting(Some(one), soon)))
        }
        None => Seen::Absent { why },
    }
}

fn wildcard(name: &str) -> String {
    name.split_once('.').map_or_else(String::new, |(_, above)| format!("*.{above}"))
}

fn present(from: String, ends: u64, soon: u64, why: Option<String>) -> Seen {
    let at = i64::try_from(ends).ok().and_then(|ends| jiff::Timestamp::from_second(ends).ok());
    let not_after = at.map_or_else(String::new, |at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    Seen::Present { from, not_after, ends, ending: ends < now().saturating_add(soon), why }
}

/// Traefik renews certificates of 90 days when 30 are left: with half of that something is wrong.
const SOON: u64 = 15 * 86_400;

/// Seconds since 1970.
#[must_use]
pub fn now() -> u64 {
    u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or_default()
}

/// By name, for whoever tells of names.
#[must_use]
pub fn by_name(all: &[NameCertificate]) -> BTreeMap<&str, &Seen> {
    all.iter().map(|one| (one.name.as_str(), &one.seen)).collect()
}
