//! An amount of money a period: `79 EUR/month`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::invalid::{Form, Invalid, Json, Textual};

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

impl Textual for Money {
    const FORM: Form = Form {
        name: "a price",
        accepts: "an amount, an ISO currency and a period: `79 EUR/month` or `948.50 USD/year`",
        example: "\"79 EUR/month\"",
        json: Json::Pattern(r"^ *[0-9]+(\.[0-9]{1,2})? +[A-Z]{3} */ *(month|year) *$"),
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        let (amount, period) = text.split_once('/').ok_or_else(|| Invalid::new("has no period"))?;
        let (amount, currency) =
            amount.trim().split_once(' ').ok_or_else(|| Invalid::new("has no currency"))?;
        let currency = currency.trim();
        if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_alphabetic()) {
            return Err(Invalid::new("has a currency that is not three letters"));
        }
        if currency.bytes().any(|b| b.is_ascii_lowercase()) {
            let meant = format!("{amount} {}/{}", currency.to_ascii_uppercase(), period.trim());
            return Err(Invalid::new("has a currency in lower case").instead(meant));
        }
        if !matches!(period.trim(), "month" | "year") {
            return Err(Invalid::new("has a period that is neither `month` nor `year`"));
        }
        let hundredths =
            hundredths(amount).ok_or_else(|| Invalid::new("has an amount that is not a number"))?;
        Ok(Self { hundredths, currency: currency.to_owned(), period: period.trim().to_owned() })
    }
}

/// At most two digits after the point; no sign.
fn hundredths(amount: &str) -> Option<i64> {
    let (units, rest) = amount.split_once('.').unwrap_or((amount, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(units) || !digits(rest) || rest.len() > 2 {
        return None;
    }
    units.parse::<i64>().ok()?.checked_mul(100)?.checked_add(format!("{rest:0<2}").parse().ok()?)
}
