//! Edges to objects: a network where benches meet Traefik, Traefik itself, the pages beside it, and the routes.

use serde_json::Value;

use super::{own_certificates, pages, routes, settings};
use crate::desired::content::{Content, Part};
use crate::desired::docker::{File, Port};
use crate::desired::{Object, ObjectKind, Owner};
use crate::diag::{Code, Diagnostic};
use crate::model::Edge;
use crate::provider::lower::{Lowering, Origin};
use crate::provider::names::Project;
use crate::provider::service;

/// Key of the network that an edge shares with the benches behind it.
pub const NETWORK: &str = "web";
/// Where Traefik looks for dynamic configuration.
pub const DYNAMIC: &str = "/etc/traefik/dynamic";
/// The ACME provider's token in Traefik's container.
const TOKEN: &str = "/run/secrets/dns-token";
/// The root of the authority there.
pub(super) const AUTHORITY: &str = "/etc/traefik/authority.pem";

/// Adds every edge, then the routes of benches and sites.
pub fn lower(to: &mut Lowering<'_>) {
    let model = to.model;
    for (_, edge) in model.edges.iter() {
        let project = Project::edge(&to.desired.fleet, edge);
        let origin = Origin::new(model, &edge.meta, edge.host.id, Owner::Platform, &[]);
        traefik(to, &origin, &project, edge);
        page(to, &origin, &project, edge);
    }
    routes::lower(to);
}

fn traefik(to: &mut Lowering<'_>, origin: &Origin, project: &Project, edge: &Edge) {
    let network = service::network(project, NETWORK);
    let dynamic = service::volume(project, "dynamic");
    let mut traefik = service::container(project, "traefik", &edge.image.value);
    traefik.command = Some(vec!["traefik".to_owned(), "--configFile=/etc/traefik/traefik.yml".to_owned()]);
    traefik.health =
        Some(service::health(["traefik", "healthcheck", "--configFile=/etc/traefik/traefik.yml"], 5));
    // Traefik gives requests under way ten seconds.
    traefik.stop_grace = 20;
    traefik.memory = edge.memory.as_ref().map(|memory| memory.value);
    traefik.nano_cpus = edge.nano_cpus.as_ref().map(|cpus| cpus.value);
    service::join(&mut traefik, &network.name, []);
    service::mount(&mut traefik, DYNAMIC, dynamic.name.clone());
    let port = |host_port, container_port| Port {
        host_ip: edge.bind.value.clone(),
        host_port,
        container_port,
        protocol: "tcp".to_owned(),
    };
    traefik.ports.insert(port(edge.http.value, 80));
    traefik.ports.extend(edge.https.as_ref().map(|https| port(https.value, 443)));
    let certificates = to.model.fleet.certificates.as_ref();
    let acme = certificates.and_then(|certificates| certificates.acme.as_ref());
    let config = settings::config(acme, edge).to_text();
    traefik.files.insert("/etc/traefik/traefik.yml".to_owned(), service::text(config));

    let mut needs = vec![
        to.put(origin, NETWORK, [], Object::Network(network)),
        to.put(origin, "dynamic", [], Object::Volume(dynamic)),
    ];
    traefik.files.extend(own_certificates::files(to.model, edge));
    if let Some(acme) = acme {
        let volume = service::volume(project, "acme");
        service::mount(&mut traefik, "/acme", volume.name.clone());
        needs.push(to.put(origin, "acme", [], Object::Volume(volume)));
        if let Some(authority) = &acme.authority {
            traefik.files.insert(AUTHORITY.to_owned(), service::text(authority.value.clone()));
        }
        if let Some(server) = &acme.nameserver {
            traefik.environment.insert("RFC2136_NAMESERVER".to_owned(), server.value.clone());
        }
        if let (Some(dns), Some(token)) = (&acme.dns, &acme.token) {
            if let Some(variable) = settings::token_variable(&dns.value) {
                traefik.environment.insert(format!("{variable}_FILE"), TOKEN.to_owned());
                let content = Content::Secret(vec![Part::Secret(token.value.clone())]);
                traefik.files.insert(TOKEN.to_owned(), File { content, mode: 0o400, uid: 0, gid: 0 });
            } else {
                to.diagnostics.push(
                    Diagnostic::error(
                        Code::LOWER_DNS_PROVIDER,
                        format!("the DNS provider `{}` has no known variable for a token", dns.value),
                    )
                    .at(dns.span, "not known")
                    .and(token.span, "its token would have to be given to Traefik")
                    .help(format!("use one of {}", settings::providers())),
                );
            }
        }
    }
    to.put(origin, "traefik", needs, Object::Container(Box::new(traefik)));
}

fn page(to: &mut Lowering<'_>, origin: &Origin, project: &Project, edge: &Edge) {
    let mut page = service::container(project, "page", &edge.page_image.value);
    page.command = Some(["httpd", "-f", "-p", "8080", "-h", "/www"].map(str::to_owned).to_vec());
    // busybox's httpd ignores the stop signal as process 1.
    page.init = true;
    // No `-T`: some static busybox dies of it when it also has a name to look up.
    page.health = Some(service::health(["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"], 0));
    service::join(&mut page, &project.resource(NETWORK), []);
    for name in pages::NAMES {
        let text = pages::render(name, &to.model.fleet.meta.name, edge.meta.identity.id());
        page.files.insert(format!("/www/{name}"), service::text(text));
    }
    let needs = [origin.id(ObjectKind::Network, NETWORK)];
    to.put(origin, "page", needs, Object::Container(Box::new(page)));
}

/// Whether any text in a value (names too) would be executed: Traefik runs every file as a template first.
pub(super) fn is_template(name: &str, value: &Value) -> bool {
    name.contains("{{")
        || match value {
            Value::String(text) => text.contains("{{"),
            Value::Array(items) => items.iter().any(|item| is_template("", item)),
            Value::Object(entries) => entries.iter().any(|(key, value)| is_template(key, value)),
            _ => false,
        }
}
