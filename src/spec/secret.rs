//! Secrets in the files: references with a tag, never the secret itself.

use super::scalar::unknown_tag;
use crate::diag::{Code, Diagnostic};
use crate::load::{Scalar, Value};
use crate::value::{invisible, shown};
use crate::world::secret::SecretRef;

const IN_KDL: &str =
    "`(secret)\"env:NAME\"` for a variable of the environment, `(secret)\"file:/path\"` for a file";
const IN_YAML: &str =
    "`{secret: \"env:NAME\"}` for a variable of the environment, `{secret: \"file:/path\"}` for a file";

/// Reads `(secret)"env:NAME"` or `(secret)"file:/path"`. What stands there without the tag may be the secret itself, so
/// no message shows it.
pub(super) fn secret(value: &Value<'_>) -> Result<SecretRef, Box<Diagnostic>> {
    let accepted = value.span.syntax().pick(IN_KDL, IN_YAML);
    match &value.tag {
        None => {
            return Err(Box::new(
                Diagnostic::error(Code::BIND_PLAIN_SECRET, "a secret stands in the file itself")
                    .at(value.span, "a secret belongs here, by reference")
                    .hide(value.span)
                    .help(format!("keep it elsewhere and refer to it: {accepted}"))
                    .note("if it was committed, everyone with the repository has it: change it where it is used"),
            ));
        }
        Some(tag) if tag.value != "secret" => {
            return Err(Box::new(unknown_tag(tag, "a secret", &["secret"]).hide(value.span)));
        }
        Some(_) => {}
    }
    let bad = |why: &str| {
        Box::new(
            Diagnostic::error(Code::BIND_BAD_VALUE, format!("this is no reference to a secret: it {why}"))
                .at(value.span, "not a reference")
                .hide(value.span)
                .help(format!("accepted: {accepted}")),
        )
    };
    let Scalar::String(text) = &value.scalar else {
        return Err(bad("is not text"));
    };
    match text.split_once(':') {
        Some(("env", name)) => {
            let good = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) || !name.chars().all(good) {
                return Err(bad("names no variable"));
            }
            Ok(SecretRef::Env(name.to_owned()))
        }
        Some(("file", path)) => {
            if path.is_empty() || path.len() > 1000 || path.chars().any(invisible) {
                return Err(bad("names no file"));
            }
            Ok(SecretRef::File(path.to_owned()))
        }
        Some((scheme, _)) if scheme.len() <= 12 => Err(bad(&format!("begins with `{}:`", shown(scheme)))),
        _ => Err(bad("begins with neither `env:` nor `file:`")),
    }
}
