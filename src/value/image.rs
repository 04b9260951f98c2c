//! Image references: `frappe/erpnext:v15.80.0`.

use super::invalid::{Form, Invalid, Json, Textual};
use super::name::text_type;

text_type! {
    /// An image as Docker names it: registry, path, tag, digest.
    Image
}

impl Textual for Image {
    const FORM: Form = Form {
        name: "an image",
        accepts: "what `docker pull` takes: `[registry/]path[:tag][@sha256:digest]`",
        example: "\"frappe/erpnext:v15.80.0\"",
        json: Json::Pattern(r"^\S+$"),
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::new("is empty"));
        }
        if text.len() > 255 {
            return Err(Invalid::new("has more than 255 characters"));
        }
        let (rest, digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
        if digest.is_some_and(|digest| !is_digest(digest)) {
            return Err(Invalid::new("has a digest that is not `sha256:` and 64 hexadecimal digits"));
        }
        let colon = rest.rfind(':').filter(|at| !rest[*at..].contains('/'));
        let (path, tag) = colon.map_or((rest, None), |at| (&rest[..at], Some(&rest[at + 1..])));
        if tag.is_some_and(|tag| !is_tag(tag)) {
            return Err(Invalid::new("has a tag that Docker does not accept"));
        }
        let (registry, path) = match path.split_once('/') {
            Some((first, path)) if first.contains(['.', ':']) || first == "localhost" => (Some(first), path),
            _ => (None, path),
        };
        if registry.is_some_and(|registry| !is_registry(registry)) {
            return Err(Invalid::new("has a registry that is not a host"));
        }
        if path.split('/').all(is_component) {
            return Ok(Self(text.to_owned()));
        }
        Err(if path.chars().any(|c| c.is_ascii_uppercase()) {
            Invalid::new("has upper-case letters in its path")
        } else {
            Invalid::new("has a path that Docker does not accept")
        })
    }
}

fn is_digest(digest: &str) -> bool {
    digest.strip_prefix("sha256:").is_some_and(|hex| {
        hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

fn is_tag(tag: &str) -> bool {
    tag.len() <= 128
        && tag.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
}

fn is_registry(registry: &str) -> bool {
    let (host, port) = registry.split_once(':').map_or((registry, None), |(host, port)| (host, Some(port)));
    port.is_none_or(|port| port.parse::<u16>().is_ok())
        && host.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
}

/// `[a-z0-9]+`, joined by `.`, `_`, `__` or hyphens.
fn is_component(component: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    component.starts_with(plain)
        && component.ends_with(plain)
        && component
            .split(plain)
            .filter(|mark| !mark.is_empty())
            .all(|mark| matches!(mark, "." | "_" | "__") || mark.bytes().all(|b| b == b'-'))
}
