//! Traefik's static configuration. A change of it restarts Traefik.

use crate::model::Certificates;
use crate::provider::traefik::lower::DYNAMIC;
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
const PROVIDERS: [(&str, &str); 10] = [
    ("cloudflare", "CF_DNS_API_TOKEN"),
    ("desec", "DESEC_TOKEN"),
    ("digitalocean", "DO_AUTH_TOKEN"),
    ("gandiv5", "GANDIV5_PERSONAL_ACCESS_TOKEN"),
    ("hetzner", "HETZNER_API_KEY"),
    ("linode", "LINODE_TOKEN"),
    ("netlify", "NETLIFY_TOKEN"),
    ("njalla", "NJALLA_TOKEN"),
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

/// `traefik.yml`. `https` is the host's port for HTTPS, which redirections name.
#[must_use]
pub fn config(certificates: Option<&Certificates>, https: Option<u16>) -> Yaml {
    let mut sections = vec![
        ("global", Yaml::map([("checkNewVersion", false.into()), ("sendAnonymousUsage", false.into())])),
        ("entryPoints", entry_points(https)),
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
    if let Some(certificates) = certificates {
        sections.push(("certificatesResolvers", resolvers(certificates)));
    }
    Yaml::map(sections)
}

fn entry_points(https: Option<u16>) -> Yaml {
    // Traefik 3 cuts a request off after 60 s; an upload of a backup takes longer.
    let timeouts = || {
        Yaml::map([(
            "respondingTimeouts",
            Yaml::map([("readTimeout", "3600s".into()), ("idleTimeout", "180s".into())]),
        )])
    };
    let mut web = vec![("address", Yaml::from(":80")), ("transport", timeouts())];
    let mut points = Vec::new();
    if let Some(port) = https {
        // A port other than 443 has to be in the address that visitors are sent to.
        let to = if port == 443 { WEBSECURE.to_owned() } else { format!(":{port}") };
        let target = Yaml::map([("to", to.into()), ("scheme", "https".into()), ("permanent", true.into())]);
        web.push(("http", Yaml::map([("redirections", Yaml::map([("entryPoint", target)]))])));
        points.push((WEBSECURE, Yaml::map([("address", ":443".into()), ("transport", timeouts())])));
    }
    points.insert(0, (WEB, Yaml::map(web)));
    points.push(("traefik", Yaml::map([("address", "127.0.0.1:8080".into())])));
    Yaml::map(points)
}

fn resolvers(certificates: &Certificates) -> Yaml {
    // Each resolver has its own storage: two must not write one file.
    let resolver = |name: &str, challenge: (&'static str, Yaml)| {
        let mut acme = vec![
            ("email", certificates.email.value.as_str().into()),
            ("storage", format!("/acme/{name}.json").into()),
            ("keyType", "EC256".into()),
            challenge,
        ];
        if let Some(server) = &certificates.server {
            acme.insert(0, ("caServer", server.value.as_str().into()));
        }
        Yaml::map([("acme", Yaml::map(acme))])
    };
    let mut resolvers =
        vec![(SINGLE, resolver(SINGLE, ("httpChallenge", Yaml::map([("entryPoint", WEB.into())]))))];
    if let Some(dns) = &certificates.dns {
        let challenge = ("dnsChallenge", Yaml::map([("provider", dns.value.as_str().into())]));
        resolvers.push((WILDCARD, resolver(WILDCARD, challenge)));
    }
    Yaml::map(resolvers)
}
