//! Keys of `site_config.json` that break the bench, the isolation of tenants or a backup. The list is Frappe Cloud's.

use super::config_key_owned as owned;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;
use crate::value::ConfigValue;

/// Why not.
pub(super) fn reason(key: &str) -> Option<&'static str> {
    Some(match key {
        "developer_mode" => "it lets a site write code into the image that all sites of the bench share",
        "allow_tests" => "tests wipe the data of the site they run on",
        "extra_config" => "it reads further keys from a file or an address that nobody reviews",
        "root_login" | "root_password" => "it hands the database server to the site's code",
        "rds_db" => "it changes the grants with which databases are made",
        "encryption_key" => "Frappe makes it once; with another one every stored password is lost",
        "keep_backups_for_hours" => "it deletes backups",
        "rate_limit" => "limits belong to the plan; say `requests` there",
        "monitor" | "logging" => "it fills the bench's log volume for every site on it",
        "http_port" | "serve_default_site" | "default_site" | "dns_multitenant" => {
            "it belongs to the bench, not to a site"
        }
        "frappecloud_url" => "it makes Frappe talk to Frappe Cloud",
        _ if key.starts_with("ssl_certificate") => "certificates are the edge's",
        _ if key.starts_with("restart_") && key.ends_with("_on_update") => {
            "processes are containers here, and the engine restarts them"
        }
        _ if key.starts_with("db_") || key.starts_with("replica_") => {
            "where the database is follows from the bench"
        }
        _ => return None,
    })
}

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (_, site) in model.sites.iter() {
        for (key, value) in site.config.iter().filter(|(key, _)| !owned::is(&key.value)) {
            // A null takes away what somebody else wrote, which is what the rule wants.
            if value.value == ConfigValue::Remove {
                continue;
            }
            let Some(reason) = reason(&key.value) else { continue };
            diagnostics.push(
                Diagnostic::error(
                    Code::CHECK_CONFIG_KEY_FORBIDDEN,
                    format!("`{}` cannot be set in `config`: {reason}", key.value),
                )
                .at(key.span, format!("in site `{}`", site.meta.name))
                .help("remove it"),
            );
        }
    }
}
