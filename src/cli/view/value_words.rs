//! Values with something in them, in words: `***, mode 0444, uid 0, gid 999` instead of nested JSON.

use serde_json::{Map, Value};

use crate::desired::compare::is_masked;
use crate::desired::docker::Port;

/// One value on one line.
#[must_use]
pub fn words(value: &Value) -> String {
    if is_masked(value) {
        return "***".to_owned();
    }
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(is) => is.to_string(),
        Value::Number(n) => n.to_string(),
        Value::String(text) => string(text),
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(" "),
        Value::Object(object) => port(value).unwrap_or_else(|| fields(object)),
    }
}

/// A text as it is; a long one by its length, since its lines are shown where they differ.
fn string(text: &str) -> String {
    match text.lines().count() {
        0 => "\"\"".to_owned(),
        1 => text.trim_end_matches('\n').to_owned(),
        n => format!("{n} lines"),
    }
}

/// As `docker ps` shows it.
fn port(value: &Value) -> Option<String> {
    let port: Port = serde_json::from_value(value.clone()).ok()?;
    let ip = if port.host_ip.is_empty() { String::new() } else { format!("{}:", port.host_ip) };
    Some(format!("{ip}{}->{}/{}", port.host_port, port.container_port, port.protocol))
}

/// What is in it, what says most first.
fn fields(object: &Map<String, Value>) -> String {
    if object.is_empty() {
        return "empty".to_owned();
    }
    let mut told: Vec<(bool, String)> =
        object.iter().map(|(key, value)| (!is_telling(key), field(key, value))).collect();
    told.sort_by_key(|(later, _)| *later);
    told.into_iter().map(|(_, words)| words).collect::<Vec<_>>().join(", ")
}

/// Says what a thing is, so that its name would only be in the way.
fn is_telling(key: &str) -> bool {
    matches!(key, "content" | "volume")
}

fn field(key: &str, value: &Value) -> String {
    let name = key.replace('_', " ");
    match value {
        value if is_telling(key) => words(value),
        Value::Bool(true) => name,
        Value::Bool(false) => format!("not {name}"),
        Value::Null => format!("no {name}"),
        Value::Number(n) if key == "mode" => {
            format!("mode {}", n.as_u64().map_or_else(|| n.to_string(), mode))
        }
        Value::Object(inner) if inner.is_empty() => name,
        Value::Object(inner) if !is_masked(value) => format!("{name} ({})", fields(inner)),
        value => format!("{name} {}", words(value)),
    }
}

/// Permission bits, as `chmod` takes them.
#[must_use]
pub fn mode(bits: u64) -> String {
    format!("0{bits:03o}")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::words;

    #[test]
    fn nothing_nested_is_left() {
        let told = [
            (
                json!({"content": {"sealed": "***"}, "gid": 999, "mode": 288, "uid": 0}),
                "***, gid 999, mode 0440, uid 0",
            ),
            (
                json!({"content": "a\nb\n", "gid": 0, "mode": 292, "uid": 0}),
                "2 lines, gid 0, mode 0444, uid 0",
            ),
            (json!({"read_only": true, "volume": "f_sites"}), "f_sites, read only"),
            (
                json!({"entryPoints": ["web"], "rule": "Host(`a.b`)", "tls": {}, "priority": 3}),
                "entryPoints web, priority 3, rule Host(`a.b`), tls",
            ),
            (
                json!({"loadBalancer": {"servers": [{"url": "http://f:80"}]}}),
                "loadBalancer (servers url http://f:80)",
            ),
            (json!({"a": null, "b": false, "c": {"secret": "env:X"}}), "no a, not b, c (secret env:X)"),
            (
                json!([{"host_ip": "", "host_port": 80, "container_port": 8000, "protocol": "tcp"}]),
                "80->8000/tcp",
            ),
            (json!(["a", ""]), "a \"\""),
            (Value::Null, "none"),
            (json!({}), "empty"),
        ];
        for (value, expected) in told {
            assert_eq!(words(&value), expected, "{value}");
        }
    }
}
