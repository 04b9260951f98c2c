//! Traefik's static configuration. A change of it restarts Traefik.

use crate::model::{Acme, Edge};
use crate::provider::traefik::lower::{AUTHORITY, DYNAMIC};
use crate::provider::yaml::Yaml;

/// Entry point for plain HTTP.
pub const WEB: &str = "web";
/// Entry point for HTTPS.
pub const WEBSECURE: &str = "websecure";
/// The resolver that gets one wildcard certificate by DNS-01.
pub const WILDCARD: &str = "wildcard";
/// The resolver that gets one certificate a name by HTTP-01.
pub const SINGLE: &str = "single";

/// lego's names of DNS providers that need nothing but one token, and the variable that holds it.
const PROVIDERS: [(&str, &str); 11] = [
    ("cloudflare", "CF_DNS_API_TOKEN"),
    ("desec", "DESEC_TOKEN"),
    ("digitalocean", "DO_AUTH_TOKEN"),
    ("gandiv5", "GANDIV5_PERSONAL_ACCESS_TOKEN"),
    ("hetzner", "HETZNER_API_KEY"),
    ("linode", "LINODE_TOKEN"),
    ("netlify", "NETLIFY_TOKEN"),
    ("njalla", "NJALLA_TOKEN"),
    // With `_FILE` behind it: the key file itself, which has the name and the algorithm of the key too.
    ("rfc2136", "RFC2136_TSIG"),
    ("scaleway", "SCW_SECRET_KEY"),
    ("vultr", "VULTR_API_KEY"),
];

/// The variable that lego reads a provider's token from; with `_FILE` behind it, it names a file.
#[must_use]
pub fn token_variable(provider: &str) -> Option<&'static str> {
    PROVIDERS.iter().find(|(name, _)| *name == provider).map(|(_, variable)| *variable)
}

/// The known providers, for people.
#[must_use]
pub fn providers() -> String {
    PROVIDERS.map(|(name, _)| format!("`{name}`")).join(", ")
}

/// `traefik.yml` of an edge.
#[must_use]
pub fn config(acme: Option<&Acme>, edge: &Edge) -> Yaml {
    let mut sections = vec![
        ("global", Yaml::map([("checkNewVersion", false.into()), ("sendAnonymousUsage", false.into())])),
        ("entryPoints", entry_points(edge)),
        (
            "providers",
            Yaml::map([
                ("providersThrottleDuration", "500ms".into()),
                ("file", Yaml::map([("directory", DYNAMIC.into()), ("watch", true.into())])),
            ]),
        ),
        // Only on the entry point that listens on the container's loopback.
        ("api", Yaml::map([("insecure", true.into()), ("dashboard", false.into())])),
        ("ping", Yaml::map([("entryPoint", "traefik".into())])),
        ("log", Yaml::map([("level", "INFO".into())])),
    ];
    if let Some(acme) = acme {
        sections.push(("certificatesResolvers", resolvers(acme)));
    }
    Yaml::map(sections)
}

fn entry_points(edge: &Edge) -> Yaml {
    // Traefik 3 cuts a request off after 60 s; an upload of a backup takes longer.
    let timeouts = || {
        Yaml::map([(
            "respondingTimeouts",
            Yaml::map([("readTimeout", "3600s".into()), ("idleTimeout", "180s".into())]),
        )])
    };
    // Without this Traefik replaces what anybody says of the client by what it sees itself.
    let trusted = || {
        let proxies = edge.proxies.iter().map(|proxy| proxy.value.as_str());
        let addresses = Yaml::map([("trustedIPs", Yaml::list(proxies))]);
        (!edge.proxies.is_empty()).then_some(("forwardedHeaders", addresses))
    };
    let mut web = vec![("address", Yaml::from(":80")), ("transport", timeouts())];
    web.extend(trusted());
    let mut points = Vec::new();
    // The host's port for HTTPS, which redirections name.
    if let Some(port) = edge.https.as_ref().map(|https| https.value) {
        // A port other than 443 has to be in the address that visitors are sent to.
        let to = if port == 443 { WEBSECURE.to_owned() } else { format!(":{port}") };
        let target = Yaml::map([("to", to.into()), ("scheme", "https".into()), ("permanent", true.into())]);
        web.push(("http", Yaml::map([("redirections", Yaml::map([("entryPoint", target)]))])));
        let mut websecure = vec![("address", Yaml::from(":443")), ("transport", timeouts())];
        websecure.extend(trusted());
        points.push((WEBSECURE, Yaml::map(websecure)));
    }
    points.insert(0, (WEB, Yaml::map(web)));
    points.push(("traefik", Yaml::map([("address", "127.0.0.1:8080".into())])));
    Yaml::map(points)
}

fn resolvers(acme: &Acme) -> Yaml {
    // Each resolver has its own storage: two must not write one file.
    let resolver = |name: &str, challenge: (&'static str, Yaml)| {
        let mut options = vec![
            ("email", acme.email.value.as_str().into()),
            ("storage", format!("/acme/{name}.json").into()),
            ("keyType", "EC256".into()),
            challenge,
        ];
        if let Some(server) = &acme.server {
            options.insert(0, ("caServer", server.value.as_str().into()));
        }
        if acme.authority.is_some() {
            options.push(("caCertificates", Yaml::list([AUTHORITY])));
        }
        if let Some(lifetime) = &acme.lifetime {
            // In hours, at least one: it says how long before the end Traefik renews, and how often it looks.
            options.push(("certificatesDuration", (lifetime.value / 3600).max(1).into()));
        }
        Yaml::map([("acme", Yaml::map(options))])
    };
    let mut resolvers =
        vec![(SINGLE, resolver(SINGLE, ("httpChallenge", Yaml::map([("entryPoint", WEB.into())]))))];
    if let Some(dns) = &acme.dns {
        let mut challenge = vec![("provider", Yaml::from(dns.value.as_str()))];
        if let Some(server) = &acme.nameserver {
            challenge.push(("resolvers", Yaml::list([server.value.as_str()])));
        }
        let challenge = ("dnsChallenge", Yaml::map(challenge));
        resolvers.push((WILDCARD, resolver(WILDCARD, challenge)));
    }
    Yaml::map(resolvers)
}
