//! A fleet that an earlier release applied to a real engine, put back from what `tests/recorded/record-live` kept of it:
//! what the engine said of its containers, networks and volumes, and what was in them. A later release has nothing to
//! do there but what the changelog says.

use std::fs::File;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bollard::Docker;
use bollard::models::{
    ContainerCreateBody, EndpointSettings, NetworkConnectRequest, NetworkCreateRequest, NetworkingConfig,
    VolumeCreateRequest,
};
use bollard::query_parameters::CreateContainerOptionsBuilder;
use serde_json::{Value, json};

use super::fleet::Fleet;
use crate::recorded::environment;
use crate::support::disk;

const WORLD: &str = "acme-cloud-live";
/// The fleet's id, which is in all its names.
const ID: &str = "rec1";
/// The port of its edge, which its sites know.
const PORT: u16 = 18099;

#[test]
#[ignore = "needs a Docker engine"]
fn a_recorded_fleet_has_nothing_to_do() {
    let mut fleet = Fleet::empty("rec", None);
    fleet.id = ID.to_owned();
    fleet.port = PORT;
    fleet.environment.extend(environment(WORLD));
    let files = format!("tests/recorded/{WORLD}/fleet");
    for file in disk::files(&files, &[".kdl", ".yaml"]) {
        fleet.write(&file[files.len() + 1..], &disk::read(&file));
    }
    fleet.away();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(Engine::new(&fleet).restore());

    let began = Instant::now();
    let mut plan = fleet.run(&["plan", "--new-fleet"]);
    // What `recorded::CHANGES` says of it.
    let known = "Plan: 0 to add, 8 to change, 0 to destroy.";
    // A server that has just been started does not answer at once.
    while !plan.out.contains(known) && began.elapsed() < Duration::from_secs(90) {
        std::thread::sleep(Duration::from_secs(2));
        plan = fleet.run(&["plan", "--new-fleet"]);
    }
    let routes = plan.out.matches("~ route   files and open desks no longer count as requests").count();
    assert!(plan.out.contains(known) && routes == 4, "{plan}");
    let run = fleet.run(&["apply", "--auto-approve", "--new-fleet"]);
    assert_eq!(run.code, 0, "{run}");
    fleet.settled();
}

struct Engine<'a> {
    docker: Docker,
    fleet: &'a Fleet,
}

impl<'a> Engine<'a> {
    fn new(fleet: &'a Fleet) -> Self {
        Self { docker: Docker::connect_with_defaults().unwrap(), fleet }
    }

    fn read(name: &str) -> Vec<Value> {
        serde_json::from_str(&disk::read(&format!("tests/recorded/{WORLD}/{name}.json"))).unwrap()
    }

    async fn restore(&self) {
        for network in Self::read("networks") {
            let request: NetworkCreateRequest = serde_json::from_value(json!({
                "Name": network["Name"],
                "Driver": network["Driver"],
                "Internal": network["Internal"],
                "Labels": network["Labels"],
            }))
            .unwrap();
            self.docker.create_network(request).await.unwrap();
        }
        for volume in Self::read("volumes") {
            let request: VolumeCreateRequest = serde_json::from_value(json!({
                "Name": volume["Name"],
                "Driver": volume["Driver"],
                "Labels": volume["Labels"],
            }))
            .unwrap();
            self.docker.create_volume(request).await.unwrap();
            Self::fill(volume["Name"].as_str().unwrap());
        }
        let mut containers = Self::read("containers");
        containers.sort_by_key(rank);
        for container in &containers {
            self.create(container).await;
        }
        for container in &containers {
            self.fleet.ask(&["start", name(container)]);
        }
    }

    /// What was in a volume.
    fn fill(volume: &str) {
        let archive = disk::path(&format!("tests/recorded/{WORLD}/volumes/{volume}.tar.gz"));
        let filled = Command::new("docker")
            .args(["run", "--rm", "-i", "-v", &format!("{volume}:/v"), "busybox:1.37"])
            .args(["tar", "-xz", "-C", "/v"])
            .stdin(File::open(archive).unwrap())
            .status()
            .unwrap();
        assert!(filled.success(), "{volume}");
    }

    async fn create(&self, container: &Value) {
        let mut body = container["Config"].clone();
        body["HostConfig"] = container["HostConfig"].clone();
        let mut body: ContainerCreateBody = serde_json::from_value(body).unwrap();
        // The engine's own choice, after the old container's id.
        body.hostname = None;
        // An engine of this age takes one network at the making; the others are joined.
        let own = &container["Id"].as_str().unwrap()[..12];
        let mut networks: Vec<(String, EndpointSettings)> = container["NetworkSettings"]["Networks"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(network, endpoint)| {
                let names = endpoint["Aliases"].as_array().into_iter().flatten();
                let names = names.filter_map(Value::as_str).filter(|name| *name != own).map(str::to_owned);
                let endpoint =
                    EndpointSettings { aliases: Some(names.collect()), ..EndpointSettings::default() };
                (network.clone(), endpoint)
            })
            .collect();
        let first = networks.remove(0);
        body.networking_config =
            Some(NetworkingConfig { endpoints_config: Some([first].into_iter().collect()) });
        let options = CreateContainerOptionsBuilder::default().name(name(container)).build();
        self.docker.create_container(Some(options), body).await.unwrap();
        for (network, endpoint) in networks {
            let request = NetworkConnectRequest {
                container: name(container).to_owned(),
                endpoint_config: Some(endpoint),
            };
            self.docker.connect_network(&network, request).await.unwrap();
        }
        let folder = format!("tests/recorded/{WORLD}/files/{}", name(container));
        for archive in disk::files(&folder, &[".tar"]) {
            let parent = archive[folder.len() + 1..].trim_end_matches(".tar").replace('+', "/");
            let mut copy = Command::new("docker")
                .args(["cp", "-", &format!("{}:{parent}/", name(container))])
                .stdin(Stdio::piped())
                .spawn()
                .unwrap();
            copy.stdin.take().unwrap().write_all(&disk::bytes(&disk::path(&archive)).unwrap()).unwrap();
            assert!(copy.wait().unwrap().success(), "{archive}");
        }
    }
}

fn name(container: &Value) -> &str {
    container["Name"].as_str().unwrap().trim_start_matches('/')
}

/// Servers before those who look for them when they start.
fn rank(container: &Value) -> usize {
    let order = ["-redis-", "-mariadb-", "-backend-", "-websocket-", "-frontend-", "-traefik-"];
    order.iter().position(|part| name(container).contains(part)).unwrap_or(3)
}
