//! Customers and their sites.

use super::{App, Bench, Layered, Limits, Meta, Plan, Ref};
use crate::source::{Span, Spanned};
use crate::value::ConfigValue;
use crate::world::secret::SecretRef;

/// A customer.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Name and place.
    pub meta: Meta,
    /// What it pays for.
    pub plan: Ref<Plan>,
    /// Whom to write to.
    pub contact: Option<Spanned<String>>,
    /// Where it was suspended; its sites show a page and keep everything.
    pub suspended: Option<Span>,
    /// Limits: plan, then its own.
    pub limits: Limits,
}

/// A domain of a site's own.
#[derive(Debug, Clone)]
pub struct Domain {
    /// Lower case, punycode.
    pub name: Spanned<String>,
    /// Whether links and e-mails use it.
    pub primary: bool,
}

/// A Frappe site.
#[derive(Debug, Clone)]
pub struct Site {
    /// Name and place.
    pub meta: Meta,
    /// Whose it is.
    pub tenant: Ref<Tenant>,
    /// Where it runs.
    pub bench: Ref<Bench>,
    /// Apps beside `frappe`, in the order in which they are installed.
    pub apps: Vec<Ref<App>>,
    /// The name at which it answers, also the name of its directory.
    pub host_name: String,
    /// Further names.
    pub domains: Vec<Domain>,
    /// Keys of `site_config.json` that are ours.
    pub config: Vec<(Spanned<String>, Layered<ConfigValue>)>,
    /// The administrator's password.
    pub admin_password: SecretRef,
    /// Limits: fleet, plan, tenant, then its own.
    pub limits: Limits,
    /// Database, and account of the same name (Frappe 15 knows no other): at most 64 bytes of `[a-z0-9_]`.
    pub database_name: String,
    /// Where it was suspended, by itself or with its tenant.
    pub suspended: Option<Span>,
}
