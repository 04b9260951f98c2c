//! The address pools of an engine: how many networks it can still make.

use std::net::Ipv4Addr;

use bollard::models::{Network, SystemInfoDefaultAddressPools};

/// What an engine has that was told nothing else: fifteen and sixteen networks, one of which is its own bridge (moby,
/// `libnetwork/ipamutils`).
const BUILT_IN: [(&str, u32); 16] = [
    ("172.17.0.0/16", 16),
    ("172.18.0.0/16", 16),
    ("172.19.0.0/16", 16),
    ("172.20.0.0/16", 16),
    ("172.21.0.0/16", 16),
    ("172.22.0.0/16", 16),
    ("172.23.0.0/16", 16),
    ("172.24.0.0/16", 16),
    ("172.25.0.0/16", 16),
    ("172.26.0.0/16", 16),
    ("172.27.0.0/16", 16),
    ("172.28.0.0/16", 16),
    ("172.29.0.0/16", 16),
    ("172.30.0.0/16", 16),
    ("172.31.0.0/16", 16),
    ("192.168.0.0/16", 20),
];
/// Pools of more networks than this are as good as endless.
const MANY: u32 = 16;

/// A range of IPv4 addresses: its first and its last.
type Range = (u32, u32);

/// How many subnets of its pools overlap no network that is there. The engine also leaves out what its machine has routes to, so there
/// may be fewer. `None` where a pool is so large that it does not matter, or cannot be read.
pub(super) fn left(pools: Option<&[SystemInfoDefaultAddressPools]>, networks: &[Network]) -> Option<u64> {
    let pools: Vec<(String, u32)> = match pools {
        Some(pools) if !pools.is_empty() => pools
            .iter()
            .map(|pool| Some((pool.base.clone()?, u32::try_from(pool.size?).ok()?)))
            .collect::<Option<_>>()?,
        _ => BUILT_IN.map(|(base, size)| (base.to_owned(), size)).into(),
    };
    let taken: Vec<Range> = networks
        .iter()
        .filter_map(|network| network.ipam.as_ref()?.config.as_ref())
        .flatten()
        .filter_map(|config| range(config.subnet.as_deref()?))
        .collect();
    let mut left = 0;
    for (base, size) in pools {
        // IPv6 is for networks that ask for it; ours do not.
        let Some((first, last)) = range(&base) else { continue };
        let bits = size.checked_sub(last.wrapping_sub(first).leading_zeros())?;
        if bits > MANY {
            return None;
        }
        for number in 0..1_u32 << bits {
            let (from, to) = subnet(first, size, number)?;
            if !taken.iter().any(|(first, last)| *first <= to && from <= *last) {
                left += 1;
            }
        }
    }
    Some(left)
}

fn subnet(first: u32, size: u32, number: u32) -> Option<Range> {
    let addresses = 1_u64.checked_shl(32_u32.checked_sub(size)?)?;
    let from = u64::from(first) + u64::from(number) * addresses;
    Some((u32::try_from(from).ok()?, u32::try_from(from + addresses - 1).ok()?))
}

/// `172.17.0.0/16`.
fn range(cidr: &str) -> Option<Range> {
    let (address, length) = cidr.split_once('/')?;
    let address = u32::from(address.parse::<Ipv4Addr>().ok()?);
    let host = 32_u32.checked_sub(length.parse().ok()?)?;
    let mask = u32::try_from((1_u64 << host) - 1).ok()?;
    Some((address & !mask, address | mask))
}

#[cfg(test)]
mod tests;
