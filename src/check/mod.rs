//! 4. Model to Checked: every rule on the fleet as a whole, one file a rule. Nobody else can make a [`Checked`].

mod app_not_in_release;
mod app_requires;
mod app_requires_itself;
mod bench_of_another_tenant;
mod bench_without_edge;
mod bench_without_release;
mod config_key_forbidden;
mod config_key_owned;
mod connections_below_floor;
mod cpus_exceed_host;
mod database_name_taken;
mod database_on_other_host;
mod domain_conflict;
mod domain_not_public;
mod domain_reserved;
mod domain_without_certificate;
mod engine_in_clear;
mod engine_repeated;
mod facts;
mod host_overcommitted;
mod image_contradiction;
mod image_not_pinned;
mod invisible_characters;
mod key_needed;
mod limit_without_effect;
mod limits_on_shared_bench;
mod mariadb_version;
mod memory_below_floor;
mod memory_refused;
mod name_too_long;
mod no_effect_yet;
mod one_edge_per_host;
mod port_conflict;
mod release_version_mismatch;
mod requests_below_desk;
mod secret_file_in_fleet;
mod secret_in_clear;
mod server_connections;
mod server_scripts_on_shared_bench;
mod several_primary_domains;
mod site_name_taken;
mod tenant_without_site;
mod too_many_sites;
mod unused;
mod wildcard_needed;

use crate::diag::{Code, Diagnostics};
use crate::model::Model;

/// A model that broke no rule.
#[derive(Debug)]
pub struct Checked(Model);

impl std::ops::Deref for Checked {
    type Target = Model;

    fn deref(&self) -> &Model {
        &self.0
    }
}

/// A rule of the fleet as a whole.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The one code that it reports.
    pub code: Code,
    /// Looks at the whole model and reports what breaks it.
    pub run: fn(&Model, &mut Diagnostics),
}

/// Every rule, by code.
pub const RULES: &[Rule] = &[
    Rule { code: Code::CHECK_APP_NOT_IN_RELEASE, run: app_not_in_release::rule },
    Rule { code: Code::CHECK_APP_REQUIRES, run: app_requires::rule },
    Rule { code: Code::CHECK_APP_REQUIRES_ITSELF, run: app_requires_itself::rule },
    Rule { code: Code::CHECK_BENCH_OF_ANOTHER_TENANT, run: bench_of_another_tenant::rule },
    Rule { code: Code::CHECK_BENCH_WITHOUT_EDGE, run: bench_without_edge::rule },
    Rule { code: Code::CHECK_BENCH_WITHOUT_RELEASE, run: bench_without_release::rule },
    Rule { code: Code::CHECK_CONFIG_KEY_FORBIDDEN, run: config_key_forbidden::rule },
    Rule { code: Code::CHECK_CONFIG_KEY_OWNED, run: config_key_owned::rule },
    Rule { code: Code::CHECK_CONNECTIONS_BELOW_FLOOR, run: connections_below_floor::rule },
    Rule { code: Code::CHECK_CPUS_EXCEED_HOST, run: cpus_exceed_host::rule },
    Rule { code: Code::CHECK_DATABASE_NAME_TAKEN, run: database_name_taken::rule },
    Rule { code: Code::CHECK_DATABASE_ON_OTHER_HOST, run: database_on_other_host::rule },
    Rule { code: Code::CHECK_DOMAIN_CONFLICT, run: domain_conflict::rule },
    Rule { code: Code::CHECK_DOMAIN_NOT_PUBLIC, run: domain_not_public::rule },
    Rule { code: Code::CHECK_DOMAIN_RESERVED, run: domain_reserved::rule },
    Rule { code: Code::CHECK_DOMAIN_WITHOUT_CERTIFICATE, run: domain_without_certificate::rule },
    Rule { code: Code::CHECK_ENGINE_IN_CLEAR, run: engine_in_clear::rule },
    Rule { code: Code::CHECK_ENGINE_REPEATED, run: engine_repeated::rule },
    Rule { code: Code::CHECK_HOST_OVERCOMMITTED, run: host_overcommitted::rule },
    Rule { code: Code::CHECK_IMAGE_CONTRADICTION, run: image_contradiction::rule },
    Rule { code: Code::CHECK_IMAGE_NOT_PINNED, run: image_not_pinned::rule },
    Rule { code: Code::CHECK_INVISIBLE_CHARACTERS, run: invisible_characters::rule },
    Rule { code: Code::CHECK_KEY_NEEDED, run: key_needed::rule },
    Rule { code: Code::CHECK_LIMIT_WITHOUT_EFFECT, run: limit_without_effect::rule },
    Rule { code: Code::CHECK_LIMITS_ON_SHARED_BENCH, run: limits_on_shared_bench::rule },
    Rule { code: Code::CHECK_MARIADB_VERSION, run: mariadb_version::rule },
    Rule { code: Code::CHECK_MEMORY_BELOW_FLOOR, run: memory_below_floor::rule },
    Rule { code: Code::CHECK_MEMORY_REFUSED, run: memory_refused::rule },
    Rule { code: Code::CHECK_NAME_TOO_LONG, run: name_too_long::rule },
    Rule { code: Code::CHECK_NO_EFFECT_YET, run: no_effect_yet::rule },
    Rule { code: Code::CHECK_ONE_EDGE_PER_HOST, run: one_edge_per_host::rule },
    Rule { code: Code::CHECK_PORT_CONFLICT, run: port_conflict::rule },
    Rule { code: Code::CHECK_RELEASE_VERSION_MISMATCH, run: release_version_mismatch::rule },
    Rule { code: Code::CHECK_REQUESTS_BELOW_DESK, run: requests_below_desk::rule },
    Rule { code: Code::CHECK_SECRET_FILE_IN_FLEET, run: secret_file_in_fleet::rule },
    Rule { code: Code::CHECK_SECRET_IN_CLEAR, run: secret_in_clear::rule },
    Rule { code: Code::CHECK_SERVER_CONNECTIONS, run: server_connections::rule },
    Rule { code: Code::CHECK_SERVER_SCRIPTS_ON_SHARED_BENCH, run: server_scripts_on_shared_bench::rule },
    Rule { code: Code::CHECK_SEVERAL_PRIMARY_DOMAINS, run: several_primary_domains::rule },
    Rule { code: Code::CHECK_SITE_NAME_TAKEN, run: site_name_taken::rule },
    Rule { code: Code::CHECK_TENANT_WITHOUT_SITE, run: tenant_without_site::rule },
    Rule { code: Code::CHECK_TOO_MANY_SITES, run: too_many_sites::rule },
    Rule { code: Code::CHECK_UNUSED, run: unused::rule },
    Rule { code: Code::CHECK_WILDCARD_NEEDED, run: wildcard_needed::rule },
];

/// Runs every rule; all of them, whatever the others find. Warnings do not stop anything.
pub fn check(model: Model, diagnostics: &mut Diagnostics) -> Option<Checked> {
    for rule in RULES {
        (rule.run)(&model, diagnostics);
    }
    (!diagnostics.has_errors()).then_some(Checked(model))
}
