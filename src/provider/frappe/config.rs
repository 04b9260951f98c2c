//! Our keys of a site's `site_config.json`.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

use crate::diag::{Code, Diagnostic};
use crate::model::{Bench, ConfigValue, Edge, Site};
use crate::provider::lower::Lowering;
use crate::world::secret::SecretRef;

/// The keys, those that are secrets apart. What a fleet declares wins over what is computed.
pub fn of(
    to: &mut Lowering<'_>,
    bench: &Bench,
    site: &Site,
) -> (BTreeMap<String, Value>, BTreeMap<String, SecretRef>) {
    let edge = to.model.edges.iter().map(|(_, edge)| edge).find(|edge| edge.host.id == bench.host.id);
    let mut config: BTreeMap<String, Value> =
        edge.map(|edge| ("host_name".to_owned(), Value::from(url(edge, site)))).into_iter().collect();
    let mut secrets = BTreeMap::new();
    for (key, layered) in &site.config {
        if let ConfigValue::Secret(reference) = &layered.value {
            config.remove(&key.value);
            secrets.insert(key.value.clone(), reference.clone());
            continue;
        }
        match json(&layered.value) {
            Ok(value) => {
                config.insert(key.value.clone(), value);
            }
            Err(why) => to.diagnostics.push(
                Diagnostic::error(
                    Code::LOWER_CONFIG_VALUE,
                    format!("`{}` cannot be written to site_config.json", key.value),
                )
                .at(layered.span.unwrap_or(key.span), why)
                .help(match why {
                    SECRET => "make the whole key one secret that holds its JSON, or split it",
                    _ => "write a number that JSON has",
                }),
            ),
        }
    }
    (config, secrets)
}

/// Where visitors find the site: the primary domain, else the site's own name.
fn url(edge: &Edge, site: &Site) -> String {
    let primary = site.domains.iter().find(|domain| domain.primary);
    let name = primary.map_or(site.host_name.as_str(), |domain| &domain.name.value);
    match &edge.https {
        Some(https) if https.value == 443 => format!("https://{name}"),
        Some(https) => format!("https://{name}:{}", https.value),
        None if edge.http.value == 80 => format!("http://{name}"),
        None => format!("http://{name}:{}", edge.http.value),
    }
}

const SECRET: &str = "a secret inside a map or list";
const NUMBER: &str = "not a finite number";

fn json(value: &ConfigValue) -> Result<Value, &'static str> {
    Ok(match value {
        ConfigValue::String(text) => Value::from(text.as_str()),
        ConfigValue::Integer(number) => Value::from(*number),
        ConfigValue::Float(number) => Number::from_f64(*number).map(Value::Number).ok_or(NUMBER)?,
        ConfigValue::Bool(value) => Value::from(*value),
        ConfigValue::Remove => Value::Null,
        ConfigValue::Secret(_) => return Err(SECRET),
        ConfigValue::Map(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                map.insert(key.clone(), json(value)?);
            }
            Value::Object(map)
        }
        ConfigValue::List(items) => Value::Array(items.iter().map(json).collect::<Result<_, _>>()?),
    })
}
