//! A secret's file that lies in the fleet's directory is one `git add` away from the repository.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{ConfigValue, Model};
use crate::source::Span;
use crate::world::secret::SecretRef;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    let mut check = |reference: &SecretRef, span: Span| {
        let SecretRef::File(path) = reference else { return };
        if is_inside(path) {
            diagnostics.push(
                Diagnostic::warning(
                    Code::CHECK_SECRET_FILE_IN_FLEET,
                    format!("the secret file `{path}` lies inside the fleet's directory"),
                )
                .at(span, "used here")
                .help("keep it outside the repository and write an absolute path"),
            );
        }
    };
    if let Some(key) = &model.fleet.key {
        check(&key.value, key.span);
    }
    let acme = model.fleet.certificates.as_ref().and_then(|certificates| certificates.acme.as_ref());
    if let Some(token) = acme.and_then(|acme| acme.token.as_ref()) {
        check(&token.value, token.span);
    }
    for file in model.fleet.certificates.iter().flat_map(|certificates| &certificates.files) {
        check(&file.key.value, file.key.span);
    }
    for (_, database) in model.databases.iter() {
        check(&database.root, database.meta.span);
    }
    for (_, site) in model.sites.iter() {
        check(&site.admin_password, site.meta.span);
        for (key, value) in &site.config {
            if let ConfigValue::Secret(reference) = &value.value {
                check(reference, value.span.unwrap_or(key.span));
            }
        }
    }
}

/// Whether a path that is read from the fleet's directory stays in it.
fn is_inside(path: &str) -> bool {
    let mut depth = 0_i32;
    for part in path.split('/') {
        depth += match part {
            "" | "." => 0,
            ".." => -1,
            _ => 1,
        };
        if depth < 0 {
            return false;
        }
    }
    !path.starts_with('/')
}
