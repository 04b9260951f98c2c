//! Every call leads to what it says, once and again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tenantry::desired::Object;
use tenantry::desired::call::{Arg, Call};
use tenantry::desired::content::Content;
use tenantry::desired::docker::{Container, File, RestartPolicy, VolumeMount};
use tenantry::desired::observed::Halt;
use tenantry::provider::ErrorKind;

use super::bed::{BUSYBOX, Bed, docker, id, oid};

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
async fn one_that_is_paused_or_restarts_for_ever_is_seen_as_that_and_can_be_stopped() {
    let mut bed = Bed::new("halted");
    let web = "bench.a/container/web";
    let ends = Container {
        command: Some(vec!["false".to_owned()]),
        restart: RestartPolicy::Always,
        ..bed.container("web")
    };
    bed.want(web, Object::Container(Box::new(ends.clone())));
    let container = bed.run(web, &ends).await;
    let restarts = async {
        while bed.present(web).await.status.halt != Some(Halt::Restarting) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), restarts).await.unwrap();
    let refused = bed.call(&Call::RemoveContainer { container: container.clone() }).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Conflict, "the engine removes none that restarts: {refused}");
    bed.done(Call::StopContainer { container: container.clone(), grace: 1 }).await;
    let status = bed.present(web).await.status;
    assert_eq!((status.running, status.halt), (false, None));
    bed.done(Call::RemoveContainer { container }).await;

    let stays = Container { name: bed.name("stays"), ..bed.container("web") };
    let container = bed.run(web, &stays).await;
    docker(&["pause", id(&container)]);
    let status = bed.present(web).await.status;
    assert_eq!((status.running, status.halt), (false, Some(Halt::Paused)));
    let unpause = Call::UnpauseContainer { container: container.clone() };
    bed.done(unpause.clone()).await;
    bed.done(unpause).await;
    assert!(bed.present(web).await.status.running);
    docker(&["pause", id(&container)]);
    bed.done(Call::StopContainer { container: container.clone(), grace: 1 }).await;
    bed.done(Call::RemoveContainer { container }).await;
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
    let paths = ["/f", "/g", "/srv/-odd name/f", "/srv/g", "/srv/h"];
    let files: BTreeMap<_, _> = paths.map(|path| (path.to_owned(), file.clone())).into();
    bed.done(Call::PutFiles { container: web.clone(), files: files.clone() }).await;
    let wanted = Container { files: files.clone(), ..bed.container("web") };
    bed.want("bench.a/container/web", Object::Container(Box::new(wanted.clone())));
    let wanted_object = Object::Container(Box::new(wanted.clone()));
    assert_eq!(bed.present("bench.a/container/web").await.object, wanted_object);
    // Read together or one by one: behind a link, and beside more than is read at once.
    docker(&["exec", id(&web), "sh", "-c", "mv /srv /moved && ln -s moved /srv"]);
    assert_eq!(bed.present("bench.a/container/web").await.object, wanted_object);
    docker(&[
        "exec",
        id(&web),
        "sh",
        "-c",
        "rm /srv && mv /moved /srv && dd if=/dev/zero of=/srv/much bs=1M count=65",
    ]);
    assert_eq!(bed.present("bench.a/container/web").await.object, wanted_object);
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

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn for_which_release_sites_were_made_is_read_before_anything_starts_on_them() {
    let bed = Bed::new("made-for");
    bed.done(Call::PullImage { reference: BUSYBOX.to_owned() }).await;
    bed.done(Call::CreateVolume { id: oid("bench.a/volume/sites"), volume: bed.volume("sites") }).await;
    let sites = "/home/frappe/frappe-bench/sites";
    let mount = VolumeMount { volume: bed.name("sites"), read_only: false };
    let volumes = BTreeMap::from([(sites.to_owned(), mount)]);
    let writer = Container { volumes: volumes.clone(), ..bed.container("writer") };
    let writer = bed.run("bench.a/container/writer", &writer).await;
    let new =
        bed.create("bench.a/container/backend", &Container { volumes, ..bed.container("backend") }).await;
    let look = |image: &str| Call::VerifyMadeFor { container: new.clone(), image: image.to_owned() };

    bed.done(look("erp:2")).await;
    let write = |text: &str| {
        let line = format!("printf '%s' '{text}' > {sites}/common_site_config.json");
        docker(&["exec", id(&writer), "sh", "-c", &line]);
    };
    write(r#"{"tenantry": {"fleet": "f", "identity": "bench.a/bench-config", "image": "erp:1"}}"#);
    bed.done(look("erp:1")).await;
    let refused = bed.call(&look("erp:2")).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::ReleaseDiffers, "{refused}");
    write("{ torn");
    assert_eq!(bed.call(&look("erp:1")).await.unwrap_err().kind, ErrorKind::Conflict);
    assert_eq!(inspect(&new, "{{.State.Status}}"), "created", "nothing of it ever ran");
    assert!(bed.present("bench.a/container/backend").await.status.fresh);
}
