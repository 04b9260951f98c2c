//! A review in the shape of Terraform's plan JSON; the news and the money stand under `tenantry`.

use serde_json::{Value, json};

use super::plan_json;
use crate::diag;
use crate::pipeline::Compiled;
use crate::plan::values::resources;
use crate::review::Review;

/// The whole review.
#[must_use]
pub fn review(review: &Review, head: &Compiled) -> Value {
    let resources = resources(&review.plan, &head.desired, &review.observed);
    let mut value = plan_json::plan(&review.plan, &resources);
    value["tenantry"]["news"] = json!(review.news);
    value["tenantry"]["revenue"] = json!({
        "before": review.revenue.0,
        "after": review.revenue.1,
        "change": review.money(),
    });
    value["tenantry"]["warnings"] = diag::json(&review.warnings, &head.sources)["diagnostics"].take();
    value
}
