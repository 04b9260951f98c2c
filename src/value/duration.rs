//! Lengths of time: `300s`, `6h`.

use std::fmt;

use super::invalid::{Form, Invalid, Json, Textual};

/// A length of time in whole seconds, at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seconds(pub u64);

const UNITS: [(&str, u64); 4] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, size) =
            UNITS.iter().find(|(_, size)| self.0.is_multiple_of(*size)).copied().unwrap_or(("s", 1));
        write!(f, "{}{unit}", self.0 / size)
    }
}

impl Textual for Seconds {
    const FORM: Form = Form {
        name: "a duration",
        accepts: "a whole number and one unit: s, m, h or d",
        example: "\"6h\"",
        json: Json::Pattern(r"^[0-9]+[smhd]$"),
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = (&text[..split], &text[split..]);
        if number.is_empty() {
            return Err(Invalid::new("does not begin with a number"));
        }
        let number: u64 = number.parse().map_err(|_| Invalid::new("is too large"))?;
        if number == 0 {
            return Err(Invalid::new("is zero"));
        }
        if unit.is_empty() {
            return Err(Invalid::new("has no unit").instead(format!("{number}s")));
        }
        match UNITS.iter().find(|(name, _)| *name == unit) {
            Some((_, size)) => {
                number.checked_mul(*size).map(Self).ok_or_else(|| Invalid::new("is too large"))
            }
            None => Err(Invalid::new(format!("has the unknown unit `{}`", super::shown(unit)))),
        }
    }

    fn offer(number: i128) -> Option<String> {
        (number > 0).then(|| format!("{number}s"))
    }
}
