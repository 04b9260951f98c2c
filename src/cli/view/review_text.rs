//! A review for people: who and what first, then the objects, then what it comes to.

use super::news_words::{below, head, place, spoken};
use super::output::Output;
use super::plan_text;
use super::table::count;
use crate::diag::printable;
use crate::diag::{Code, Diagnostic};
use crate::plan::Plan;
use crate::plan::told::refusals;
use crate::review::money::{Monthly, SHOWN};
use crate::review::{News, Review};

/// Refusals of one code that are told in full.
const TOLD: usize = 3;

/// The whole review, but for its diagnostics.
#[must_use]
pub fn review(review: &Review, output: Output) -> String {
    if review.is_empty() {
        return format!("{}{}\n", plan_text::asides(&review.plan, output), nothing(review));
    }
    let mut text: String = review.news.iter().map(|one| news(one, output)).collect();
    if !review.news.is_empty() {
        text.push('\n');
    }
    for block in plan_text::blocks(&review.plan, output) {
        text.push_str(&block.text);
        text.push('\n');
    }
    text.push_str(&plan_text::asides(&review.plan, output));
    for line in money(review) {
        text.push_str(&format!("{line}\n"));
    }
    text.push_str(&plan_text::closing(&review.plan));
    text
}

/// `No changes. Compared 2 tenants, 2 sites, 36 objects.`
#[must_use]
pub fn nothing(review: &Review) -> String {
    let (tenants, sites, objects) = review.compared;
    let (tenants, sites, objects) =
        (count(tenants, "tenant"), count(sites, "site"), count(objects, "object"));
    format!("No changes. Compared {tenants}, {sites}, {objects}.")
}

fn news(one: &News, output: Output) -> String {
    let parts: Vec<String> = head(one).iter().map(|part| spoken(part, printable)).collect();
    let place = place(one).map(|place| output.paint(1, &spoken(&place, printable)));
    let mut text = format!("{}  {}\n", place.unwrap_or_default(), parts.join(" · "));
    for line in below(one) {
        text.push_str(&format!("    {}\n", spoken(&line, printable)));
    }
    text
}

/// `Revenue: +79 EUR/month (1200 → 1279)`, a currency a line.
#[must_use]
pub fn money(review: &Review) -> Vec<String> {
    let (before, after) = &review.revenue;
    let line = |(currency, amount): (&str, Monthly)| {
        let (before, after) = (before.get(currency).plain(), after.get(currency).plain());
        format!("Revenue: {} {currency}/month ({before} → {after})", amount.signed())
    };
    let money = review.money();
    let mut lines: Vec<String> = money.iter().take(SHOWN).map(line).collect();
    let more = money.iter().count().saturating_sub(SHOWN);
    if more > 0 {
        lines.push(format!("Revenue: {more} more currencies change"));
    }
    lines
}

/// Of each code the first few refusals, and what is said of the rest.
#[must_use]
pub fn few(plan: &Plan) -> (Vec<Diagnostic>, Vec<String>) {
    let mut told: Vec<(Code, usize)> = Vec::new();
    let mut few = Vec::new();
    for refusal in refusals(&plan.refusals) {
        let code = refusal.code;
        let place = told.iter().position(|(known, _)| *known == code).unwrap_or_else(|| {
            told.push((code, 0));
            told.len() - 1
        });
        if let Some((_, n)) = told.get_mut(place) {
            *n += 1;
            if *n <= TOLD {
                few.push(refusal);
            }
        }
    }
    let rest = told.into_iter().filter(|(_, n)| *n > TOLD).map(|(code, n)| {
        format!("{} of {}, each for the same reason", count(n - TOLD, "more refusal"), code.as_str())
    });
    (few, rest.collect())
}
