//! Benches and sites to the JSON documents that Frappe reads.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::mark::{MARK, Mark};
use crate::desired::{Desired, Object, ObjectKind};
use crate::provider::render::{Artifact, directory};

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
                let keys = bench.config.keys().cloned().collect();
                let mark = Mark { keys, image: bench.image.clone(), ..Mark::new(&desired.fleet, id) };
                config.insert(MARK.to_owned(), mark.value());
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
                let secrets = site.secret_config.iter();
                let mut secrets: BTreeMap<String, String> =
                    secrets.map(|(key, secret)| (key.clone(), secret.reference())).collect();
                secrets.insert("db_password".to_owned(), site.database_password.reference());
                let mark = Mark {
                    keys: site.config.keys().chain(site.secret_config.keys()).cloned().collect(),
                    secrets,
                    tenant: site.tenant.clone(),
                    installed: site.apps.iter().cloned().collect(),
                    ..Mark::new(&desired.fleet, id)
                };
                config.insert(MARK.to_owned(), mark.value());
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

fn document(path: String, config: Map<String, Value>) -> Artifact {
    let mut text = serde_json::to_string_pretty(&Value::Object(config)).unwrap_or_default();
    text.push('\n');
    Artifact::text(path, text)
}
