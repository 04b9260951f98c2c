//! The id that physical names begin with: `acme`.

use super::invalid::{Form, Invalid, Json, Textual};
use super::name::text_type;

text_type! {
    /// A fleet's id: short, since Docker, MariaDB and DNS limit what begins with it.
    FleetId
}

impl Textual for FleetId {
    const FORM: Form = Form {
        name: "a fleet's id",
        accepts: "a letter, then lower-case letters and digits, at most 12",
        example: "\"acme\"",
        json: Json::Pattern(r"^[a-z][a-z0-9]{0,11}$"),
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        if text.len() > 12 {
            return Err(Invalid::new("has more than 12 characters"));
        }
        if !text.starts_with(|c: char| c.is_ascii_lowercase()) {
            return Err(Invalid::new("does not begin with a lower-case letter"));
        }
        match text.chars().find(|c| !c.is_ascii_lowercase() && !c.is_ascii_digit()) {
            Some(c) => Err(Invalid::new(format!("has the character `{}`", super::shown(&c.to_string())))),
            None => Ok(Self(text.to_owned())),
        }
    }
}
