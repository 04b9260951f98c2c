//! The pages that an edge serves itself.

#[cfg(test)]
mod tests;

use minijinja::{AutoEscape, Environment, context};

/// What there is: the edge's own page, the page of a name that nobody has, the one of a suspended site, and the one of a site
/// whose bench does not answer.
pub const NAMES: [&str; 4] = ["index.html", "not-found.html", "suspended.html", "busy.html"];

const PAGE: &str = include_str!("pages/page.html");

/// One of [`NAMES`]. What people wrote is escaped.
#[must_use]
pub fn render(name: &str, fleet: &str, edge: &str) -> String {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let (title, text) = match name {
        "not-found.html" => ("Nothing here".to_owned(), "No site answers at this name.".to_owned()),
        "suspended.html" => (
            "This site is suspended".to_owned(),
            "Its data is kept. Please contact whoever runs it for you.".to_owned(),
        ),
        "busy.html" => (
            "This site is not available".to_owned(),
            "It should be back in a moment. This page tries again by itself.".to_owned(),
        ),
        _ => (fleet.to_owned(), format!("The edge {edge} is up.")),
    };
    let again = name == "busy.html";
    // The template is our own and takes any text; the tests render every page.
    environment.render_named_str("page.html", PAGE, context! { title, text, again }).unwrap_or_default()
        + "\n"
}
