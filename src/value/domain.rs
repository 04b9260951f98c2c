//! Domain names: `erp.globex.example`.

use super::invalid::{Form, Invalid, Json, Textual};
use super::name::{Name, text_type};

text_type! {
    /// A domain of at least two labels: lower case, punycode, no wildcard.
    Domain
}

text_type! {
    /// A site's name: a plain name, or a whole domain when it has a dot.
    SiteName
}

impl Textual for Domain {
    const FORM: Form = Form {
        name: "a domain",
        accepts: "lower-case labels with dots between, e.g. `erp.globex.example`; other scripts as punycode (`xn--…`), no wildcard",
        example: "\"erp.globex.example\"",
        json: Json::Pattern(r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?$"),
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        if text.contains('*') {
            return Err(Invalid::new("has a wildcard"));
        }
        if text.len() > 253 {
            return Err(Invalid::new("has more than 253 characters"));
        }
        if let Some(rest) = text.strip_suffix('.').filter(|rest| Self::parse(rest).is_ok()) {
            return Err(Invalid::new("ends with a dot").instead(rest));
        }
        if let Some(rest) = text.split_once("://").map(|(_, rest)| rest.trim_end_matches('/')) {
            let invalid = Invalid::new("is a URL");
            return Err(if Self::parse(rest).is_ok() { invalid.instead(rest) } else { invalid });
        }
        if text.chars().any(|c| c.is_ascii_uppercase()) {
            let lower = text.to_ascii_lowercase();
            let invalid = Invalid::new("has upper-case letters");
            return Err(if Self::parse(&lower).is_ok() { invalid.instead(lower) } else { invalid });
        }
        if !text.is_ascii() && !text.chars().any(super::invalid::invisible) {
            let invalid = Invalid::new("has letters outside ASCII; write its punycode form");
            let punycode = idna::domain_to_ascii(text).ok().filter(|name| Self::parse(name).is_ok());
            return Err(match punycode {
                Some(name) => invalid.instead(name),
                None => invalid,
            });
        }
        let labels: Vec<&str> = text.split('.').collect();
        for label in &labels {
            if label.is_empty() {
                return Err(Invalid::new("has an empty label"));
            }
            super::name::label(label, 63, "").map_err(|invalid| Invalid::new(invalid.why))?;
        }
        match labels.as_slice() {
            [_] => Err(Invalid::new("has no dot")),
            [.., last] if last.bytes().all(|b| b.is_ascii_digit()) => {
                Err(Invalid::new("is a number, not a domain"))
            }
            _ => Ok(Self(text.to_owned())),
        }
    }
}

impl Textual for SiteName {
    const FORM: Form = Form {
        name: "a site's name",
        accepts: "a name (`globex`, answered below the fleet's `sites-under`) or a whole domain (`erp.globex.example`)",
        example: "\"globex\"",
        json: Json::Pattern(r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$"),
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        if text.contains('.') {
            Domain::parse(text).map(|d| Self(d.0))
        } else {
            Name::parse(text).map(|n| Self(n.into()))
        }
    }
}
