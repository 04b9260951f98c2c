//! `app` and `release`: what benches run.

use super::field::Reference;
use super::table::block;
use crate::source::Spanned;
use crate::value::{AppName, DottedName, Image, Url, Version, Word};

block! {
    /// A Frappe app. `frappe` itself is always declared.
    App = "app" ["name"] {
        /// Its name, as Python names the module.
        name: Option<Spanned<AppName>> = "name" required;
        /// Its first name, when it was renamed.
        id: Option<Spanned<AppName>> = "id";
        /// Where its source is.
        repository: Option<Spanned<Url>> = "repository";
        /// Branch or tag.
        branch: Option<Spanned<Word>> = "branch";
        /// Apps that must be installed before it, `frappe` aside.
        requires: Vec<Spanned<Reference<App>>> = "requires";
    }
}

block! {
    /// An image and what is in it. It never changes: a new image gets a new release.
    Release = "release" ["name"] {
        /// Its name; it may have dots.
        name: Option<Spanned<DottedName>> = "name" required;
        /// Its first name, when it was renamed.
        id: Option<Spanned<DottedName>> = "id";
        /// Frappe's version, or its first numbers: `15` is every 15.x. The image is held against it.
        frappe: Option<Spanned<Version>> = "frappe" required;
        /// The image.
        image: Option<Spanned<Image>> = "image" required;
        /// Apps in the image beside `frappe`, in the order of the bench.
        apps: Vec<Spanned<Reference<App>>> = "apps";
    }
}
