//! Names of declarations: `v15-a`.

use super::invalid::{Form, Invalid, Json, Textual};

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// As it is written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
pub(super) use text_type;

text_type! {
    /// A name: lower-case letters, digits and inner hyphens, at most 40. Containers, volumes and networks carry it.
    Name
}

text_type! {
    /// A name that may have dots, for what becomes no physical name: `erp-15.80`.
    DottedName
}

const MOST: usize = 40;

impl Textual for Name {
    const FORM: Form = Form {
        name: "a name",
        accepts: "lower-case letters, digits and inner hyphens, at most 40 characters",
        example: "\"v15-a\"",
        json: Json::Pattern(r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$"),
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        label(text, MOST, "")?;
        Ok(Self(text.to_owned()))
    }
}

impl Textual for DottedName {
    const FORM: Form = Form {
        name: "a name",
        accepts: "lower-case letters, digits and inner hyphens and dots, at most 40 characters",
        example: "\"erp-15.80\"",
        json: Json::Pattern(r"^[a-z0-9]([a-z0-9.-]{0,38}[a-z0-9])?$"),
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        label(text, MOST, ".")?;
        Ok(Self(text.to_owned()))
    }
}

/// Checks `[a-z0-9]([a-z0-9-]*[a-z0-9])?`, with further characters that may stand inside.
pub(super) fn label(text: &str, most: usize, inner: &str) -> Result<(), Invalid> {
    if text.is_empty() {
        return Err(Invalid::new("is empty"));
    }
    let inside = |c: char| c == '-' || inner.contains(c);
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if let Some(bad) = text.chars().find(|c| !plain(*c) && !inside(*c)) {
        let meant: String =
            text.chars().map(|c| if c == '_' || c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect();
        let invalid = Invalid::new(if bad.is_ascii_uppercase() {
            "has upper-case letters".to_owned()
        } else {
            format!("has the character `{}`", super::shown(&bad.to_string()))
        });
        // What is as bad as before is no offer, and asking again would never end.
        return Err(if meant != text && label(&meant, most, inner).is_ok() {
            invalid.instead(meant)
        } else {
            invalid
        });
    }
    if text.starts_with(inside) || text.ends_with(inside) {
        return Err(Invalid::new("begins or ends with a mark"));
    }
    if !inner.is_empty() && text.contains("..") {
        return Err(Invalid::new("has two dots in a row"));
    }
    if text.len() > most {
        return Err(Invalid::new(format!("has {} characters", text.len())));
    }
    Ok(())
}
