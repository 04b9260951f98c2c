//! `edge`: a Traefik on a host.

use core::net::IpAddr;

use super::field::Reference;
use super::host::Host;
use super::scalar::Port;
use super::table::block;
use crate::source::Spanned;
use crate::value::{Bytes, Domain, Image, Name, NanoCpus, Network, Seconds};

block! {
    /// A Traefik on a host: it routes every site of the benches there.
    Edge = "edge" ["name"] {
        /// Its name.
        name: Option<Spanned<Name>> = "name" required;
        /// Its first name, when it was renamed.
        id: Option<Spanned<Name>> = "id";
        /// Its host.
        host: Option<Spanned<Reference<Host>>> = "host" required;
        /// Traefik's image; default `traefik:v3.7`.
        image: Option<Spanned<Image>> = "image";
        /// The image that serves status pages, any with busybox's `httpd`; default `busybox:1.37`.
        page_image: Option<Spanned<Image>> = "page-image";
        /// Port for HTTP on the host; default 80.
        http: Option<Spanned<Port>> = "http";
        /// Port for HTTPS on the host, where the fleet has `certificates`; default 443.
        https: Option<Spanned<Port>> = "https";
        /// Address of the host to listen on; default all of them.
        bind: Option<Spanned<IpAddr>> = "bind";
        /// A domain at which the edge shows its own status page.
        status: Option<Spanned<Domain>> = "status";
        /// How long browsers shall insist on HTTPS after a visit (HSTS); needs `certificates`.
        hsts: Option<Spanned<Seconds>> = "hsts";
        /// Proxies before it: of what they say of the client, address and protocol, it believes every word.
        proxies: Vec<Proxy> = "proxy";
        /// Memory of its container.
        memory: Option<Spanned<Bytes>> = "memory";
        /// Processors of its container.
        cpus: Option<Spanned<NanoCpus>> = "cpus";
    }
}

block! {
    /// A proxy or load balancer before an edge.
    Proxy = "proxy" ["name"] {
        /// Its address, or the network that it is in.
        address: Option<Spanned<Network>> = "name" required;
    }
}
