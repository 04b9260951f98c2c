//! Keys of `site_config.json` that Tenantry writes itself, from a field that says the same.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

/// What says it instead.
fn instead(key: &str) -> Option<&'static str> {
    Some(match key {
        "host_name" | "domains" => "the site's `domain`s; the one that is `primary` is the name in links",
        "maintenance_mode" | "pause_scheduler" => "`suspended` in the site or its tenant",
        "admin_password" => "`admin-password` in the site",
        "db_host" | "db_port" | "db_socket" => "`database` in the bench",
        "db_name" | "db_user" | "db_password" | "db_type" => "the site's identity",
        "redis_cache" | "redis_queue" | "redis_socketio" | "socketio_port" | "webserver_port" => {
            "the bench, which has a Redis pair and ports of its own"
        }
        "install_apps" => "`apps` in the site",
        _ => return None,
    })
}

/// Whether a key is ours.
pub(super) fn is(key: &str) -> bool {
    instead(key).is_some()
}

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for (_, site) in model.sites.iter() {
        for (key, _) in &site.config {
            let Some(instead) = instead(&key.value) else { continue };
            diagnostics.push(
                Diagnostic::error(
                    Code::CHECK_CONFIG_KEY_OWNED,
                    format!("`{}` is written by Tenantry and cannot be set in `config`", key.value),
                )
                .at(key.span, format!("in site `{}`", site.meta.name))
                .help(format!("remove it; it follows from {instead}")),
            );
        }
    }
}
