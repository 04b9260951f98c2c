//! The table of codes. A code is `phase/slug`: also the file of its rule, the name of its cases and its page.

use std::fmt;

/// A stable name for one kind of fault. Made only by the table in this file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(&'static str);

impl Code {
    /// `phase/slug`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A code and its page.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// The code.
    pub code: Code,
    /// The page's Markdown; its first line is `# title`.
    pub text: &'static str,
}

macro_rules! codes {
    ($($name:ident = $slug:literal;)*) => {
        impl Code {
            $(
                #[doc = concat!("`", $slug, "`: see `docs/errors/", $slug, ".md`.")]
                pub const $name: Self = Self($slug);
            )*
        }
        /// Every code with its page, in the order of the phases.
        pub const TABLE: &[Page] = &[
            $(Page { code: Code::$name, text: include_str!(concat!("../../docs/errors/", $slug, ".md")) },)*
        ];
    };
}

codes! {
    // load: the text itself
    LOAD_SYNTAX = "load/syntax";
    // bind: one file on its own
    // resolve: names
    // check: the fleet as a whole
    // lower: what a backend cannot express
    LOWER_BENCH_LIMIT = "lower/bench-limit";
    LOWER_CONFIG_VALUE = "lower/config-value";
    LOWER_DNS_PROVIDER = "lower/dns-provider";
    LOWER_PAGE = "lower/page";
    LOWER_TRAEFIK_TEXT = "lower/traefik-text";
    // graph
    GRAPH_CYCLE = "graph/cycle";
    GRAPH_MISSING = "graph/missing";
    // observe: the world could not be read
    // guard: plans that are refused
}
