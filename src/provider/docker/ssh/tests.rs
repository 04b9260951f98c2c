//! Addresses: what ssh is told, and what never reaches it.

use super::target;

#[test]
fn addresses_are_taken_apart() {
    let plain = target("ssh://deploy@10.0.0.11").unwrap();
    assert_eq!((plain.destination.as_str(), plain.port), ("deploy@10.0.0.11", None));
    let port = target("ssh://deploy@host:2222/").unwrap();
    assert_eq!((port.destination.as_str(), port.port), ("deploy@host", Some(2222)));
    let six = target("ssh://root@[::1]").unwrap();
    assert_eq!((six.destination.as_str(), six.port), ("root@::1", None));
}

#[test]
fn options_in_disguise_are_refused() {
    for bad in
        ["ssh://", "ssh://-oProxyCommand=x", "ssh://a b", "ssh://host/var/run/docker.sock", "ssh://host:x"]
    {
        assert!(target(bad).is_err(), "{bad}");
    }
}
