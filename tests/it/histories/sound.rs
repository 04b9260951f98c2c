//! What must hold of every world after every apply, whatever was there before.

use std::collections::BTreeSet;

use serde_json::Value;
use tenantry::sandbox::Sandbox;

use super::kept::Kept;

/// No name leads to two places, and what holds data is in nobody else's containers.
pub(super) fn check(kept: &Kept) -> Result<(), String> {
    let full = kept.full();
    let mut routed = 0;
    for (host, path) in kept.files() {
        let world = Sandbox::file(&path).state().map_err(|error| error.message)?;
        let mut seen = BTreeSet::new();
        for (name, volume) in world.volumes.iter().filter(|(name, _)| name.ends_with("_dynamic")) {
            // In the world's file routes are files, as they are on a real host.
            let written = serde_json::to_value(volume).map_err(|error| error.to_string())?;
            let files = written["thing"]["files"].as_object().into_iter().flatten();
            for (file, text) in files.map(|(path, file)| (path, &file["content"]["text"])) {
                for domain in domains(text) {
                    if !seen.insert(domain.clone()) {
                        return Err(format!("{host}: {domain} is routed twice ({name}/{file})"));
                    }
                }
            }
        }
        for container in world.containers.values() {
            let identity = container.mark.as_ref().map_or("", |mark| &mark.identity);
            for mount in container.thing.container.volumes.values() {
                let whose = full.get(&(host.as_str(), mount.volume.as_str()));
                if whose.is_some_and(|mark| of(mark) != of(identity)) {
                    return Err(format!("{host}: {identity} has {} of {whose:?}", mount.volume));
                }
            }
        }
        routed += seen.len();
    }
    if routed == 0 && kept.count().1 > 0 {
        return Err("there are sites, and nothing is routed".to_owned());
    }
    Ok(())
}

/// Names in the rules of a file of routes, each with the entry point at which it leads somewhere.
fn domains(text: &Value) -> Vec<String> {
    let file: Value = serde_json::from_str(text.as_str().unwrap_or_default()).unwrap_or_default();
    let routers = file["http"]["routers"].as_object().into_iter().flatten().map(|(_, router)| router);
    let names = routers.flat_map(|router| {
        let rule = router["rule"].as_str().unwrap_or_default();
        let parts = rule.split("Host(`").skip(1).map(|part| part.split('`').next().unwrap_or_default());
        parts.map(|name| format!("{name} at {}", router["entryPoints"])).collect::<Vec<_>>()
    });
    names.collect()
}

fn of(mark: &str) -> &str {
    mark.split('/').next().unwrap_or_default()
}
