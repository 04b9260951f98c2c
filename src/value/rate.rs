//! Rates of requests: `20/s`.

use std::fmt;

use super::invalid::{Form, Invalid, Json, Textual};

/// How many in how many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub average: u64,
    /// In how many seconds.
    pub period: u64,
}

const PERIODS: [(&str, u64); 3] = [("s", 1), ("m", 60), ("h", 3_600)];

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match PERIODS.iter().find(|(_, seconds)| *seconds == self.period) {
            Some((unit, _)) => write!(f, "{}/{unit}", self.average),
            None => write!(f, "{}/{}s", self.average, self.period),
        }
    }
}

impl Textual for Rate {
    const FORM: Form = Form {
        name: "a rate",
        accepts: "a whole number and a period: `/s`, `/m` or `/h`",
        example: "\"20/s\"",
        json: Json::Pattern(r"^ *[0-9]+ */ *[smh] *$"),
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        let Some((number, unit)) = text.split_once('/') else {
            let invalid = Invalid::new("has no period");
            return Err(match text.trim().parse::<u64>() {
                Ok(number) if number > 0 => invalid.instead(format!("{number}/s")),
                _ => invalid,
            });
        };
        let average = match number.trim().parse::<u64>() {
            Ok(0) => return Err(Invalid::new("is zero, which would refuse every request")),
            Ok(number) if i64::try_from(number).is_ok() => number,
            _ => return Err(Invalid::new("does not begin with a whole number")),
        };
        match PERIODS.iter().find(|(name, _)| *name == unit.trim()) {
            Some((_, period)) => Ok(Self { average, period: *period }),
            None => Err(Invalid::new(format!("has the unknown period `{}`", super::shown(unit)))),
        }
    }

    fn offer(number: i128) -> Option<String> {
        (number > 0).then(|| format!("{number}/s"))
    }
}
