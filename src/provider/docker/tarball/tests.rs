//! What is packed comes out again, long names and all.

use std::collections::{BTreeMap, BTreeSet};

use super::{pack, parents, unpack};
use crate::provider::inside::Stored;

#[test]
fn parents_are_the_directories_on_the_way() {
    let paths = ["/etc/traefik/dynamic/a.yml".to_owned(), "/x".to_owned()];
    let all: Vec<String> = parents(paths.iter()).into_iter().collect();
    assert_eq!(all, ["/etc", "/etc/traefik", "/etc/traefik/dynamic"]);
}

#[test]
fn files_come_back_as_they_were() {
    let long = format!("/{}/file", "d".repeat(180));
    let file = Stored { bytes: vec![0, 1, 255], mode: 0o640, uid: 1000, gid: 70_000 };
    let files = BTreeMap::from([(long, file.clone()), ("/etc/a".to_owned(), file)]);
    let bytes = pack(&BTreeSet::from(["/etc".to_owned()]), &files).unwrap();
    assert_eq!(unpack("/any", &bytes).unwrap(), files);
}
