//! A site that may make fewer requests at once than one desk does shows its user a blank page.

use std::collections::BTreeMap;

use super::facts::{other_sites, place};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

/// What one browser asks for when a desk opens, files and the open connection aside, which are not counted: measured with
/// Chromium on Frappe 15.105, where the login page is 2 requests, a desk 9 and a list 10.
const DESK: u64 = 10;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    let mut told = BTreeMap::new();
    for (_, site) in model.sites.iter() {
        let Some(rate) = &site.limits.requests else { continue };
        let at_once = rate.value.burst.unwrap_or(rate.value.average);
        if at_once < DESK {
            told.entry(place(rate, site.meta.span)).or_insert((site, at_once, 0_usize)).2 += 1;
        }
    }
    for (span, (site, at_once, count)) in told {
        let requests = if at_once == 1 { "request" } else { "requests" };
        diagnostics.push(
            Diagnostic::warning(
                Code::CHECK_REQUESTS_BELOW_DESK,
                format!("{at_once} {requests} at once are fewer than one open desk asks for"),
            )
            .at(span, "too few")
            .and(site.meta.span, format!("holds for site `{}`{} here", site.meta.name, other_sites(count)))
            .note(format!(
                "a desk is {DESK} requests in a second or two, its files not counted; those above the limit are answered 429, and \
                 the page stays blank"
            ))
            .help("`burst` says how many may come at once: 100 and more leaves room for several users"),
        );
    }
}
