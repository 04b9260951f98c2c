//! Files in containers as compose has them: `configs: content` and `secrets: environment`, which it injects by archive,
//! without a mount, as the driver does.

use crate::desired::content::{Content, Part};
use crate::desired::docker::{Container, File};
use crate::provider::yaml::Yaml;
use crate::world::secret::SecretRef;

/// Definitions of one kind, by name.
pub(super) type Section = Vec<(String, Yaml)>;

/// The two top-level sections of a project, `configs` and `secrets`. A definition is called after service and path.
pub(super) fn definitions(containers: &[&Container]) -> (Section, Section) {
    let (mut configs, mut secrets) = (Vec::new(), Vec::new());
    for container in containers {
        for (path, file) in &container.files {
            let key = key(container, path);
            match whole_secret(file) {
                Some(secret) => secrets.push((key, Yaml::map([("environment", variable(secret).into())]))),
                None => configs.push((key, Yaml::map([("content", content(&file.content).into())]))),
            }
        }
    }
    (configs, secrets)
}

/// What a service uses of them.
pub(super) fn uses(container: &Container) -> (Yaml, Yaml) {
    let (mut configs, mut secrets) = (Vec::new(), Vec::new());
    for (path, file) in &container.files {
        let entry = Yaml::map([
            ("source", key(container, path).into()),
            ("target", path.as_str().into()),
            ("uid", file.uid.to_string().into()),
            ("gid", file.gid.to_string().into()),
            ("mode", format!("{:04o}", file.mode).into()),
        ]);
        if whole_secret(file).is_some() { secrets.push(entry) } else { configs.push(entry) }
    }
    (Yaml::List(configs), Yaml::List(secrets))
}

fn key(container: &Container, path: &str) -> String {
    let path: String =
        path.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect();
    format!("{}{path}", container.service)
}

/// The secret that is all there is to a file.
fn whole_secret(file: &File) -> Option<&SecretRef> {
    match &file.content {
        Content::Secret(parts) => match parts.as_slice() {
            [Part::Secret(secret)] => Some(secret),
            _ => None,
        },
        _ => None,
    }
}

/// Text with secrets in it takes them from variables, too.
fn content(content: &Content) -> String {
    match content {
        Content::Text(text) => literal(text.clone()),
        Content::Secret(parts) => parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => literal(text.clone()),
                Part::Secret(secret) => format!("${{{}:?}}", variable(secret)),
            })
            .collect(),
        // Only observed content is sealed; there is nothing to write.
        Content::Sealed(_) | Content::Unopened(_) => String::new(),
    }
}

/// The secrets in a container's files.
pub(super) fn secrets(container: &Container) -> impl Iterator<Item = &SecretRef> {
    let parts = container.files.values().flat_map(|file| match &file.content {
        Content::Secret(parts) => parts.as_slice(),
        _ => &[],
    });
    parts.filter_map(|part| match part {
        Part::Secret(secret) => Some(secret),
        Part::Text(_) => None,
    })
}

/// The variable that compose reads a secret from: the fleet's own, or `TENANTRY_…` after the reference.
pub(super) fn variable(secret: &SecretRef) -> String {
    let from = match secret {
        SecretRef::Env(name) => return name.clone(),
        SecretRef::File(path) => format!("file_{}", path.trim_start_matches('/')),
        SecretRef::OneTime { purpose, identity } => format!("one_time_{purpose}_{identity}"),
        SecretRef::Derived { purpose, identity, generation } => format!("{purpose}_{identity}_{generation}"),
    };
    let name: String =
        from.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    format!("TENANTRY_{name}")
}

/// Text that compose takes as it is.
pub(super) fn literal(text: String) -> String {
    if text.contains('$') { text.replace('$', "$$") } else { text }
}
