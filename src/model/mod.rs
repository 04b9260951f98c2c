//! What the files mean: names are ids, layers are applied, physical names are computed. Types only.

mod bench;
mod limits;
mod platform;
mod tenant;

use std::fmt;
use std::marker::PhantomData;

use crate::source::Span;
use crate::value::{Address, Identity};

pub use crate::value::ConfigValue;
pub use bench::{App, Bench, Gunicorn, Queues, Release, Resources, Size};
pub use limits::{Backup, Limits, Plan, RequestRate};
pub use platform::{Acme, CertificateFile, Certificates, Database, Edge, Engine, Fleet, Host, PullPolicy};
pub use tenant::{Domain, Site, Tenant};

/// A layer of values. Later ones are nearer, and the nearest value wins; only maps merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// What Tenantry chooses.
    Default,
    /// `fleet`.
    Fleet,
    /// `size`.
    Size,
    /// `plan`.
    Plan,
    /// `bench`.
    Bench,
    /// `tenant`.
    Tenant,
    /// `site`.
    Site,
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Default => "default",
            Self::Fleet => "fleet",
            Self::Size => "size",
            Self::Plan => "plan",
            Self::Bench => "bench",
            Self::Tenant => "tenant",
            Self::Site => "site",
        })
    }
}

/// The value that won, and where it was written (`None` for [`Layer::Default`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layered<T> {
    /// The value.
    pub value: T,
    /// The layer that it comes from.
    pub layer: Layer,
    /// Its place.
    pub span: Option<Span>,
}

/// What every declaration has.
#[derive(Debug, Clone)]
pub struct Meta {
    /// Its name.
    pub name: String,
    /// `kind.name`.
    pub address: Address,
    /// `kind.id`.
    pub identity: Identity,
    /// Its name as it was written: what diagnostics underline.
    pub span: Span,
    /// The whole declaration.
    pub whole: Span,
}

/// A declaration of one kind, by its place in [`Model`]. Ids follow the order of names.
pub struct Id<T>(u32, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// The n-th declaration of its kind.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX), PhantomData)
    }

    /// Its place.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// A resolved reference and the place where it was written.
#[derive(Debug)]
pub struct Ref<T> {
    /// What it points to.
    pub id: Id<T>,
    /// Where it was written.
    pub span: Span,
}

impl<T> Clone for Ref<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Ref<T> {}

/// All declarations of one kind, by name.
#[derive(Debug, Clone)]
pub struct Table<T>(Vec<T>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Table<T> {
    /// A table of declarations that are already in the order of their names.
    #[must_use]
    pub const fn new(items: Vec<T>) -> Self {
        Self(items)
    }

    /// The declaration that an id points to.
    #[must_use]
    pub fn get(&self, id: Id<T>) -> &T {
        &self.0[id.index()]
    }

    /// All of them with their ids, in the order of their names.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Id<T>, &T)> {
        self.0.iter().enumerate().map(|(index, item)| (Id::new(index), item))
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T> std::ops::Index<Id<T>> for Table<T> {
    type Output = T;

    fn index(&self, id: Id<T>) -> &T {
        self.get(id)
    }
}

/// A whole fleet. A declaration that could not be resolved is not in it (and was reported).
#[derive(Debug)]
pub struct Model {
    /// The fleet.
    pub fleet: Fleet,
    /// Its hosts.
    pub hosts: Table<Host>,
    /// Its edges.
    pub edges: Table<Edge>,
    /// Its database servers.
    pub databases: Table<Database>,
    /// Its plans.
    pub plans: Table<Plan>,
    /// Its apps; `frappe` is always among them.
    pub apps: Table<App>,
    /// Its releases.
    pub releases: Table<Release>,
    /// Its sizes.
    pub sizes: Table<Size>,
    /// Its benches.
    pub benches: Table<Bench>,
    /// Its tenants.
    pub tenants: Table<Tenant>,
    /// Its sites.
    pub sites: Table<Site>,
}
