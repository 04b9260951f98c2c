//! What somebody does to a container or network behind our back, through the engine's API.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::fleet::Fleet;

/// One request to the local engine.
pub fn engine(method: &str, path: &str, body: &Value) -> Value {
    let mut child = Command::new("curl")
        .args(["-sS", "--unix-socket", "/var/run/docker.sock", "-X", method])
        .args(["-H", "Content-Type: application/json", "--data-binary", "@-"])
        .arg(format!("http://docker/v1.41{path}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(body.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
}

/// Makes a container anew under the same marks and name, with something different: what the engine cannot change in place.
pub fn recreate(fleet: &Fleet, name: &str, change: impl FnOnce(&mut Value)) {
    let mut seen: Value = serde_json::from_str(&fleet.ask(&["inspect", name])).unwrap();
    let seen = seen[0].take();
    let networks = seen["NetworkSettings"]["Networks"].as_object().unwrap().clone();
    let mut body = seen["Config"].clone();
    body["HostConfig"] = seen["HostConfig"].clone();
    body["HostConfig"]["NetworkMode"] = json!(networks.keys().next().unwrap());
    // An inspected container names its anonymous volumes; made anew it gets new ones.
    body["Hostname"] = json!("");
    change(&mut body);
    fleet.ask(&["rm", "-fv", name]);
    let made = engine("POST", &format!("/containers/create?name={name}"), &body);
    let id = made["Id"].as_str().unwrap_or_else(|| panic!("create: {made}")).to_owned();
    let first = networks.keys().next().unwrap();
    fleet.ask(&["network", "disconnect", first, &id]);
    for (network, endpoint) in &networks {
        let mut arguments = vec!["network".to_owned(), "connect".to_owned()];
        for alias in endpoint["Aliases"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            // The engine adds the container's short id by itself.
            if !seen["Id"].as_str().unwrap().starts_with(alias) {
                arguments.extend(["--alias".to_owned(), alias.to_owned()]);
            }
        }
        arguments.extend([network.clone(), id.clone()]);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        fleet.ask(&arguments);
    }
    fleet.ask(&["start", &id]);
}

/// Makes a network anew under the same marks, with other fields, and puts everybody on it again.
pub fn remake_network(fleet: &Fleet, name: &str, change: impl FnOnce(&mut Value)) {
    let mut seen: Value = serde_json::from_str(&fleet.ask(&["network", "inspect", name])).unwrap();
    let seen = seen[0].take();
    let mut on = Vec::new();
    for id in seen["Containers"].as_object().unwrap().keys() {
        let aliases: Value = serde_json::from_str(&fleet.ask(&[
            "inspect",
            "-f",
            &format!("{{{{json (index .NetworkSettings.Networks \"{name}\").Aliases}}}}"),
            id,
        ]))
        .unwrap();
        on.push((id.clone(), aliases));
        fleet.ask(&["network", "disconnect", name, id]);
    }
    fleet.ask(&["network", "rm", name]);
    let mut body = json!({
        "Name": name,
        "CheckDuplicate": true,
        "Driver": seen["Driver"],
        "Internal": seen["Internal"],
        "Labels": seen["Labels"],
    });
    change(&mut body);
    let made = engine("POST", "/networks/create", &body);
    let network = made["Id"].as_str().unwrap_or_else(|| panic!("create: {made}")).to_owned();
    for (id, aliases) in on {
        let aliases: Vec<Value> = aliases
            .as_array()
            .into_iter()
            .flatten()
            .filter(|alias| !id.starts_with(alias.as_str().unwrap()))
            .cloned()
            .collect();
        engine(
            "POST",
            &format!("/networks/{network}/connect"),
            &json!({"Container": id, "EndpointConfig": {"Aliases": aliases}}),
        );
    }
}
