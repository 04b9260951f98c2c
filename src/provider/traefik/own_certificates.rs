//! Certificates that somebody else gets: files in Traefik's container, and the entries that name them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::routes::edge_name;
use crate::desired::content::{Content, Part};
use crate::desired::docker::File;
use crate::model::{CertificateFile, Edge, Fleet, Model};
use crate::provider::service;

/// Where they lie in Traefik's container.
const DIRECTORY: &str = "/etc/traefik/certificates";

/// The first file that is for a name.
pub(super) fn of<'f>(fleet: &'f Fleet, name: &str) -> Option<&'f CertificateFile> {
    fleet.certificates.as_ref()?.file(name)
}

/// Those that an edge shows: nobody else's keys come to its machine.
fn at<'m>(model: &'m Model, edge: &Edge) -> Vec<(String, &'m CertificateFile)> {
    let sites = model.sites.iter().map(|(_, site)| site);
    let here = sites.filter(|site| model.benches[site.bench.id].host.id == edge.host.id);
    let names = here.flat_map(|site| {
        std::iter::once(site.host_name.as_str())
            .chain(site.domains.iter().map(|domain| domain.name.value.as_str()))
    });
    let status = edge.status.iter().map(|status| status.value.as_str());
    let stems: BTreeSet<&str> = names
        .chain(status)
        .filter_map(|name| of(&model.fleet, name))
        .map(|file| file.stem.as_str())
        .collect();
    let all = model.fleet.certificates.iter().flat_map(|certificates| &certificates.files);
    all.filter(|file| stems.contains(file.stem.as_str()))
        .map(|file| (format!("{}.{}", edge_name(edge), file.stem), file))
        .collect()
}

/// The files in Traefik's container.
pub(super) fn files(model: &Model, edge: &Edge) -> BTreeMap<String, File> {
    let mut files = BTreeMap::new();
    for (name, certificate) in at(model, edge) {
        files.insert(format!("{DIRECTORY}/{name}.pem"), service::text(certificate.chain.clone()));
        let content = Content::Secret(vec![Part::Secret(certificate.key.value.clone())]);
        let key = File { content, mode: 0o400, uid: 0, gid: 0 };
        files.insert(format!("{DIRECTORY}/{name}.key"), key);
    }
    files
}

/// The entries by which Traefik finds them.
pub(super) fn entries(model: &Model, edge: &Edge) -> BTreeMap<String, Value> {
    let entry = |name: &str| json!({ "certFile": format!("{DIRECTORY}/{name}.pem"), "keyFile": format!("{DIRECTORY}/{name}.key") });
    at(model, edge).into_iter().map(|(name, _)| (format!("{LIST}.{name}"), entry(&name))).collect()
}

/// Traefik has them as a list; an entry of ours has the name of its file.
pub(super) const LIST: &str = "tls.certificates";

/// The name of an item of the list, where it is one of ours.
pub(super) fn name(item: &Value) -> Option<&str> {
    item.get("certFile")?.as_str()?.strip_prefix(DIRECTORY)?.strip_prefix('/')?.strip_suffix(".pem")
}
