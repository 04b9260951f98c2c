//! What a tag tells of a version.

use super::{parse, tag};

#[test]
fn a_version_is_what_a_tag_begins_with() {
    assert_eq!(tag("mariadb:10.11"), Some("10.11"));
    assert_eq!(tag("mariadb:11"), Some("11"));
    assert_eq!(tag("registry:5000/mariadb:11.4.2-noble@sha256:abc"), Some("11.4.2-noble"));
    for none in ["mariadb", "mariadb:lts", "registry:5000/mariadb", "mariadb@sha256:10.6"] {
        assert_eq!(tag(none), None, "{none}");
    }
}

#[test]
fn versions_go_by_numbers() {
    assert!(parse("10.6") < parse("10.11.6+maria~ubu2204"));
    assert!(parse("10.11") < parse("11.4-noble"));
    assert!(parse("10") < parse("11.4"), "a major version is enough");
    assert!(parse("10.11") < parse("10"), "without a minor version it is the newest of its major");
    assert!(parse("6-alpine") < parse("7.2"));
    assert_eq!(parse("lts"), None);
}
