//! Desired to artifacts: files that stand alone. They are views; nothing reads them back.

use rayon::prelude::*;

use super::{docker, frappe, mariadb, traefik};
use crate::desired::{Desired, Object, ObjectId};

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Artifact {
    /// Relative, `/`-separated.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl Artifact {
    /// A text file.
    #[must_use]
    pub fn text(path: String, text: String) -> Self {
        Self { path, bytes: text.into_bytes() }
    }
}

/// Every artifact, by path.
#[must_use]
pub fn render(desired: &Desired) -> Vec<Artifact> {
    let backends =
        [docker::render::render, traefik::render::render, mariadb::render::render, frappe::render::render];
    let mut artifacts: Vec<Artifact> = backends.par_iter().flat_map(|render| render(desired)).collect();
    artifacts.sort();
    artifacts
}

/// `<id of the host>/<compose project>` of a container.
#[must_use]
pub fn directory(desired: &Desired, container: &ObjectId) -> Option<String> {
    let entry = desired.objects.get(container)?;
    let Object::Container(container) = &entry.object else { return None };
    Some(format!("{}/{}", host(&entry.host), container.project))
}

/// The id of a host without its kind.
#[must_use]
pub fn host(identity: &str) -> &str {
    identity.split_once('.').map_or(identity, |(_, id)| id)
}
