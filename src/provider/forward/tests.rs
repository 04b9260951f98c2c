//! What a tag tells of a version.

use super::{parse, tag};

#[test]
fn a_version_is_what_a_tag_begins_with() {
    assert_eq!(tag("mariadb:10.11"), Some("10.11"));
    assert_eq!(tag("registry:5000/mariadb:11.4.2-noble@sha256:abc"), Some("11.4.2-noble"));
    for none in ["mariadb", "mariadb:lts", "mariadb:11", "registry:5000/mariadb", "mariadb@sha256:10.6"] {
        assert_eq!(tag(none), None, "{none}");
    }
}

#[test]
fn versions_go_by_numbers() {
    assert!(parse("10.6") < parse("10.11.6+maria~ubu2204"));
    assert!(parse("10.11") < parse("11.4-noble"));
    assert_eq!(parse("lts"), None);
}
