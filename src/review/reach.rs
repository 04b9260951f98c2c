//! Whom an edited plan reaches, and who keeps a value of their own.

use serde::Serialize;

use super::facts::limits;
use super::news::Difference;
use crate::model::{Layer, Model};
use crate::source::SourceMap;

/// Whom an edited plan reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reach {
    /// Tenants that have the plan.
    pub tenants: usize,
    /// Their sites.
    pub sites: usize,
    /// Limits that are edited, and where sites or tenants of the plan keep a value of their own.
    pub own: Vec<Own>,
}

/// Who is not reached by one edited limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Own {
    /// The limit.
    pub limit: String,
    /// How many sites keep theirs.
    pub sites: usize,
    /// Where they say so, each place once.
    pub places: Vec<String>,
}

/// The reach of a plan, by name. `None` when the fleet has no such plan.
pub(super) fn of(
    plan: &str,
    differences: &[Difference],
    model: &Model,
    sources: &SourceMap,
) -> Option<Reach> {
    let (plan, _) = model.plans.iter().find(|(_, one)| one.meta.name == plan)?;
    let has = |tenant: &crate::model::Tenant| tenant.plan.id == plan;
    let tenants = model.tenants.iter().filter(|(_, tenant)| has(tenant)).count();
    let mut sites = 0;
    let mut own: Vec<(&str, usize, Vec<crate::source::Span>)> =
        differences.iter().map(|difference| (difference.name.as_str(), 0, Vec::new())).collect();
    for (_, site) in model.sites.iter().filter(|(_, site)| has(&model.tenants[site.tenant.id])) {
        sites += 1;
        for limit in limits(&site.limits, |layer| matches!(layer, Layer::Tenant | Layer::Site)) {
            let edited = own.iter_mut().find(|(name, ..)| *name == limit.name);
            if let (Some((_, sites, places)), Some(span)) = (edited, limit.span) {
                *sites += 1;
                places.push(span);
            }
        }
    }
    let own = own.into_iter().filter(|(_, sites, _)| *sites > 0).map(|(limit, sites, mut spans)| {
        spans.sort_unstable();
        spans.dedup();
        let places = spans.into_iter().map(|span| sources.place(span)).collect();
        Own { limit: limit.to_owned(), sites, places }
    });
    Some(Reach { tenants, sites, own: own.collect() })
}
