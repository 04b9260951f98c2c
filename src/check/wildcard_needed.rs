//! Without a wildcard every site orders a certificate of its own, and Let's Encrypt signs 50 a week for one domain.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

/// New certificates for one registered domain and week.
const A_WEEK: usize = 50;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    let (Some(under), Some(certificates)) = (&model.fleet.sites_under, &model.fleet.certificates) else {
        return;
    };
    let Some(acme) = &certificates.acme else { return };
    let below = format!(".{}", under.value);
    let asked = |name: &str| name.ends_with(&below) && certificates.file(name).is_none();
    let count = model.sites.iter().filter(|(_, site)| asked(&site.host_name)).count();
    // An authority of one's own has limits of its own.
    if acme.dns.is_some() || acme.server.is_some() || count <= A_WEEK {
        return;
    }
    diagnostics.push(
        Diagnostic::warning(
            Code::CHECK_WILDCARD_NEEDED,
            format!(
                "{count} sites under `{}` each order a certificate; Let's Encrypt signs {A_WEEK} a week",
                under.value
            ),
        )
        .at(certificates.span, "no `dns` here: HTTP-01 orders them one by one")
        .and(under.span, "one wildcard would serve all of them")
        .help("name the DNS provider with `dns` and its `token`"),
    );
}
