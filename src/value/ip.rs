//! Addresses of network interfaces: `127.0.0.1`.

use core::net::IpAddr;

use super::invalid::{Form, Invalid, Json, Textual};

impl Textual for IpAddr {
    const FORM: Form = Form {
        name: "an IP address",
        accepts: "the address of one of the host's interfaces, IPv4 or IPv6",
        example: "\"127.0.0.1\"",
        json: Json::Pattern(r"^[0-9A-Fa-f:.]+$"),
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        text.parse().map_err(|_| Invalid::new("cannot be read as one"))
    }
}

/// Addresses of one network: `10.0.0.0/8`, or a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: Option<u8>,
}

impl core::fmt::Display for Network {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.bits {
            Some(bits) => write!(f, "{}/{bits}", self.address),
            None => write!(f, "{}", self.address),
        }
    }
}

impl Textual for Network {
    const FORM: Form = Form {
        name: "an IP address or network",
        accepts: "an address, IPv4 or IPv6, or a network: the address and how many of its bits count",
        example: "\"10.0.0.0/8\"",
        json: Json::Pattern(r"^[0-9A-Fa-f:.]+(/[0-9]+)?$"),
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| Invalid::new("cannot be read as one"))?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits.map(str::parse::<u8>) {
            None => None,
            Some(Ok(0)) => {
                return Err(Invalid::new("is every address there is: anybody could write who asks"));
            }
            Some(Ok(bits)) if bits <= most => Some(bits),
            Some(_) => return Err(Invalid::new(format!("counts no bits from 1 to {most}"))),
        };
        Ok(Self { address, bits })
    }
}
