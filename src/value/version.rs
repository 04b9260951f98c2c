//! Versions: `15.80.0`, `10.11`.

use super::invalid::{Form, Invalid, Json, Textual};
use super::name::text_type;

text_type! {
    /// A version: numbers with dots between, perhaps a suffix. Text, since the number 10.10 is the number 10.1.
    Version
}

impl Textual for Version {
    const FORM: Form = Form {
        name: "a version",
        accepts: "numbers with dots between, as text: `10.10` is not `10.1`",
        example: "\"10.11\"",
        json: Json::Pattern(r"^[0-9]+(\.[0-9]+)*(-[A-Za-z0-9.-]+)?$"),
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        if text.len() > 40 {
            return Err(Invalid::new("has more than 40 characters"));
        }
        if let Some(rest) = text.strip_prefix(['v', 'V']).filter(|rest| Self::parse(rest).is_ok()) {
            return Err(Invalid::new("begins with a letter").instead(rest));
        }
        let (numbers, suffix) = text.split_once('-').map_or((text, None), |(n, s)| (n, Some(s)));
        let good =
            numbers.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
                && suffix.is_none_or(|s| {
                    !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b))
                });
        if good { Ok(Self(text.to_owned())) } else { Err(Invalid::new("is not made of numbers and dots")) }
    }
}

/// Whether a version is one that was declared: its first numbers are the declared ones. `15.80` covers `15.80.3`, and
/// not `15.8` or `15.801`.
#[must_use]
pub fn covers(declared: &str, found: &str) -> bool {
    found.strip_prefix(declared).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_first_numbers_stand_for_all_that_begin_with_them() {
        for (declared, found) in
            [("15", "15.105.0"), ("15.80", "15.80.3"), ("15.80.0", "15.80.0"), ("16", "16-dev")]
        {
            assert!(super::covers(declared, found), "{declared} {found}");
        }
        for (declared, found) in [("15.8", "15.80.0"), ("15.80.0", "15.80"), ("1", "15.80.0"), ("15", "")] {
            assert!(!super::covers(declared, found), "{declared} {found}");
        }
    }
}
