//! A site's database is named after it, cut short and with a digest: two sites may come to the same name.

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{Model, Site};

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    let mut by_name: BTreeMap<&str, &Site> = BTreeMap::new();
    for (_, site) in model.sites.iter() {
        let Some(first) = by_name.get(site.database_name.as_str()) else {
            by_name.insert(&site.database_name, site);
            continue;
        };
        diagnostics.push(
            Diagnostic::error(
                Code::CHECK_DATABASE_NAME_TAKEN,
                format!(
                    "sites `{}` and `{}` would both have the database `{}`",
                    first.meta.name, site.meta.name, site.database_name
                ),
            )
            .at(site.meta.span, "comes to this name")
            .and(first.meta.span, "so does this one")
            .help("give the newer one another name"),
        );
    }
}
