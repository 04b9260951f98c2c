//! Every managed field of every Docker kind, changed by hand: one change each, and mended.
//!
//! The fields come from the types: a field that is added there and has no hand here fails the test.

use serde_json::{Value, json};
use tenantry::desired::docker::{Container, Network, Volume};
use tenantry::desired::fields::Managed;
use tenantry::desired::traefik::Route;

use super::by_hand::{recreate, remake_network};
use super::fleet::Fleet;
use super::shared;

/// Changes one field of the cache's container by hand; files are the page's. Gives the identity that must change.
fn container(fleet: &Fleet, field: &str) -> &'static str {
    let name = fleet.container("bench", "redis-cache");
    let cache = "bench.a/container/redis-cache";
    let label = |body: &mut Value, key: &str| body["Labels"][key] = json!("another");
    match field {
        "name" => {
            fleet.ask(&["rename", &name, &format!("{name}-renamed")]);
        }
        "project" => recreate(fleet, &name, |b| label(b, "com.docker.compose.project")),
        "service" => recreate(fleet, &name, |b| label(b, "com.docker.compose.service")),
        "image" => recreate(fleet, &name, |b| b["Image"] = json!("redis:latest-by-hand")),
        "entrypoint" => recreate(fleet, &name, |b| b["Entrypoint"] = json!(["/usr/bin/env"])),
        "command" => recreate(fleet, &name, |b| b["Cmd"] = json!(["redis-server", "--maxmemory", "1mb"])),
        "environment" => recreate(fleet, &name, |b| {
            b["Env"].as_array_mut().unwrap().push(json!("BY=hand"));
        }),
        "user" => recreate(fleet, &name, |b| b["User"] = json!("999")),
        "working_dir" => {
            let queue = fleet.container("bench", "redis-queue");
            recreate(fleet, &queue, |b| b["WorkingDir"] = json!("/tmp"));
            return "bench.a/container/redis-queue";
        }
        "init" => recreate(fleet, &name, |b| {
            b["HostConfig"]["Init"] = json!(!b["HostConfig"]["Init"].as_bool().unwrap_or(false));
        }),
        "no_new_privileges" => recreate(fleet, &name, |b| {
            let on = b["HostConfig"]["SecurityOpt"].as_array().is_some_and(|o| !o.is_empty());
            b["HostConfig"]["SecurityOpt"] = if on { json!([]) } else { json!(["no-new-privileges:true"]) };
        }),
        "stop_grace" => recreate(fleet, &name, |b| b["StopTimeout"] = json!(77)),
        "health" => recreate(fleet, &name, |b| b["Healthcheck"]["Interval"] = json!(77_000_000_000_u64)),
        "volumes" => recreate(fleet, &name, |b| {
            let volume = format!("{}-by-hand", fleet.id);
            b["HostConfig"]["Mounts"] = json!([{"Type": "volume", "Source": volume, "Target": "/by-hand"}]);
        }),
        "ports" => recreate(fleet, &name, |b| {
            b["ExposedPorts"]["6379/tcp"] = json!({});
            b["HostConfig"]["PortBindings"] = json!({"6379/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}]});
        }),
        "log" => {
            recreate(fleet, &name, |b| b["HostConfig"]["LogConfig"]["Config"]["max-size"] = json!("77m"))
        }
        "networks" => {
            let network = format!("{}-bench-a_bench", fleet.id);
            fleet.ask(&["network", "disconnect", &network, &name]);
            fleet.ask(&["network", "connect", "--alias", "by-hand", &network, &name]);
        }
        "restart" => {
            fleet.ask(&["update", "--restart", "no", &name]);
        }
        "memory" => {
            fleet.ask(&["update", "--memory", "300m", "--memory-swap", "300m", &name]);
        }
        "nano_cpus" => {
            fleet.ask(&["update", "--cpus", "1.5", &name]);
        }
        "pids" => {
            fleet.ask(&["update", "--pids-limit", "77", &name]);
        }
        "files" => {
            let page = fleet.container("edge", "page");
            fleet.ask(&["exec", &page, "sh", "-c", "echo by hand > /www/index.html"]);
            return "edge.h/container/page";
        }
        other => panic!("no hand changes the field `{other}`: write one"),
    }
    cache
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn every_field_of_a_container_that_is_changed_by_hand_is_one_change_and_mended() {
    let fleet = shared::fleet();
    fleet.ask(&["tag", "redis:7.2", "redis:latest-by-hand"]);
    for field in Container::FIELDS {
        let identity = container(&fleet, field.name);
        let planned = fleet.planned();
        assert_eq!(planned.len(), 1, "{}: {planned:?}", field.name);
        assert_eq!(planned[0].1, identity, "{}", field.name);
        fleet.applied();
        fleet.settled();
    }
    fleet.docker(&["rmi", "redis:latest-by-hand"]);
    fleet.docker(&["volume", "rm", &format!("{}-by-hand", fleet.id)]);
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn every_field_of_a_network_that_is_changed_by_hand_is_one_change_and_mended() {
    let fleet = shared::fleet();
    let name = format!("{}-bench-a_bench", fleet.id);
    for field in Network::FIELDS {
        if field.name == "driver" && !other_driver(&fleet) {
            // This kernel has neither macvlan nor ipvlan; the plan's own tests change the driver.
            continue;
        }
        remake_network(&fleet, &name, |body| match field.name {
            "name" => body["Name"] = json!(format!("{name}-by-hand")),
            "project" => body["Labels"]["com.docker.compose.project"] = json!("another"),
            "key" => body["Labels"]["com.docker.compose.network"] = json!("another"),
            "driver" => body["Driver"] = json!("macvlan"),
            "internal" => body["Internal"] = json!(!body["Internal"].as_bool().unwrap()),
            other => panic!("no hand changes the field `{other}`: write one"),
        });
        let planned = fleet.planned();
        let network = ("replace".to_owned(), "bench.a/network/bench".to_owned());
        if field.name == "name" {
            // Its containers are on a network of another name: that is theirs to mend.
            assert!(planned.contains(&network), "{}: {planned:?}", field.name);
        } else {
            assert_eq!(planned, vec![network], "{}", field.name);
        }
        fleet.applied();
        fleet.settled();
    }
}

/// Whether the kernel has another driver of networks than the bridge.
fn other_driver(fleet: &Fleet) -> bool {
    let name = format!("{}-driver", fleet.id);
    let made = fleet.docker(&["network", "create", "-d", "macvlan", &name]).code == 0;
    fleet.docker(&["network", "rm", &name]);
    made
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn every_field_of_a_volume_that_is_changed_by_hand_is_told_and_its_data_kept() {
    let fleet = shared::fleet();
    let name = format!("{}-bench-a_redis-queue", fleet.id);
    let queue = fleet.container("bench", "redis-queue");
    let labels = fleet.ask(&["volume", "inspect", "-f", "{{json .Labels}}", &name]);
    let labels: Value = serde_json::from_str(&labels).unwrap();
    for field in Volume::FIELDS {
        if field.name == "driver" {
            // There is one volume driver on an engine without plugins; the plan's own tests change it.
            continue;
        }
        fleet.ask(&["rm", "-fv", &queue]);
        fleet.ask(&["volume", "rm", &name]);
        let mut body = json!({"Name": name, "Labels": labels, "Driver": "local"});
        match field.name {
            "name" => body["Name"] = json!(format!("{name}-by-hand")),
            "project" => body["Labels"]["com.docker.compose.project"] = json!("another"),
            "key" => body["Labels"]["com.docker.compose.volume"] = json!("another"),
            "options" => body["DriverOpts"] = json!({"type": "tmpfs", "device": "tmpfs"}),
            other => panic!("no hand changes the field `{other}`: write one"),
        }
        super::by_hand::engine("POST", "/volumes/create", &body);
        let made = body["Name"].as_str().unwrap().to_owned();
        let run = fleet.apply();
        assert_eq!(run.code, 5, "{}: {run}", field.name);
        assert!(run.err.contains("guard/volume-differs"), "{}: {run}", field.name);
        assert_eq!(fleet.ask(&["volume", "inspect", "-f", "{{.Name}}", &made]), made, "kept");
        fleet.docker(&["rm", "-fv", &queue]);
        fleet.ask(&["volume", "rm", &made]);
        fleet.applied();
        fleet.settled();
    }
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn every_field_of_a_route_that_is_changed_by_hand_is_one_change_and_mended() {
    let fleet = shared::fleet();
    let traefik = fleet.container("edge", "traefik");
    let dynamic = "/etc/traefik/dynamic";
    for field in Route::FIELDS {
        let script = match field.name {
            "file" => format!("mv {dynamic}/edge.yml {dynamic}/other.yml"),
            "entries" => format!("sed -i 's/status.localhost/hand.localhost/' {dynamic}/edge.yml"),
            other => panic!("no hand changes the field `{other}`: write one"),
        };
        fleet.ask(&["exec", &traefik, "sh", "-c", &script]);
        let planned = fleet.planned();
        assert_eq!(planned, vec![("update".to_owned(), "edge.h/route".to_owned())], "{}", field.name);
        fleet.applied();
        fleet.settled();
        assert!(fleet.page().is_some());
    }
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn a_second_network_of_the_same_name_and_mark_goes() {
    let fleet = shared::fleet();
    let name = format!("{}-bench-a_bench", fleet.id);
    let labels = fleet.ask(&["network", "inspect", "-f", "{{json .Labels}}", &name]);
    let labels: Value = serde_json::from_str(&labels).unwrap();
    // Engines before API 1.44 make a second one unless they are told to look.
    let body = json!({"Name": name, "Driver": "bridge", "Labels": labels});
    let made = super::by_hand::engine("POST", "/networks/create", &body);
    assert!(made["Id"].is_string(), "this engine makes no second one, so the test shows nothing: {made}");
    assert_eq!(fleet.planned(), vec![("update".to_owned(), "bench.a/network/bench".to_owned())]);
    fleet.applied();
    fleet.settled();
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn things_that_are_removed_by_hand_come_back() {
    let fleet = shared::fleet();
    fleet.ask(&["rm", "-fv", &fleet.container("edge", "traefik")]);
    fleet.ask(&["stop", "-t", "1", &fleet.container("bench", "redis-queue")]);
    fleet.applied();
    fleet.settled();
    assert!(fleet.page().is_some());
}
