//! E-mail addresses: `it@globex.example`.

use super::domain::Domain;
use super::invalid::{Form, Invalid, Json, Textual};
use super::name::text_type;

text_type! {
    /// An e-mail address: unquoted, at a domain.
    Email
}

impl Textual for Email {
    const FORM: Form = Form {
        name: "an e-mail address",
        accepts: "`someone@a.domain`",
        example: "\"it@globex.example\"",
        json: Json::Pattern(r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        let Some((local, domain)) = text.rsplit_once('@') else {
            return Err(Invalid::new("has no `@`"));
        };
        let good = |b: u8| b.is_ascii_alphanumeric() || b".!#%&*+/=?^_~-".contains(&b);
        let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
        if local.is_empty() || local.len() > 64 || dots || !local.bytes().all(good) {
            return Err(Invalid::new("has a bad part before the `@`"));
        }
        Domain::parse(&domain.to_ascii_lowercase())
            .map_err(|invalid| Invalid::new(format!("has a bad domain: it {}", invalid.why)))?;
        Ok(Self(text.to_owned()))
    }
}
