//! An authority that speaks ACME and the name servers of its challenges, beside a fleet's Traefik.

use std::process::Command;
use std::time::{Duration, Instant};

use super::fleet::Fleet;
use crate::support::used;

pub(super) const IMAGE: &str = "tenantry-bed/acme:2";
/// Where it is, as Traefik sees it.
pub(super) const DIRECTORY: &str = "https://ca.acme-cloud.example:14000/dir";
/// The name servers, which take updates of `erp.acme-cloud.example`.
pub(super) const NAMES: [&str; 2] = ["ca.acme-cloud.example", "ns.erp.acme-cloud.example"];

/// A container that goes when the test ends, however that is.
pub(super) struct Authority {
    name: String,
    address: String,
}

impl Authority {
    /// Starts it on a network, with every name that has no zone at an address.
    pub(super) fn start(fleet: &Fleet, network: &str, traefik: &str, lifetime: &str) -> Self {
        let name = format!("{}-authority", fleet.id);
        used::names(&name);
        let mut run = vec!["run", "-d", "--name", &name, "--network", network];
        for alias in NAMES {
            run.extend(["--network-alias", alias]);
        }
        run.extend([IMAGE, "serve.sh", traefik, lifetime]);
        fleet.ask(&run);
        let authority = Self { address: address(fleet, &name), name };
        let began = Instant::now();
        while authority.root().is_none() {
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "it does not answer: {}",
                authority.log(fleet)
            );
            std::thread::sleep(Duration::from_millis(100));
        }
        authority
    }

    /// The root that it signs with, which is another one each time that it starts.
    pub(super) fn root(&self) -> Option<String> {
        let url = format!("https://{}:15000/roots/0", self.address);
        let output = Command::new("curl").args(["-sSk", "-m", "5", &url]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.contains("BEGIN CERTIFICATE").then_some(text)
    }

    pub(super) fn log(&self, fleet: &Fleet) -> String {
        let script = "tail -n 20 /tmp/named.log /tmp/pebble.log /tmp/haproxy.log /tmp/challtestsrv.log";
        fleet.docker(&["exec", &self.name, "sh", "-c", script]).to_string()
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        let _ = Command::new("docker").args(["rm", "-fv", &self.name]).output();
    }
}

/// The address of a container that is on one network.
pub(super) fn address(fleet: &Fleet, container: &str) -> String {
    let format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    fleet.ask(&["inspect", "-f", format, container])
}

/// Files of the image: the root of whoever answers at the directory, the key of the updates, a certificate and its key.
pub(super) fn file(path: &str) -> String {
    let output = Command::new("docker").args(["run", "--rm", IMAGE, "cat", path]).output().unwrap();
    assert!(output.status.success(), "{path}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
