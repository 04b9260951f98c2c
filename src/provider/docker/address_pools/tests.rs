//! How many networks are left.

use bollard::models::{Ipam, IpamConfig};

use super::*;

fn networks(subnets: &[&str]) -> Vec<Network> {
    let network = |subnet: &&str| Network {
        ipam: Some(Ipam {
            config: Some(vec![IpamConfig { subnet: Some((*subnet).to_owned()), ..IpamConfig::default() }]),
            ..Ipam::default()
        }),
        ..Network::default()
    };
    subnets.iter().map(network).collect()
}

fn pool(base: &str, size: i64) -> SystemInfoDefaultAddressPools {
    SystemInfoDefaultAddressPools { base: Some(base.to_owned()), size: Some(size) }
}

#[test]
fn an_engine_that_was_told_nothing_has_thirty_one() {
    assert_eq!(left(None, &[]), Some(31));
    assert_eq!(left(Some(&[]), &networks(&["172.17.0.0/16"])), Some(30));
    // One of its own choice in a pool takes what it overlaps; one elsewhere, or of IPv6, takes nothing.
    let taken = ["172.17.0.0/16", "192.168.16.0/19", "172.20.3.0/24", "10.0.0.0/8", "fd00::/64", "odd"];
    assert_eq!(left(None, &networks(&taken)), Some(27));
}

#[test]
fn pools_that_were_declared_count() {
    let pools = [pool("10.201.0.0/16", 24), pool("fd00::/48", 64)];
    assert_eq!(left(Some(&pools), &[]), Some(256));
    assert_eq!(left(Some(&pools), &networks(&["10.201.4.0/23", "172.17.0.0/16"])), Some(254));
    assert_eq!(left(Some(&[pool("10.0.0.0/8", 30)]), &[]), None, "nobody uses them up");
    assert_eq!(left(Some(&[pool("10.0.0.0/16", 8)]), &[]), None, "no engine takes that");
    assert_eq!(left(Some(&[pool("10.9.9.0/24", 24)]), &networks(&["10.9.9.0/24"])), Some(0));
}
