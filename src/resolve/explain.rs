//! What `explain` shows: for one declaration, where the value of each field comes from.

use crate::diag::{Code, Diagnostic, Diagnostics, suggest};
use crate::source::Span;
use crate::spec::{self, Spec};
use crate::value::{Kind, shown};

/// A field with every layer that gives it a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name; fields of blocks as `limits.users`.
    pub name: String,
    /// From the furthest layer to the nearest, which wins.
    pub chain: Vec<Link>,
}

/// What one layer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The layer; the kind where a field has no layers, `computed` where nobody writes it.
    pub layer: String,
    /// The value; a secret as its reference.
    pub value: String,
    /// Where it is written.
    pub span: Option<Span>,
    /// Whether it is the one that holds.
    pub wins: bool,
}

/// Resolves again and records one declaration. `None`, with a diagnostic, when there is no such address.
pub fn explain(spec: &Spec, address: &str, diagnostics: &mut Diagnostics) -> Option<Vec<Field>> {
    let mut found = Diagnostics::default();
    let mut context = super::context::Context::explaining(&mut found, address);
    super::resolve_in(spec, &mut context);
    if let Some(fields) = context.recorded() {
        return Some(fields);
    }
    let known = addresses(spec);
    let diagnostic = Diagnostic::error(
        Code::RESOLVE_UNKNOWN_REFERENCE,
        format!("the fleet declares no `{}`", shown(address)),
    );
    diagnostics.push(match suggest(address, known.iter().map(String::as_str)) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None => diagnostic.help("an address is a kind and a name: `site.globex`"),
    });
    None
}

fn addresses(spec: &Spec) -> Vec<String> {
    let mut known = Vec::new();
    macro_rules! add {
        ($kind:expr, $list:expr) => {
            let list = $list;
            known.extend(list.filter_map(|d| Some(format!("{}.{}", $kind, d.name.as_ref()?.value))));
        };
    }
    add!(Kind::Fleet, spec.fleets.iter());
    add!(Kind::Host, spec.hosts.iter());
    add!(Kind::Edge, spec.edges.iter());
    add!(Kind::Database, spec.databases.iter());
    add!(Kind::Plan, spec.plans.iter());
    add!(Kind::App, spec.apps.iter());
    add!(Kind::Release, spec.releases.iter());
    add!(Kind::Size, spec.sizes.iter());
    add!(Kind::Bench, spec.benches.iter());
    add!(Kind::Tenant, spec.tenants.iter());
    let nested = spec.tenants.iter().flat_map(|tenant: &spec::Tenant| tenant.sites.iter());
    add!(Kind::Site, spec.sites.iter().chain(nested));
    known
}
