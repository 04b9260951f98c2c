//! The pages that an edge serves itself.

use minijinja::{AutoEscape, Environment, context};

/// What there is: the edge's own page, the page of a suspended site, and the one of a name that nobody has.
pub const NAMES: [&str; 3] = ["index.html", "not-found.html", "suspended.html"];

const LAYOUT: &str = include_str!("pages/layout.html");
const INDEX: &str = include_str!("pages/index.html");
const NOT_FOUND: &str = include_str!("pages/not-found.html");
const SUSPENDED: &str = include_str!("pages/suspended.html");

/// One of [`NAMES`]. What people wrote is escaped.
///
/// # Errors
/// When the template is wrong.
pub fn render(name: &str, fleet: &str, edge: &str) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let templates = [
        ("layout.html", LAYOUT),
        ("index.html", INDEX),
        ("not-found.html", NOT_FOUND),
        ("suspended.html", SUSPENDED),
    ];
    for (name, text) in templates {
        environment.add_template(name, text)?;
    }
    environment.get_template(name)?.render(context! { fleet, edge })
}
