//! Servers whose data goes forward only: a newer one opens what an older one wrote and changes it, and no older one reads
//! that again.

use crate::desired::docker::Container;
use crate::desired::observed::Present;
use crate::desired::{Desired, Object, ObjectId, ObjectKind};
use crate::provider::names::MARIADB;

/// The variable in which MariaDB's images tell their version.
pub const MARIADB_VERSION: &str = "MARIADB_VERSION";

/// A kind of server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Server {
    /// As people call it.
    pub name: &'static str,
    /// The variable in which its official images tell their version.
    variable: &'static str,
}

/// From one version to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Whose.
    pub server: Server,
    /// What has opened the data.
    pub from: String,
    /// What is wanted.
    pub to: String,
}

/// What a container serves from a volume.
fn server(id: &ObjectId) -> Option<Server> {
    match id.role.as_str() {
        _ if id.kind != ObjectKind::Container => None,
        MARIADB => Some(Server { name: "MariaDB", variable: MARIADB_VERSION }),
        "redis-queue" => Some(Server { name: "Redis", variable: "REDIS_VERSION" }),
        _ => None,
    }
}

/// The way back that nobody can go: the wanted server is older than one that has opened the data.
#[must_use]
pub fn back(id: &ObjectId, wanted: &Container, present: &Present, desired: &Desired) -> Option<Way> {
    let way = way(id, wanted, present, desired)?;
    (parse(&way.to) < parse(&way.from)).then_some(way)
}

/// The way forward, from which there is none back.
#[must_use]
pub fn on(id: &ObjectId, wanted: &Container, present: &Present, desired: &Desired) -> Option<Way> {
    let way = way(id, wanted, present, desired)?;
    (parse(&way.to) > parse(&way.from)).then_some(way)
}

/// `None` where one of both cannot be told.
fn way(id: &ObjectId, wanted: &Container, present: &Present, desired: &Desired) -> Option<Way> {
    let server = server(id)?;
    let declared = desired.versions.get(id).map(String::as_str).filter(|version| parse(version).is_some());
    let tag = tag(&wanted.image);
    let to = match (declared, tag) {
        // Where an image is named beside a version, both speak, and the older one counts.
        (Some(declared), Some(tag)) if is_exact(tag) && parse(tag) < parse(declared) => tag,
        (declared, tag) => declared.or(tag)?,
    };
    // One that was never started has opened nothing.
    let opened = present.all().filter(|one| !one.status.fresh);
    let from = opened.filter_map(|one| seen(server, one)).max_by_key(|version| parse(version))?;
    Some(Way { server, from: short(from), to: short(to) })
}

/// The version of a container that was seen, by its image's own word or else by its tag.
fn seen(server: Server, present: &Present) -> Option<&str> {
    let Object::Container(container) = &present.object else { return None };
    let told = present.provided.environment.get(server.variable).map(|version| {
        // `1:10.11.6+maria~ubu2204`: Debian's epoch comes first.
        version.split_once(':').map_or(version.as_str(), |(_, version)| version)
    });
    told.filter(|version| parse(version).is_some()).or_else(|| tag(&container.image))
}

/// The tag of an image, where it begins with a version.
fn tag(image: &str) -> Option<&str> {
    let image = image.split('@').next().unwrap_or(image);
    let (_, tag) = image.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'))?;
    parse(tag).map(|_| tag)
}

/// Major and minor: within these, servers go forward and back. One that names no minor version is the newest of its major.
fn parse(version: &str) -> Option<(u32, u32)> {
    let end = version.find(|c: char| !c.is_ascii_digit()).unwrap_or(version.len());
    let (major, rest) = version.split_at(end);
    let minor = rest.strip_prefix('.').map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next());
    let minor = minor.flatten().and_then(|minor| minor.parse().ok());
    Some((major.parse().ok()?, minor.unwrap_or(u32::MAX)))
}

/// Whether a version names its minor version.
fn is_exact(version: &str) -> bool {
    parse(version).is_some_and(|(_, minor)| minor != u32::MAX)
}

fn short(version: &str) -> String {
    match parse(version) {
        Some((major, u32::MAX)) => major.to_string(),
        Some((major, minor)) => format!("{major}.{minor}"),
        None => version.to_owned(),
    }
}

#[cfg(test)]
mod tests;
