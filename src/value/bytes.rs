//! Amounts of bytes: `2GiB`.

use std::fmt;

use super::invalid::{Form, Invalid, Json, Textual};

/// An amount of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bytes(pub u64);

const BINARY: [(&str, u64); 4] = [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
const DECIMAL: [(&str, u64); 4] =
    [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];

impl Bytes {
    /// So many bytes in words, for people: `1.9 GB`.
    #[must_use]
    pub fn about(bytes: u64) -> String {
        let Some((unit, size)) = DECIMAL.iter().find(|(_, size)| bytes >= *size) else {
            return format!("{bytes} B");
        };
        let tenths = bytes / (size / 10);
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = BINARY.iter().chain(&DECIMAL).find(|(_, size)| self.0 > 0 && self.0.is_multiple_of(*size));
        match unit {
            Some((unit, size)) => write!(f, "{}{unit}", self.0 / size),
            None => write!(f, "{}B", self.0),
        }
    }
}

impl Textual for Bytes {
    const FORM: Form = Form {
        name: "an amount of bytes",
        accepts: "a whole number and a unit: KiB, MiB, GiB, TiB (1024) or kB, MB, GB, TB (1000)",
        example: "\"2GiB\"",
        json: Json::Pattern(r"^[0-9]+ *(KiB|MiB|GiB|TiB|kB|MB|GB|TB|B)$"),
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = (&text[..split], text[split..].trim_start());
        if number.is_empty() {
            return Err(Invalid::new("does not begin with a number"));
        }
        let number: u64 = number.parse().map_err(|_| Invalid::new("is too large"))?;
        if unit.is_empty() {
            return Err(Invalid::new("has no unit").instead(Self(number).to_string()));
        }
        let size = BINARY.iter().chain(&DECIMAL).chain(&[("B", 1)]).find(|(name, _)| *name == unit);
        match size {
            Some((_, size)) => {
                number.checked_mul(*size).map(Self).ok_or_else(|| Invalid::new("is too large"))
            }
            None => Err(unknown_unit(number, unit)),
        }
    }

    fn offer(number: i128) -> Option<String> {
        u64::try_from(number).ok().map(|number| Self(number).to_string())
    }
}

fn unknown_unit(number: u64, unit: &str) -> Invalid {
    let invalid = Invalid::new(format!("has the unknown unit `{}`", super::shown(unit)));
    let spelled = BINARY.iter().chain(&DECIMAL).find(|(name, _)| name.eq_ignore_ascii_case(unit));
    // `G` and `Gi`, as engines and Kubernetes have them.
    let short = |name: &str| {
        let first = name[..1].eq_ignore_ascii_case(unit);
        first || name[..2].eq_ignore_ascii_case(unit)
    };
    let meant = spelled.or_else(|| BINARY.iter().find(|(name, _)| short(name)));
    match meant {
        Some((name, _)) if unit.is_ascii() => invalid.instead(format!("{number}{name}")),
        _ => invalid,
    }
}
