//! Every name at which something of the fleet answers.

use crate::model::{Id, Model, Site};
use crate::source::Span;

/// A name and who answers at it.
pub(in crate::check) struct Answer<'m> {
    /// As it was written or computed.
    pub(in crate::check) name: &'m str,
    /// Where it comes from.
    pub(in crate::check) span: Span,
    /// Who, for people: ``site `globex` ``.
    pub(in crate::check) who: String,
    /// The site, unless it is an edge's status page.
    pub(in crate::check) site: Option<Id<Site>>,
    /// Whether it was written as a `domain` of the site.
    pub(in crate::check) custom: bool,
}

impl Answer<'_> {
    /// The name as DNS compares it.
    pub(in crate::check) fn key(&self) -> String {
        self.name.trim_end_matches('.').to_ascii_lowercase()
    }
}

/// All of them, in the order of their places.
pub(in crate::check) fn answers(model: &Model) -> Vec<Answer<'_>> {
    let mut all = Vec::new();
    for (id, site) in model.sites.iter() {
        let who = || format!("site `{}`", site.meta.name);
        let own =
            Answer { name: &site.host_name, span: site.meta.span, who: who(), site: Some(id), custom: false };
        all.push(own);
        all.extend(site.domains.iter().map(|domain| Answer {
            name: &domain.name.value,
            span: domain.name.span,
            who: who(),
            site: Some(id),
            custom: true,
        }));
    }
    for (_, edge) in model.edges.iter() {
        all.extend(edge.status.iter().map(|status| Answer {
            name: &status.value,
            span: status.span,
            who: format!("the status page of edge `{}`", edge.meta.name),
            site: None,
            custom: false,
        }));
    }
    all.sort_by_key(|answer| answer.span);
    all
}
