//! What a Traefik's file provider holds.

use std::collections::BTreeMap;

use serde_json::Value;

use super::fields::managed;

managed! {
    /// The routers, services and middlewares of one declaration. They share a file with others of the same bench.
    pub struct Route {
        /// File in the directory that Traefik watches, e.g. `bench-v15-a.yml`.
        file: String => Reload,
        /// `section.kind.name` (`http.routers.site-globex`) to the definition. Names begin with the declaration's
        /// (`site-globex`); what follows comes after a dot (`site-globex.rate`), which no declaration's name has.
        entries: BTreeMap<String, Value> => Reload free,
    }
}
