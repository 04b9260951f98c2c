//! What is read back is what was asked for, and what is somebody else's is seen as that.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use tenantry::desired::Object;
use tenantry::desired::call::Call;
use tenantry::desired::content::{Content, Part};
use tenantry::desired::docker::{
    Container, File, Health, Image, LogLimits, Port, RestartPolicy, VolumeMount,
};
use tenantry::desired::observed::Observation;
use tenantry::provider::{Connection, Host as _};
use tenantry::world::secret::SecretRef;

use super::bed::{BUSYBOX, Bed, HOST, docker, id, oid, words};

fn full(bed: &Bed) -> Container {
    let text = File { content: Content::Text("hello\n".to_owned()), mode: 0o640, uid: 1000, gid: 1001 };
    let secret = Content::Secret(vec![
        Part::Text("token=".to_owned()),
        Part::Secret(SecretRef::Env("TOKEN".to_owned())),
    ]);
    let port = |host_port, protocol: &str| Port {
        host_ip: "127.0.0.1".to_owned(),
        host_port,
        container_port: 80,
        protocol: protocol.to_owned(),
    };
    Container {
        entrypoint: Some(words(&["sh", "-c"])),
        command: Some(words(&["sleep 600"])),
        environment: BTreeMap::from([
            ("TZ".to_owned(), "UTC".to_owned()),
            ("EMPTY".to_owned(), String::new()),
            ("TRICKY".to_owned(), "a=b c".to_owned()),
        ]),
        user: Some("1000:1000".to_owned()),
        working_dir: None,
        no_new_privileges: true,
        stop_grace: 3,
        health: Some(Health {
            test: words(&["CMD", "true"]),
            interval: 1,
            timeout: 2,
            retries: 4,
            start_period: 7,
        }),
        volumes: BTreeMap::from([
            ("/data".to_owned(), VolumeMount { volume: bed.name("data"), read_only: false }),
            ("/ro".to_owned(), VolumeMount { volume: bed.name("data"), read_only: true }),
        ]),
        ports: BTreeSet::from([port(48_081, "tcp"), port(48_081, "udp")]),
        log: LogLimits { max_size: "5m".to_owned(), max_file: 2 },
        networks: BTreeMap::from([
            (bed.name("front"), BTreeSet::from(["app".to_owned(), "a".to_owned()])),
            (bed.name("back"), BTreeSet::from(["app-back".to_owned(), "full".to_owned()])),
        ]),
        restart: RestartPolicy::UnlessStopped,
        memory: Some(64 * 1024 * 1024),
        nano_cpus: Some(500_000_000),
        pids: Some(50),
        files: BTreeMap::from([
            ("/etc/tenantry/deep/hello".to_owned(), text.clone()),
            ("/data/inside-volume".to_owned(), text),
            ("/run/secrets/token".to_owned(), File { content: secret, mode: 0o400, uid: 1000, gid: 1000 }),
        ]),
        ..bed.container("full")
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn every_field_is_read_back_as_it_was_asked_for() {
    let mut bed = Bed::new("fields");
    let container = full(&bed);
    bed.want("bench.a/container/full", Object::Container(Box::new(container.clone())));
    bed.want("bench.a/volume/data", Object::Volume(bed.volume("data")));
    for key in ["front", "back"] {
        bed.want(&format!("bench.a/network/{key}"), Object::Network(bed.network(key)));
        bed.done(Call::CreateNetwork {
            id: oid(&format!("bench.a/network/{key}")),
            network: bed.network(key),
        })
        .await;
    }
    let image = Image { reference: BUSYBOX.to_owned(), pull: false };
    bed.want("bench.a/image/busybox:1.37", Object::Image(image));
    bed.done(Call::CreateVolume { id: oid("bench.a/volume/data"), volume: bed.volume("data") }).await;
    let handle = bed.create("bench.a/container/full", &container).await;
    // The first by name is `back`; the other one is joined afterwards, and the files come before the start.
    let aliases = container.networks[&bed.name("front")].clone();
    bed.done(Call::ConnectNetwork { container: handle.clone(), network: bed.name("front"), aliases }).await;
    bed.done(Call::PutFiles { container: handle.clone(), files: container.files.clone() }).await;

    for running in [false, true] {
        if running {
            bed.done(Call::StartContainer { container: handle.clone() }).await;
            bed.done(Call::AwaitHealthy { container: handle.clone(), within: 30 }).await;
        }
        let seen = bed.present("bench.a/container/full").await;
        let mut sealed = container.clone();
        for file in sealed.files.values_mut() {
            file.content = file.content.seal(&bed.opener());
        }
        assert_eq!(seen.object, Object::Container(Box::new(sealed)));
        assert_eq!(seen.status.running, running);
        assert_eq!(seen.handle, id(&handle));
        assert!(seen.spare.is_empty());
    }
    assert_eq!(bed.present("bench.a/container/full").await.status.health.as_deref(), Some("healthy"));
    assert_eq!(docker(&["exec", id(&handle), "cat", "/run/secrets/token"]), "token=s3cret-token");
    assert_eq!(docker(&["exec", id(&handle), "stat", "-c", "%a %u", "/etc/tenantry/deep"]), "755 0");
    assert_eq!(
        docker(&["exec", id(&handle), "stat", "-c", "%a", "/tmp"]),
        docker(&["run", "--rm", BUSYBOX, "stat", "-c", "%a", "/tmp"])
    );

    let front = bed.present("bench.a/network/front").await;
    assert_eq!(front.object, Object::Network(bed.network("front")));
    assert_eq!(front.attached[id(&handle)], container.networks[&bed.name("front")]);
    assert_eq!(bed.present("bench.a/volume/data").await.object, Object::Volume(bed.volume("data")));
    assert!(bed.present("bench.a/image/busybox:1.37").await.handle.starts_with("sha256:"));
    let facts = bed.observe().await.hosts.remove(HOST).unwrap();
    assert!(facts.engine.starts_with("Docker ") && facts.cpus > 0 && facts.memory > 0);
    assert_eq!(facts.unreadable, None);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn what_the_image_brings_is_not_ours() {
    let mut bed = Bed::new("image");
    let container =
        Container { image: "redis:7.2".to_owned(), command: None, init: false, ..bed.container("cache") };
    bed.want("bench.a/container/cache", Object::Container(Box::new(container.clone())));
    bed.create("bench.a/container/cache", &container).await;
    let seen = bed.present("bench.a/container/cache").await;
    assert_eq!(seen.object, Object::Container(Box::new(container)));
    assert!(seen.provided.command.is_some() || seen.provided.entrypoint.is_some());
    assert!(seen.provided.environment.contains_key("PATH"));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn what_is_not_ours_is_evidence_and_stays() {
    let mut bed = Bed::new("foreign");
    let theirs = format!("test.of={}", bed.fleet);
    let (web, net, data) = (bed.name("web"), bed.name("net"), bed.name("data"));
    docker(&["create", "--name", &web, "--label", &theirs, BUSYBOX, "true"]);
    docker(&["network", "create", "--label", &theirs, &net]);
    docker(&["volume", "create", "--label", &theirs, "--label", "tenantry.fleet=another", &data]);
    bed.want("bench.a/container/web", Object::Container(Box::new(bed.container("web"))));
    bed.want("bench.a/network/net", Object::Network(bed.network("net")));
    bed.want("bench.a/volume/data", Object::Volume(bed.volume("data")));

    let seen = bed.observe().await;
    let evidence = |text: &str| match &seen.objects[&oid(text)] {
        Observation::Foreign { evidence } => evidence.clone(),
        other => panic!("{other:?}"),
    };
    let words = evidence("bench.a/container/web");
    assert!(words.starts_with(&format!("container {web} (busybox:1.37, created 20")), "{words}");
    assert!(words.ends_with("has no tenantry mark"), "{words}");
    assert!(evidence("bench.a/network/net").ends_with("has no tenantry mark"));
    assert!(evidence("bench.a/volume/data").ends_with("belongs to fleet another"));
    assert!(seen.hosts[HOST].other_fleets.contains("another"));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn what_is_no_longer_wanted_is_seen_and_of_several_one_is_first() {
    let mut bed = Bed::new("orphans");
    let old = bed.create("bench.gone/container/web", &bed.container("web")).await;
    bed.done(Call::CreateVolume { id: oid("bench.gone/volume/data"), volume: bed.volume("data") }).await;
    let seen = bed.present("bench.gone/container/web").await;
    assert_eq!(seen.handle, id(&old));
    assert_eq!(bed.present("bench.gone/volume/data").await.handle, bed.name("data"));

    let temporary = Container { name: bed.name("web-new"), ..bed.container("web") };
    let new = bed.run("bench.gone/container/web", &temporary).await;
    let seen = bed.present("bench.gone/container/web").await;
    assert_eq!(
        (seen.handle.as_str(), seen.spare[0].handle.as_str()),
        (id(&new), id(&old)),
        "the running one first"
    );
    bed.want("bench.gone/container/web", Object::Container(Box::new(bed.container("web"))));
    let seen = bed.present("bench.gone/container/web").await;
    assert_eq!(
        (seen.handle.as_str(), seen.spare[0].handle.as_str()),
        (id(&old), id(&new)),
        "the wanted name first"
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn an_engine_that_does_not_answer_is_unreadable_not_empty() {
    let mut bed = Bed::new("down");
    bed.want("bench.a/container/web", Object::Container(Box::new(bed.container("web"))));
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("wedged.sock");
    // It takes connections and never says a word.
    let _wedged = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    for at in [format!("unix://{}", socket.display()), "unix:///nonexistent.sock".to_owned()] {
        let host = Connection::new(Some(&at));
        let seen = host.observe(HOST, &bed.desired, &bed.opener()).await;
        assert!(seen.hosts[HOST].unreadable.is_some());
        assert!(matches!(
            &seen.objects[&oid("bench.a/container/web")],
            Observation::Unreadable { behind: None, .. }
        ));
    }
}

/// An image as others make them: everything that its author can set, each also found in what is read back.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn nothing_that_an_image_sets_is_taken_for_a_change() {
    let mut bed = Bed::new("brings");
    let image = format!("{}:1", bed.name("brings"));
    let made = Command::new("sh")
        .args(["-c", "docker export $(docker create --label test.of=\"$1\" \"$0\" true) | docker import \
            -c 'USER 1000:1000' -c 'WORKDIR /tmp' -c 'ENV OPTIONS=\"a=b c=d\"' -c 'ENV EMPTY=' \
            -c 'HEALTHCHECK --interval=7s --timeout=3s --retries=2 CMD true' -c 'VOLUME [\"/data\",\"/more\"]' -c 'EXPOSE 81/udp' \
            -c 'LABEL com.docker.compose.project=theirs com.docker.compose.service=theirs com.docker.compose.version=2' \
            -c 'ENTRYPOINT [\"sleep\"]' -c 'CMD [\"600\"]' - \"$2\""])
        .args([BUSYBOX, &bed.fleet, &image])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let container = Container { image: image.clone(), command: None, init: false, ..bed.container("own") };
    bed.want("bench.a/container/own", Object::Container(Box::new(container.clone())));
    bed.run("bench.a/container/own", &container).await;
    let seen = bed.present("bench.a/container/own").await;
    docker(&["image", "rm", "-f", &image]);
    assert_eq!(seen.object, Object::Container(Box::new(container)));
}
