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
