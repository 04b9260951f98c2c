//! An image without a tag, or with `latest`, is another one tomorrow: no review sees the change.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;
use crate::source::Span;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    let mut images: Vec<(&str, Span)> = Vec::new();
    images.extend(model.releases.iter().map(|(_, it)| (it.image.value.as_str(), it.image.span)));
    let edges = model.edges.iter().flat_map(|(_, it)| [&it.image, &it.page_image]);
    let databases = model.databases.iter().map(|(_, it)| &it.image);
    let benches = model.benches.iter().map(|(_, it)| &it.redis_image);
    for image in edges.chain(databases).chain(benches) {
        images.extend(image.span.map(|span| (image.value.as_str(), span)));
    }
    for (image, span) in images.into_iter().filter(|(image, _)| moves(image)) {
        diagnostics.push(
            Diagnostic::warning(
                Code::CHECK_IMAGE_NOT_PINNED,
                format!("image `{image}` is not the same one for ever"),
            )
            .at(span, "names no version")
            .help("name a version or a digest, e.g. `frappe/erpnext:v15.80.0`"),
        );
    }
}

fn moves(image: &str) -> bool {
    if image.contains('@') {
        return false;
    }
    // A colon before the last slash belongs to the registry's port.
    let name = image.rsplit('/').next().unwrap_or(image);
    name.split_once(':').is_none_or(|(_, tag)| tag == "latest")
}
