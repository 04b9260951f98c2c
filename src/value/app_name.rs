//! Names of Frappe apps: `erpnext`, `print_designer`.

use super::invalid::{Form, Invalid, Json, Textual};
use super::name::text_type;

text_type! {
    /// The name of an app: a Python module.
    AppName
}

impl Textual for AppName {
    const FORM: Form = Form {
        name: "the name of an app",
        accepts: "lower-case letters, digits and `_`, as Python names the module",
        example: "\"erpnext\"",
        json: Json::Pattern(r"^[a-z_][a-z0-9_]*$"),
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        let plain = |c: char| c.is_ascii_lowercase() || c == '_';
        let good = |text: &str| {
            text.starts_with(plain)
                && text.chars().all(|c| plain(c) || c.is_ascii_digit())
                && text.len() <= 60
        };
        if good(text) {
            return Ok(Self(text.to_owned()));
        }
        let invalid = Invalid::new(match text.chars().find(|c| !plain(*c) && !c.is_ascii_digit()) {
            Some(c) => format!("has the character `{}`", super::shown(&c.to_string())),
            None if text.is_empty() => "is empty".to_owned(),
            None if text.len() > 60 => "has more than 60 characters".to_owned(),
            None => "begins with a digit".to_owned(),
        });
        let meant = text.to_ascii_lowercase().replace(['-', ' '], "_");
        Err(if good(&meant) { invalid.instead(meant) } else { invalid })
    }
}
