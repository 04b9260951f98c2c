//! `site`: a Frappe site.

use super::bench::Bench;
use super::config::Config;
use super::field::{Flag, Reference};
use super::limits::Limits;
use super::release::App;
use super::table::block;
use super::tenant::Tenant;
use crate::source::Spanned;
use crate::value::{Domain as DomainName, SiteName};
use crate::world::secret::SecretRef;

block! {
    /// A Frappe site: one database, one directory, one name at which it answers.
    Site = "site" ["name"] {
        /// Its name: `globex` answers below the fleet's `sites-under`; one with a dot is the whole domain.
        name: Option<Spanned<SiteName>> = "name" required;
        /// Its first name, when it was renamed: the name of its directory, at which it still answers.
        id: Option<Spanned<SiteName>> = "id";
        /// Whose it is; only for a site that does not stand in its tenant.
        tenant: Option<Spanned<Reference<Tenant>>> = "tenant";
        /// Where it runs.
        bench: Option<Spanned<Reference<Bench>>> = "bench" required;
        /// Apps beside `frappe`, in the order in which they are installed.
        apps: Vec<Spanned<Reference<App>>> = "apps";
        /// Further names at which it answers.
        domains: Vec<Domain> = "domain";
        /// Keys of its `site_config.json`; others are left alone, null removes one.
        config: Config = "config";
        /// The administrator's first password; derived from the fleet's key unless written.
        admin_password: Option<Spanned<SecretRef>> = "admin-password";
        /// It shows a page and keeps everything.
        suspended: Flag = "suspended";
        /// Limits, instead of the tenant's.
        limits: Option<Box<Limits>> = "limits";
    }
}

block! {
    /// A domain of a site's own.
    Domain = "domain" ["name"] {
        /// Lower case; other scripts as punycode.
        name: Option<Spanned<DomainName>> = "name" required;
        /// Whether links and e-mails use it.
        primary: Option<Spanned<bool>> = "primary";
    }
}
