//! What a change of the files means in money: revenue a month, by currency.
//!
//! A tenant pays the price of its plan, unless it is suspended: whoever is suspended is not counted on. A price a year
//! counts as a twelfth a month. Sums are exact; only what is printed is rounded, to the nearest hundredth.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::model::{Model, Tenant};
use crate::value::Money;

/// Months of a year, and so the parts that hundredths are counted in.
const MONTHS: i128 = 12;

/// The most currencies that are told.
pub const SHOWN: usize = 4;

/// An amount a month, in twelfths of a hundredth of the currency's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Monthly(i128);

impl Monthly {
    /// A price, whatever its period.
    #[must_use]
    pub fn of(price: &Money) -> Self {
        let hundredths = i128::from(price.hundredths);
        Self(if price.period == "year" { hundredths } else { hundredths * MONTHS })
    }

    /// Hundredths of the unit, rounded to the nearest; halves away from zero.
    #[must_use]
    pub const fn hundredths(self) -> i128 {
        let half = MONTHS / 2 * if self.0 < 0 { -1 } else { 1 };
        (self.0 + half) / MONTHS
    }

    /// `79`, `-12.50`.
    #[must_use]
    pub fn plain(self) -> String {
        let hundredths = self.hundredths();
        let sign = if hundredths < 0 { "-" } else { "" };
        let (units, rest) = (hundredths.abs() / 100, hundredths.abs() % 100);
        if rest == 0 { format!("{sign}{units}") } else { format!("{sign}{units}.{rest:02}") }
    }

    /// `+79`, `-12.50`.
    #[must_use]
    pub fn signed(self) -> String {
        let plain = self.plain();
        if plain.starts_with('-') { plain } else { format!("+{plain}") }
    }
}

impl Serialize for Monthly {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.plain())
    }
}

/// Amounts a month by currency. A currency that comes to nothing is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct Amounts(BTreeMap<String, Monthly>);

impl Amounts {
    /// The amounts, by currency.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Monthly)> {
        self.0.iter().map(|(currency, amount)| (currency.as_str(), *amount))
    }

    /// The amount in one currency.
    #[must_use]
    pub fn get(&self, currency: &str) -> Monthly {
        self.0.get(currency).copied().unwrap_or_default()
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a price as often as is said; a negative number takes it away.
    pub fn add(&mut self, price: Option<&Money>, times: i128) {
        if let Some(price) = price {
            self.put(&price.currency, Monthly(Monthly::of(price).0 * times));
        }
    }

    /// Adds other amounts.
    pub fn extend(&mut self, other: &Self) {
        for (currency, amount) in &other.0 {
            self.put(currency, *amount);
        }
    }

    /// What must be added to `before` to come to these.
    #[must_use]
    pub fn less(&self, before: &Self) -> Self {
        let mut difference = self.clone();
        for (currency, amount) in &before.0 {
            difference.put(currency, Monthly(-amount.0));
        }
        difference
    }

    fn put(&mut self, currency: &str, amount: Monthly) {
        let sum = Monthly(self.get(currency).0 + amount.0);
        if sum.0 == 0 {
            self.0.remove(currency);
        } else {
            self.0.insert(currency.to_owned(), sum);
        }
    }

    /// `+79 EUR/month, -12 USD/month`, of a few currencies; empty where nothing changes.
    #[must_use]
    pub fn signed(&self) -> String {
        let parts = self.iter().map(|(currency, amount)| format!("{} {currency}/month", amount.signed()));
        let mut parts: Vec<String> = parts.take(SHOWN).collect();
        if self.0.len() > SHOWN {
            parts.push(format!("and {} more currencies", self.0.len() - SHOWN));
        }
        parts.join(", ")
    }
}

/// What a tenant pays, if it does.
#[must_use]
pub fn pays<'m>(model: &'m Model, tenant: &Tenant) -> Option<&'m Money> {
    if tenant.suspended.is_some() {
        return None;
    }
    model.plans[tenant.plan.id].price.as_ref().map(|price| &price.value)
}

/// What all tenants pay together.
#[must_use]
pub fn revenue(model: &Model) -> Amounts {
    let mut amounts = Amounts::default();
    for (_, tenant) in model.tenants.iter() {
        amounts.add(pays(model, tenant), 1);
    }
    amounts
}

#[cfg(test)]
mod tests {
    use super::{Amounts, Monthly};
    use crate::value::{Money, Textual as _};

    fn price(text: &str) -> Money {
        Money::parse(text).unwrap()
    }

    #[test]
    fn a_year_is_twelve_months_and_only_what_is_printed_is_rounded() {
        assert_eq!(Monthly::of(&price("79 EUR/month")).plain(), "79");
        assert_eq!(Monthly::of(&price("948.50 EUR/year")).plain(), "79.04");
        assert_eq!(Monthly::of(&price("100 EUR/year")).plain(), "8.33");
        let mut twelve = Amounts::default();
        twelve.add(Some(&price("100 EUR/year")), 12);
        assert_eq!(twelve.signed(), "+100 EUR/month", "not 12 times 8.33");
    }

    #[test]
    fn halves_go_away_from_zero_on_both_sides() {
        // 0.06 a year is half a hundredth a month.
        assert_eq!(Monthly::of(&price("0.06 EUR/year")).plain(), "0.01");
        let mut less = Amounts::default();
        less.add(Some(&price("0.06 EUR/year")), -1);
        assert_eq!(less.signed(), "-0.01 EUR/month");
        // Less than half is nothing, and nothing has no minus.
        let mut none = Amounts::default();
        none.add(Some(&price("0.05 EUR/year")), -1);
        assert_eq!(none.get("EUR").plain(), "0");
    }

    #[test]
    fn currencies_are_never_added_up_and_vanish_where_they_come_to_nothing() {
        let mut before = Amounts::default();
        before.add(Some(&price("79 EUR/month")), 2);
        before.add(Some(&price("10 USD/month")), 1);
        let mut after = Amounts::default();
        after.add(Some(&price("79 EUR/month")), 3);
        after.add(Some(&price("10 USD/month")), 1);
        after.add(Some(&price("5.50 CHF/month")), 1);
        after.add(None, 1);
        assert_eq!(after.less(&before).signed(), "+5.50 CHF/month, +79 EUR/month");
        assert_eq!(before.less(&after).signed(), "-5.50 CHF/month, -79 EUR/month");
        assert!(before.less(&before).is_empty());
    }

    #[test]
    fn the_largest_price_for_many_does_not_overflow() {
        let mut amounts = Amounts::default();
        amounts.add(Some(&price("92233720368547758 EUR/month")), 100_000_000);
        assert_eq!(amounts.signed(), "+9223372036854775800000000 EUR/month");
    }
}
