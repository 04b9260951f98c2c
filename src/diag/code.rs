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
    LOAD_BARE_URL = "load/bare-url";
    LOAD_CONTROL_CHARACTER = "load/control-character";
    LOAD_DUPLICATE_KEY = "load/duplicate-key";
    LOAD_KDL_1 = "load/kdl-1";
    LOAD_MERGE_CONFLICT = "load/merge-conflict";
    LOAD_NO_DIRECTORY = "load/no-directory";
    LOAD_NO_FILES = "load/no-files";
    LOAD_NOT_A_MAP = "load/not-a-map";
    LOAD_NOT_UTF8 = "load/not-utf8";
    LOAD_SYNTAX = "load/syntax";
    LOAD_TOO_DEEP = "load/too-deep";
    LOAD_TOO_LARGE = "load/too-large";
    LOAD_UNCLOSED = "load/unclosed";
    LOAD_UNREADABLE = "load/unreadable";
    LOAD_YAML_1_1 = "load/yaml-1-1";
    LOAD_YAML_FEATURE = "load/yaml-feature";
    // bind: one file on its own
    BIND_UNKNOWN_KIND = "bind/unknown-kind";
    BIND_UNKNOWN_FIELD = "bind/unknown-field";
    BIND_MISSING_FIELD = "bind/missing-field";
    BIND_GIVEN_TWICE = "bind/given-twice";
    BIND_WRONG_TYPE = "bind/wrong-type";
    BIND_BAD_VALUE = "bind/bad-value";
    BIND_EXTRA_ARGUMENT = "bind/extra-argument";
    BIND_UNKNOWN_TAG = "bind/unknown-tag";
    BIND_PLAIN_SECRET = "bind/plain-secret";
    // resolve: names
    RESOLVE_NO_FLEET = "resolve/no-fleet";
    RESOLVE_MANY_FLEETS = "resolve/many-fleets";
    RESOLVE_DUPLICATE = "resolve/duplicate";
    RESOLVE_UNKNOWN_REFERENCE = "resolve/unknown-reference";
    RESOLVE_NO_SITES_UNDER = "resolve/no-sites-under";
    RESOLVE_SITE_OWNER = "resolve/site-owner";
    RESOLVE_NO_DATABASE = "resolve/no-database";
    RESOLVE_NO_CERTIFICATES = "resolve/no-certificates";
    RESOLVE_ENGINE_ADDRESS = "resolve/engine-address";
    RESOLVE_AUTHORITY = "resolve/authority";
    RESOLVE_PEM_FILE = "resolve/pem-file";
    // check: the fleet as a whole
    CHECK_APP_NOT_IN_RELEASE = "check/app-not-in-release";
    CHECK_APP_REQUIRES = "check/app-requires";
    CHECK_APP_REQUIRES_ITSELF = "check/app-requires-itself";
    CHECK_BENCH_OF_ANOTHER_TENANT = "check/bench-of-another-tenant";
    CHECK_BENCH_WITHOUT_EDGE = "check/bench-without-edge";
    CHECK_BENCH_WITHOUT_RELEASE = "check/bench-without-release";
    CHECK_CONFIG_KEY_FORBIDDEN = "check/config-key-forbidden";
    CHECK_CONFIG_KEY_OWNED = "check/config-key-owned";
    CHECK_CONNECTIONS_BELOW_FLOOR = "check/connections-below-floor";
    CHECK_CPUS_EXCEED_HOST = "check/cpus-exceed-host";
    CHECK_DATABASE_NAME_TAKEN = "check/database-name-taken";
    CHECK_DATABASE_ON_OTHER_HOST = "check/database-on-other-host";
    CHECK_DOMAIN_CONFLICT = "check/domain-conflict";
    CHECK_DOMAIN_NOT_PUBLIC = "check/domain-not-public";
    CHECK_DOMAIN_RESERVED = "check/domain-reserved";
    CHECK_DOMAIN_WITHOUT_CERTIFICATE = "check/domain-without-certificate";
    CHECK_ENGINE_IN_CLEAR = "check/engine-in-clear";
    CHECK_ENGINE_REPEATED = "check/engine-repeated";
    CHECK_HOST_OVERCOMMITTED = "check/host-overcommitted";
    CHECK_IMAGE_CONTRADICTION = "check/image-contradiction";
    CHECK_IMAGE_NOT_PINNED = "check/image-not-pinned";
    CHECK_INVISIBLE_CHARACTERS = "check/invisible-characters";
    CHECK_KEY_NEEDED = "check/key-needed";
    CHECK_LIMIT_WITHOUT_EFFECT = "check/limit-without-effect";
    CHECK_LIMITS_ON_SHARED_BENCH = "check/limits-on-shared-bench";
    CHECK_MARIADB_VERSION = "check/mariadb-version";
    CHECK_MEMORY_BELOW_FLOOR = "check/memory-below-floor";
    CHECK_MEMORY_REFUSED = "check/memory-refused";
    CHECK_NAME_TOO_LONG = "check/name-too-long";
    CHECK_NO_EFFECT_YET = "check/no-effect-yet";
    CHECK_ONE_EDGE_PER_HOST = "check/one-edge-per-host";
    CHECK_PORT_CONFLICT = "check/port-conflict";
    CHECK_RELEASE_VERSION_MISMATCH = "check/release-version-mismatch";
    CHECK_REQUESTS_BELOW_DESK = "check/requests-below-desk";
    CHECK_SECRET_FILE_IN_FLEET = "check/secret-file-in-fleet";
    CHECK_SECRET_IN_CLEAR = "check/secret-in-clear";
    CHECK_SERVER_CONNECTIONS = "check/server-connections";
    CHECK_SERVER_SCRIPTS_ON_SHARED_BENCH = "check/server-scripts-on-shared-bench";
    CHECK_SEVERAL_PRIMARY_DOMAINS = "check/several-primary-domains";
    CHECK_SITE_NAME_TAKEN = "check/site-name-taken";
    CHECK_TENANT_WITHOUT_SITE = "check/tenant-without-site";
    CHECK_TOO_MANY_SITES = "check/too-many-sites";
    CHECK_UNUSED = "check/unused";
    CHECK_WILDCARD_NEEDED = "check/wildcard-needed";
    // lower: what a backend cannot express
    LOWER_BENCH_CPUS = "lower/bench-cpus";
    LOWER_CONFIG_VALUE = "lower/config-value";
    LOWER_DNS_PROVIDER = "lower/dns-provider";
    LOWER_TRAEFIK_TEXT = "lower/traefik-text";
    // graph
    GRAPH_CYCLE = "graph/cycle";
    GRAPH_MISSING = "graph/missing";
    // observe: the world could not be read
    // guard: plans that are refused
    GUARD_EMPTY_FLEET = "guard/empty-fleet";
    GUARD_NEW_FLEET = "guard/new-fleet";
    GUARD_WEAK_KEY = "guard/weak-key";
    GUARD_HOST_LEFT = "guard/host-left";
    GUARD_UNREADABLE_HOST = "guard/unreadable-host";
    GUARD_BUDGET = "guard/budget";
    GUARD_DISK_SPACE = "guard/disk-space";
    GUARD_NETWORKS = "guard/networks";
    GUARD_ABOVE_APPROVED = "guard/above-approved";
    GUARD_MOVED_SINCE = "guard/moved-since";
    GUARD_FOREIGN_OBJECT = "guard/foreign-object";
    GUARD_LOST = "guard/lost";
    GUARD_VOLUME_DIFFERS = "guard/volume-differs";
    GUARD_STRANGERS_ON_NETWORK = "guard/strangers-on-network";
    GUARD_IMAGE_MISSING = "guard/image-missing";
    GUARD_UNREADABLE_OBJECT = "guard/unreadable-object";
    GUARD_RELEASE_DIFFERS = "guard/release-differs";
    GUARD_RELEASE_CHANGE = "guard/release-change";
    GUARD_DATA_MOVES = "guard/data-moves";
    GUARD_OLDER_SERVER = "guard/older-server";
    GUARD_SITE_MOVES = "guard/site-moves";
    GUARD_APP_REMOVED = "guard/app-removed";
    GUARD_ANOTHER_TENANT = "guard/another-tenant";
    GUARD_NAME_NOT_FREE = "guard/name-not-free";
    GUARD_RENAMED_WITHOUT_ID = "guard/renamed-without-id";
    GUARD_DATA_WITHOUT_TOMBSTONE = "guard/data-without-tombstone";
}
