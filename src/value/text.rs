//! Short free text, URLs and addresses of engines: refused when they could mean something to what reads them next.

use super::invalid::{Form, Invalid, Json, Textual, invisible};
use super::name::text_type;

text_type! {
    /// A word for people and for other tools: a region, a branch, a DNS provider.
    Word
}

text_type! {
    /// The address of a repository or of an HTTP API.
    Url
}

text_type! {
    /// The path of a file of the fleet, from the fleet's directory.
    FilePath
}

text_type! {
    /// A name server: an address or a name, with a port or without.
    NameServer
}

text_type! {
    /// The address of a Docker Engine.
    Endpoint
}

impl Textual for Word {
    const FORM: Form = Form {
        name: "a word",
        accepts: "letters, digits and `.`, `_`, `-`, `/`, at most 100 characters",
        example: "\"eu-central\"",
        json: Json::Pattern(r"^[A-Za-z0-9._/][A-Za-z0-9._/-]{0,99}$"),
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        let bad = text.chars().find(|c| !c.is_ascii_alphanumeric() && !"._-/".contains(*c));
        match bad {
            _ if text.is_empty() => Err(Invalid::new("is empty")),
            _ if text.len() > 100 => Err(Invalid::new("has more than 100 characters")),
            Some(c) => Err(Invalid::new(format!("has the character `{}`", super::shown(&c.to_string())))),
            None if text.contains("..") => Err(Invalid::new("has two dots in a row")),
            None if text.starts_with('-') => Err(Invalid::new("begins with a hyphen")),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl Textual for Url {
    const FORM: Form = Form {
        name: "a URL",
        accepts: "`https://…`, `http://…` or `ssh://…`, without a password",
        example: "\"https://github.com/frappe/hrms\"",
        json: Json::Pattern(r"^(https|http|ssh)://\S+$"),
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        let rest = ["https://", "http://", "ssh://"].iter().find_map(|scheme| text.strip_prefix(scheme));
        let Some(rest) = rest else {
            return Err(Invalid::new("does not begin with `https://`, `http://` or `ssh://`"));
        };
        plain(text)?;
        let host = rest.split('/').next().unwrap_or_default();
        match host.rsplit_once('@') {
            Some((user, _)) if user.contains(':') => Err(Invalid::new("has a password in it")),
            _ if host.is_empty() => Err(Invalid::new("has no host")),
            _ => Ok(Self(text.to_owned())),
        }
    }
}

impl Textual for FilePath {
    const FORM: Form = Form {
        name: "the path of a file in the fleet",
        accepts: "a path from the fleet's directory, which does not lead out of it",
        example: "\"pki/root.pem\"",
        json: Json::Pattern(r"^[^/\\].*$"),
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        plain(text)?;
        let mut parts = text.split('/');
        match () {
            () if text.is_empty() => Err(Invalid::new("is empty")),
            () if text.starts_with('/') => {
                Err(Invalid::new("is absolute: a commit has no other files than its own"))
            }
            () if parts.any(|part| matches!(part, "" | "." | "..")) => {
                Err(Invalid::new("has a part that is empty, `.` or `..`"))
            }
            () => Ok(Self(text.to_owned())),
        }
    }
}

impl Textual for NameServer {
    const FORM: Form = Form {
        name: "a name server",
        accepts: "an address or a name, with a port where it is not 53",
        example: "\"192.0.2.53:53\"",
        json: Json::Pattern(r"^[A-Za-z0-9.:\[\]-]+$"),
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        plain(text)?;
        let port = |rest: &str| {
            rest.is_empty()
                || rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok_and(|p| p > 0))
        };
        if let Some(six) = text.strip_prefix('[') {
            let good = six
                .split_once(']')
                .is_some_and(|(address, rest)| address.parse::<core::net::Ipv6Addr>().is_ok() && port(rest));
            return if good {
                Ok(Self(text.to_owned()))
            } else {
                Err(Invalid::new("is no IPv6 address and port"))
            };
        }
        if text.parse::<core::net::Ipv6Addr>().is_ok() {
            return Err(Invalid::new("is an IPv6 address without brackets").instead(format!("[{text}]")));
        }
        let (host, rest) = text.split_at(text.find(':').unwrap_or(text.len()));
        let good = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'-';
        match () {
            () if host.is_empty() || host.starts_with('-') || !host.bytes().all(good) => {
                Err(Invalid::new("has a bad host"))
            }
            () if !port(rest) => Err(Invalid::new("has a bad port")),
            () => Ok(Self(text.to_owned())),
        }
    }
}

impl NameServer {
    /// With its port, which is 53 where none is written.
    #[must_use]
    pub fn with_port(&self) -> String {
        let has =
            self.0.rsplit_once(':').is_some_and(|(host, _)| !self.0.starts_with('[') || host.ends_with(']'));
        if has { self.0.clone() } else { format!("{}:53", self.0) }
    }
}

impl Textual for Endpoint {
    const FORM: Form = Form {
        name: "the address of an engine",
        accepts: "`unix:///path`, `tcp://host:port` or `ssh://user@host[:port]`",
        example: "\"ssh://deploy@10.0.0.11\"",
        json: Json::Pattern(r"^(unix:///|tcp://|ssh://)\S+$"),
    };

    fn parse(text: &str) -> Result<Self, Invalid> {
        plain(text)?;
        if let Some(path) = text.strip_prefix("unix://") {
            return if path.starts_with('/') {
                Ok(Self(text.to_owned()))
            } else {
                Err(Invalid::new("has no absolute path"))
            };
        }
        let Some(host) = text.strip_prefix("ssh://").or_else(|| text.strip_prefix("tcp://")) else {
            return Err(Invalid::new("begins with no known scheme"));
        };
        // A host that begins with a hyphen would be an option of the ssh that is called with it.
        let good = |b: u8| b.is_ascii_alphanumeric() || b".-_@:[]".contains(&b);
        let at = host.rsplit_once('@').map_or(host, |(_, at)| at);
        if host.starts_with('-') || at.is_empty() || at.starts_with(['-', ':']) || !host.bytes().all(good) {
            return Err(Invalid::new("has a bad host"));
        }
        let user = host.rsplit_once('@').map_or("", |(user, _)| user);
        if user.contains(':') {
            return Err(Invalid::new("has a password in it"));
        }
        if text.starts_with("tcp://")
            && at.rsplit_once(':').is_none_or(|(_, port)| port.parse::<u16>().is_err())
        {
            return Err(Invalid::new("has no port"));
        }
        Ok(Self(text.to_owned()))
    }
}

/// Whether an engine's address is TCP without TLS to another machine.
#[must_use]
pub fn is_in_clear(at: &str) -> bool {
    let Some(rest) = at.strip_prefix("tcp://").or_else(|| at.strip_prefix("http://")) else { return false };
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = host.split('/').next().unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let loopback = name.parse::<core::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    !(loopback || name.eq_ignore_ascii_case("localhost"))
}

/// Refuses what is not seen, what quotes, and what is too long.
fn plain(text: &str) -> Result<(), Invalid> {
    if text.len() > 300 {
        return Err(Invalid::new("has more than 300 characters"));
    }
    match text.chars().find(|c| invisible(*c) || !c.is_ascii() || " \"'`\\{}<>$|;".contains(*c)) {
        Some(c) => Err(Invalid::new(format!("has the character `{}`", super::shown(&c.to_string())))),
        None => Ok(()),
    }
}
