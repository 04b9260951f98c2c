//! 5. The vocabulary of the back half: the objects a fleet wants, what was observed, what will change and by which calls.

pub mod call;
mod call_traits;
pub mod change;
pub mod compare;
pub mod content;
pub mod docker;
pub mod fields;
pub mod frappe;
pub mod graph;
pub mod mariadb;
mod object_id;
pub mod observed;
pub mod traefik;
mod verb;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::source::Span;
use crate::world::secret::SecretRef;

use change::FieldChange;

pub use object_id::{ObjectId, ObjectKind};

/// Everything a fleet wants of the world. The only truth: artifacts are views of it and plans compare it.
#[derive(Debug, Clone, Default)]
pub struct Desired {
    /// The fleet's id: the mark on everything that is ours.
    pub fleet: String,
    /// Where the fleet's key comes from.
    pub key: Option<SecretRef>,
    /// The hosts, by identity.
    pub hosts: BTreeMap<String, HostTarget>,
    /// The objects.
    pub objects: BTreeMap<ObjectId, Entry>,
    /// Versions of servers that are declared beside their images: a tag need not tell.
    pub versions: BTreeMap<ObjectId, String>,
    /// How many commands may work in a container at the same time, where that is declared.
    pub commands_at_once: BTreeMap<ObjectId, u64>,
    /// The lines that their fields come from, where those are not their declarations.
    pub lines: BTreeMap<ObjectId, Lines>,
}

/// A field of an object (`connections`, `config.max_file_size`; `` Host(`x`) `` for what a rule names) and its line.
pub type Lines = Vec<(String, Span)>;

impl Desired {
    /// The first object of a declaration, by the declaration's identity (`site.globex`): `None` where none is wanted.
    #[must_use]
    pub fn first_of(&self, identity: &str) -> Option<&Entry> {
        let (id, entry) = self.objects.range(ObjectId::new(identity, ObjectKind::ALL[0], "")..).next()?;
        (id.of == identity).then_some(entry)
    }

    /// The lines behind fields that change, those of the worst first. None where a field comes from its declaration.
    #[must_use]
    pub fn lines_of(&self, id: &ObjectId, fields: &[FieldChange]) -> Vec<Span> {
        let Some(lines) = self.lines.get(id) else { return Vec::new() };
        // What is gone has no line any more.
        let mut fields: Vec<&FieldChange> = fields.iter().filter(|field| !field.after.is_null()).collect();
        fields.sort_by_key(|field| std::cmp::Reverse(field.consequence));
        let mut found = Vec::new();
        for field in fields {
            let named = |rule: &str| {
                let has = |value: &serde_json::Value| value.to_string().contains(rule);
                rule.starts_with("Host(") && has(&field.after) && !has(&field.before)
            };
            let comes = lines.iter().find(|(path, _)| {
                let below = field.path.strip_prefix(path.as_str());
                below.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) || named(path)
            });
            if let Some((_, span)) = comes.filter(|(_, span)| !found.contains(span)) {
                found.push(*span);
            }
        }
        found
    }
}

/// How a host is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostTarget {
    /// Its name, for people.
    pub name: String,
    /// `None` is the sandbox; `Some(None)` the local Docker Engine; `Some(Some(at))` the one at that address.
    pub docker: Option<Option<String>>,
    /// Where its engine was written.
    pub span: Span,
}

/// One object, and why it is wanted.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What people see: the address of its declaration and its role.
    pub address: String,
    /// Who notices when it changes.
    pub owner: Owner,
    /// Identity of its host.
    pub host: String,
    /// The declarations that it comes from, nearest first.
    pub causes: Vec<Span>,
    /// What must be there and healthy before it.
    pub needs: BTreeSet<ObjectId>,
    /// Its fields.
    pub object: Object,
}

/// Who notices.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// Everybody on it.
    Platform,
    /// One tenant, by name.
    Tenant(String),
}

/// The fields of one object; a variant a kind of thing in the world.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Object {
    /// An image that the engine must have.
    Image(docker::Image),
    /// A network.
    Network(docker::Network),
    /// A named volume.
    Volume(docker::Volume),
    /// A container.
    Container(Box<docker::Container>),
    /// Traefik's routers, services and middlewares of one declaration.
    Route(traefik::Route),
    /// A database in a MariaDB server.
    Schema(mariadb::Schema),
    /// An account in a MariaDB server.
    Account(mariadb::Account),
    /// A bench's `common_site_config.json`.
    BenchConfig(frappe::BenchConfig),
    /// A Frappe site.
    Site(Box<frappe::Site>),
}
