//! Every call leads to what it says, once and again.

use std::collections::{BTreeMap, BTreeSet};

use tenantry::desired::Object;
use tenantry::desired::call::{Arg, Call};
use tenantry::desired::content::Content;
use tenantry::desired::docker::{Container, File, RestartPolicy};
use tenantry::provider::ErrorKind;

use super::bed::{Bed, docker, id, oid};

/// The engine's own words on a container.
fn inspect(container: &Arg, format: &str) -> String {
    docker(&["inspect", "-f", format, id(container)])
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn a_call_that_was_made_can_be_made_again() {
    let bed = Bed::new("twice");
    bed.done(Call::PullImage { reference: "busybox:1.37".to_owned() }).await;
    let network = Call::CreateNetwork { id: oid("bench.a/network/net"), network: bed.network("net") };
    let net = bed.done(network.clone()).await;
    assert_eq!(bed.done(network).await, net);
    let volume = Call::CreateVolume { id: oid("bench.a/volume/data"), volume: bed.volume("data") };
    let data = bed.done(volume.clone()).await;
    assert_eq!(bed.done(volume).await, data);

    let container = Container {
        networks: BTreeMap::from([(bed.name("net"), BTreeSet::from(["web".to_owned()]))]),
        ..bed.container("web")
    };
    let web = bed.create("bench.a/container/web", &container).await;
    assert_eq!(bed.create("bench.a/container/web", &container).await, web);
    let start = Call::StartContainer { container: web.clone() };
    let stop = Call::StopContainer { container: web.clone(), grace: 1 };
    let off = Call::DisconnectNetwork { container: web.clone(), network: bed.name("net") };
    let aliases = BTreeSet::from(["other".to_owned()]);
    let on = Call::ConnectNetwork { container: web.clone(), network: bed.name("net"), aliases };
    let rename = Call::RenameContainer { container: web.clone(), name: bed.name("renamed") };
    for call in [start, off, on, rename, stop] {
        bed.done(call.clone()).await;
        bed.done(call).await;
    }
    assert_eq!(inspect(&web, "{{.Name}} {{.State.Running}}"), format!("/{} false", bed.name("renamed")));
    bed.done(Call::RestartContainer { container: web.clone(), grace: 1 }).await;
    assert_eq!(inspect(&web, "{{.State.Running}}"), "true");
    let refused = bed.call(&Call::RemoveContainer { container: web.clone() }).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Conflict, "a running container is not removed: {refused}");
    bed.done(Call::StopContainer { container: web.clone(), grace: 1 }).await;
    for call in [
        Call::RemoveContainer { container: web },
        Call::RemoveNetwork { handle: net },
        Call::RemoveVolume { handle: data },
    ] {
        bed.done(call.clone()).await;
        bed.done(call).await;
    }
    assert!(bed.observe().await.objects.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn limits_change_in_place() {
    let mut bed = Bed::new("limits");
    let before = Container { memory: Some(32 << 20), pids: Some(20), ..bed.container("web") };
    let web = bed.run("bench.a/container/web", &before).await;
    let started = inspect(&web, "{{.State.StartedAt}}");
    bed.done(Call::UpdateContainer {
        container: web.clone(),
        memory: Some(96 << 20),
        nano_cpus: Some(250_000_000),
        pids: None,
        restart: RestartPolicy::Always,
    })
    .await;
    let after = Container {
        memory: Some(96 << 20),
        nano_cpus: Some(250_000_000),
        pids: None,
        restart: RestartPolicy::Always,
        ..before
    };
    bed.want("bench.a/container/web", Object::Container(Box::new(after.clone())));
    assert_eq!(bed.present("bench.a/container/web").await.object, Object::Container(Box::new(after)));
    assert_eq!(inspect(&web, "{{.State.StartedAt}}"), started, "it was not restarted");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn files_are_put_and_removed() {
    let mut bed = Bed::new("files");
    let web = bed.run("bench.a/container/web", &bed.container("web")).await;
    let file = File { content: Content::Text("x".to_owned()), mode: 0o644, uid: 0, gid: 0 };
    let files = BTreeMap::from([("/srv/-odd name/f".to_owned(), file.clone()), ("/srv/g".to_owned(), file)]);
    bed.done(Call::PutFiles { container: web.clone(), files: files.clone() }).await;
    let wanted = Container { files: files.clone(), ..bed.container("web") };
    bed.want("bench.a/container/web", Object::Container(Box::new(wanted.clone())));
    assert_eq!(
        bed.present("bench.a/container/web").await.object,
        Object::Container(Box::new(wanted.clone()))
    );
    let remove = Call::RemoveFiles { container: web, paths: files.keys().cloned().collect() };
    bed.done(remove.clone()).await;
    bed.done(remove).await;
    let gone = Container { files: BTreeMap::new(), ..wanted };
    assert_eq!(bed.present("bench.a/container/web").await.object, Object::Container(Box::new(gone)));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn a_command_that_outlived_its_run_is_seen_and_waited_for() {
    let bed = Bed::new("exec");
    let web = bed.run("bench.a/container/web", &bed.container("web")).await;
    docker(&["exec", "-d", id(&web), "sh", "-c", "sleep 2", "tenantry:earlier:s-3"]);
    let seen = bed.present("bench.a/container/web").await;
    assert_eq!(seen.status.busy, ["tenantry:earlier:s-3"]);
    let wait =
        |within| Call::AwaitExec { container: web.clone(), mark: "tenantry:earlier:s-3".to_owned(), within };
    assert_eq!(bed.call(&wait(1)).await.unwrap_err().kind, ErrorKind::Timeout);
    bed.done(wait(10)).await;
    assert!(bed.present("bench.a/container/web").await.status.busy.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn compose_recognises_what_is_ours() {
    let bed = Bed::new("compose");
    let web = bed.run("bench.a/container/web", &bed.container("web")).await;
    let labels = inspect(&web, "{{json .Config.Labels}}");
    let labels: BTreeMap<String, String> = serde_json::from_str(&labels).unwrap();
    assert_eq!(labels["com.docker.compose.oneoff"], "False");
    assert_eq!(labels["com.docker.compose.project"], bed.fleet);
    assert_eq!(labels["com.docker.compose.service"], "web");
    assert!(!labels["com.docker.compose.config-hash"].is_empty());
    assert_eq!(labels["tenantry.identity"], "bench.a/container/web");
}
