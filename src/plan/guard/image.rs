//! `guard/image-missing`: an image that is not there and may not be pulled.

use super::caused;
use crate::desired::Entry;
use crate::diag::{Code, Diagnostic};

pub(super) fn refuse(entry: &Entry, reference: &str) -> Diagnostic {
    let message = format!("the image `{reference}` is not on the host, and its host pulls none");
    let diagnostic = Diagnostic::error(Code::GUARD_IMAGE_MISSING, message)
        .note("the containers that run from it are left out; the rest can be applied")
        .help(format!("bring it there: `docker save {reference} | docker -H <host> load`"))
        .help("or let the host pull what is missing");
    caused(diagnostic, entry, "runs from it")
}
