//! Processors: `1.5`.

use std::fmt;

use super::invalid::{Form, Invalid, Json, Textual};

/// Processors in billionths, as Docker counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NanoCpus(pub u64);

const ONE: u64 = 1_000_000_000;

impl fmt::Display for NanoCpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fraction = format!("{:09}", self.0 % ONE);
        let fraction = fraction.trim_end_matches('0');
        if fraction.is_empty() {
            write!(f, "{}", self.0 / ONE)
        } else {
            write!(f, "{}.{fraction}", self.0 / ONE)
        }
    }
}

impl Textual for NanoCpus {
    const FORM: Form = Form {
        name: "a number of processors",
        accepts: "a number above zero, with at most nine digits after the point",
        example: "1.5",
        json: Json::AboveZero,
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || text.ends_with('.') {
            return Err(Invalid::new("is not a number"));
        }
        if fraction.len() > 9 {
            return Err(Invalid::new("has more than nine digits after the point"));
        }
        let nano = whole.parse::<u64>().ok().and_then(|whole| {
            let part: u64 = format!("{fraction:0<9}").parse().ok()?;
            whole.checked_mul(ONE)?.checked_add(part)
        });
        match nano {
            Some(0) => Err(Invalid::new("is zero")),
            Some(nano) if nano <= 4096 * ONE => Ok(Self(nano)),
            _ => Err(Invalid::new("is more than any machine has")),
        }
    }

    fn from_number(written: &str) -> Option<String> {
        Some(written.to_owned())
    }
}
