//! An amount of money a period: `79 EUR/month`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A price. Amounts are whole hundredths, never binary fractions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Hundredths of the currency's unit.
    pub hundredths: i64,
    /// ISO 4217 code, upper case.
    pub currency: String,
    /// `month` or `year`.
    pub period: String,
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (units, rest) = (self.hundredths / 100, self.hundredths % 100);
        if rest == 0 {
            write!(f, "{units} {}/{}", self.currency, self.period)
        } else {
            write!(f, "{units}.{rest:02} {}/{}", self.currency, self.period)
        }
    }
}
