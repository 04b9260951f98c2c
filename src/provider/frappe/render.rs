//! Benches and sites to the JSON documents that Frappe reads.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::desired::{Desired, Object, ObjectId, ObjectKind};
use crate::provider::render::{Artifact, directory};

/// The key under which our documents say whose they are and which of their keys are ours.
pub const MARK: &str = "tenantry";

/// `<host>/<bench's project>/{apps.txt,common_site_config.json,site_configs.json}`: the last holds every site's
/// `site_config.json` by directory, since a file a site would make a large fleet slow to write and to review. Secrets are
/// left out; the mark says which keys they are and where they come from.
#[must_use]
pub fn render(desired: &Desired) -> Vec<Artifact> {
    let mut files = Vec::new();
    let mut sites: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for (id, entry) in &desired.objects {
        let backend =
            entry.needs.iter().find(|need| need.kind == ObjectKind::Container && need.role == "backend");
        let Some(folder) = backend.and_then(|backend| directory(desired, backend)) else { continue };
        match &entry.object {
            Object::BenchConfig(bench) => {
                let mut config: Map<String, Value> = kept(&bench.config).collect();
                config.insert(MARK.to_owned(), mark(&desired.fleet, id, bench.config.keys(), &json!({})));
                files.push(document(format!("{folder}/common_site_config.json"), config));
                files.push(Artifact::text(format!("{folder}/apps.txt"), bench.apps.join("\n") + "\n"));
            }
            Object::Site(site) => {
                let mut config: Map<String, Value> = kept(&site.config).collect();
                config.insert("db_name".to_owned(), json!(site.database));
                config.insert("db_user".to_owned(), json!(site.database));
                config.insert("db_type".to_owned(), json!("mariadb"));
                if site.suspended {
                    config.insert("maintenance_mode".to_owned(), json!(1));
                    config.insert("pause_scheduler".to_owned(), json!(1));
                }
                let mut secrets: Map<String, Value> = site
                    .secret_config
                    .iter()
                    .map(|(key, secret)| (key.clone(), json!(secret.reference())))
                    .collect();
                secrets.insert("db_password".to_owned(), json!(site.database_password.reference()));
                let keys = site.config.keys().chain(site.secret_config.keys());
                config.insert(MARK.to_owned(), mark(&desired.fleet, id, keys, &Value::Object(secrets)));
                sites.entry(folder).or_default().insert(site.directory.clone(), Value::Object(config));
            }
            _ => {}
        }
    }
    files.extend(
        sites.into_iter().map(|(folder, sites)| document(format!("{folder}/site_configs.json"), sites)),
    );
    files
}

/// Keys that stay; `null` removes one.
fn kept(config: &BTreeMap<String, Value>) -> impl Iterator<Item = (String, Value)> + use<'_> {
    config.iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| (key.clone(), value.clone()))
}

/// What a document says about itself; `keys` are those that the fleet owns.
#[must_use]
pub fn mark<'k>(
    fleet: &str,
    id: &ObjectId,
    keys: impl IntoIterator<Item = &'k String>,
    secrets: &Value,
) -> Value {
    let mut keys: Vec<&String> = keys.into_iter().collect();
    keys.sort();
    json!({ "fleet": fleet, "identity": id.to_string(), "keys": keys, "secrets": secrets })
}

fn document(path: String, config: Map<String, Value>) -> Artifact {
    let mut text = serde_json::to_string_pretty(&Value::Object(config)).unwrap_or_default();
    text.push('\n');
    Artifact::text(path, text)
}
