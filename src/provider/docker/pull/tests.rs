//! References and refusals.

use super::{pull_error, tagged};
use crate::provider::{Error, ErrorKind};

#[test]
fn a_port_is_no_tag() {
    assert_eq!(tagged("busybox"), "busybox:latest");
    assert_eq!(tagged("127.0.0.1:5000/a"), "127.0.0.1:5000/a:latest");
    assert_eq!(tagged("127.0.0.1:5000/a:1"), "127.0.0.1:5000/a:1");
    assert_eq!(tagged("a@sha256:00"), "a@sha256:00");
}

#[test]
fn what_registries_say_has_a_kind() {
    let kind = |message: &str| pull_error("pull x", Error::new(ErrorKind::Other, message)).kind;
    assert_eq!(kind("Get https://r/v2/: unauthorized: authentication required"), ErrorKind::Denied);
    assert_eq!(kind("pull access denied for x, repository does not exist"), ErrorKind::ImageMissing);
    assert_eq!(kind("manifest for x:1 not found: manifest unknown"), ErrorKind::ImageMissing);
    assert_eq!(kind("dial tcp: lookup registry-1.docker.io: no such host"), ErrorKind::ImageMissing);
    assert_eq!(kind("unexpected EOF"), ErrorKind::Other);
}
