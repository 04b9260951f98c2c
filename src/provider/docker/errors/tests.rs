//! What engines really say, and what we make of it.

use super::{said, trim};
use crate::provider::ErrorKind;

#[test]
fn the_cause_is_what_is_left_of_a_runtime_error() {
    let message = "failed to create shim: OCI runtime create failed: container_linux.go:380: starting container \
                   process caused: exec: \"nosuch\": executable file not found in $PATH: unknown";
    assert_eq!(trim(message), "exec: \"nosuch\": executable file not found in $PATH");
}

#[test]
fn a_taken_port_is_named() {
    let message = "driver failed programming external connectivity on endpoint web (abc): Bind for 0.0.0.0:8080 \
                   failed: port is already allocated";
    let error = said("start web", 500, message);
    assert_eq!(error.kind, ErrorKind::StartFailed);
    assert!(error.advice.unwrap().contains("port 8080"));
    let message = "Error starting userland proxy: listen tcp4 0.0.0.0:8081: bind: address already in use";
    assert!(said("start web", 500, message).advice.unwrap().contains("port 8081"));
}

#[test]
fn an_engine_without_a_subnet_left_is_told_how_it_gets_more() {
    for message in [
        "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network",
        "all predefined address pools have been fully subnetted",
    ] {
        let error = said("create network x", 500, message);
        assert_eq!(error.kind, ErrorKind::NoSpace, "{message}");
        assert!(error.advice.unwrap().contains("default-address-pools"), "{message}");
    }
}

#[test]
fn a_missing_image_is_not_a_missing_container() {
    assert_eq!(said("create x", 404, "No such image: nosuch:1").kind, ErrorKind::ImageMissing);
    assert_eq!(said("start x", 404, "No such container: x").kind, ErrorKind::NotFound);
    assert_eq!(
        said("pull x", 500, "manifest for nosuch:1 not found: manifest unknown").kind,
        ErrorKind::ImageMissing
    );
}
