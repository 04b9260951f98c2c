//! What can go wrong has a kind, and words that help.

use std::collections::{BTreeMap, BTreeSet};

use tenantry::desired::call::{Arg, Call};
use tenantry::desired::content::{Content, Part};
use tenantry::desired::docker::{Container, File, Health, Port, RestartPolicy, VolumeMount};
use tenantry::provider::{Error, ErrorKind};
use tenantry::world::secret::SecretRef;

use super::bed::{BUSYBOX, Bed, docker, oid, words};

async fn create(bed: &Bed, container: Container) -> Result<Arg, Error> {
    let name = container.name.clone();
    let call =
        Call::CreateContainer { id: oid("bench.a/container/web"), name, container: Box::new(container) };
    bed.call(&call).await.map(|output| Arg::Handle(output.handle.unwrap()))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn creation_fails_with_a_kind() {
    let bed = Bed::new("create");
    let base = bed.container("web");
    let error = create(&bed, Container { image: "nosuch-image:9".to_owned(), ..base.clone() }).await;
    assert_eq!(error.unwrap_err().kind, ErrorKind::ImageMissing);
    let mount = VolumeMount { volume: bed.name("nosuch"), read_only: false };
    let volumes = BTreeMap::from([("/data".to_owned(), mount)]);
    let error = create(&bed, Container { volumes, ..base.clone() }).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound, "{error}");
    assert!(!docker(&["volume", "ls", "-q"]).contains(&bed.name("nosuch")), "it was not made on the way");
    let error = create(&bed, Container { nano_cpus: Some(999_000_000_000), ..base.clone() }).await;
    assert_eq!(error.unwrap_err().kind, ErrorKind::Invalid);
    let error = create(&bed, Container { memory: Some(1024), ..base.clone() }).await;
    assert_eq!(error.unwrap_err().kind, ErrorKind::Invalid);
    let networks = BTreeMap::from([(bed.name("nosuch"), BTreeSet::new())]);
    let created = create(&bed, Container { networks, ..base }).await;
    let error = match created {
        Err(error) => error,
        Ok(container) => bed.call(&Call::StartContainer { container }).await.unwrap_err(),
    };
    assert!(matches!(error.kind, ErrorKind::NotFound | ErrorKind::StartFailed), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn a_start_that_fails_says_why() {
    let bed = Bed::new("start");
    let command = Some(words(&["/nosuch-program"]));
    let container = Container { command, init: false, ..bed.container("bad") };
    let bad = bed.create("bench.a/container/bad", &container).await;
    let error = bed.call(&Call::StartContainer { container: bad.clone() }).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::StartFailed);
    assert!(error.message.contains("/nosuch-program") && !error.message.contains("OCI"), "{error}");
    let error = bed.call(&Call::AwaitHealthy { container: bad, within: 5 }).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unhealthy);

    let port = Port {
        host_ip: "127.0.0.1".to_owned(),
        host_port: 48_090,
        container_port: 80,
        protocol: "tcp".to_owned(),
    };
    // Ports need a network.
    bed.done(Call::CreateNetwork { id: oid("bench.a/network/net"), network: bed.network("net") }).await;
    let on = |name: &str| Container {
        ports: BTreeSet::from([port.clone()]),
        networks: BTreeMap::from([(bed.name("net"), BTreeSet::new())]),
        ..bed.container(name)
    };
    bed.run("bench.a/container/one", &on("one")).await;
    let two = bed.create("bench.a/container/two", &on("two")).await;
    let error = bed.call(&Call::StartContainer { container: two }).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::StartFailed);
    assert!(error.advice.as_ref().unwrap().contains("48090"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn ill_health_comes_with_last_words() {
    let bed = Bed::new("health");
    let health = |test: &str| Health {
        test: words(&["CMD-SHELL", test]),
        interval: 1,
        timeout: 1,
        retries: 1,
        start_period: 0,
    };
    let sick = Container { health: Some(health("echo no luck; exit 1")), ..bed.container("sick") };
    let container = bed.run("bench.a/container/sick", &sick).await;
    let error = bed.call(&Call::AwaitHealthy { container, within: 20 }).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unhealthy);
    assert!(error.message.contains("no luck"), "{error}");

    let shell = |text: &str| Some(words(&["sh", "-c", text]));
    let short = Container { command: shell("echo last words; exit 3"), ..bed.container("short") };
    let container = bed.run("bench.a/container/short", &short).await;
    let error = bed.call(&Call::AwaitHealthy { container, within: 20 }).await.unwrap_err();
    assert!(error.message.contains("ended with code 3") && error.message.contains("last words"), "{error}");

    let looping = Container {
        restart: RestartPolicy::Always,
        ..Container { command: shell("exit 4"), ..bed.container("loop") }
    };
    let container = bed.run("bench.a/container/loop", &looping).await;
    let error = bed.call(&Call::AwaitHealthy { container, within: 20 }).await.unwrap_err();
    assert!(error.message.contains("again and again") || error.message.contains("code 4"), "{error}");

    let slow =
        Container { health: Some(Health { start_period: 60, ..health("exit 1") }), ..bed.container("slow") };
    let container = bed.run("bench.a/container/slow", &slow).await;
    let error = bed.call(&Call::AwaitHealthy { container, within: 1 }).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unhealthy);
    assert!(error.message.contains("still starting"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn what_is_not_ours_is_never_touched() {
    let bed = Bed::new("guard");
    let theirs = format!("test.of={}", bed.fleet);
    let (web, net, data) = (bed.name("web"), bed.name("net"), bed.name("data"));
    let other = docker(&["run", "-d", "--name", &web, "--label", &theirs, BUSYBOX, "sleep", "600"]);
    let network = docker(&["network", "create", "--label", &theirs, &net]);
    docker(&["volume", "create", "--label", &theirs, &data]);
    let container = Arg::Handle(other.clone());
    let file = File { content: Content::Text("x".to_owned()), mode: 0o644, uid: 0, gid: 0 };
    let name = || bed.name("renamed");
    for call in [
        Call::StopContainer { container: container.clone(), grace: 0 },
        Call::StartContainer { container: container.clone() },
        Call::RestartContainer { container: container.clone(), grace: 0 },
        Call::RemoveContainer { container: container.clone() },
        Call::RenameContainer { container: container.clone(), name: name() },
        Call::PutFiles { container: container.clone(), files: BTreeMap::from([("/f".to_owned(), file)]) },
        Call::RemoveFiles { container: container.clone(), paths: BTreeSet::from(["/etc/passwd".to_owned()]) },
        Call::ConnectNetwork { container: container.clone(), network: net.clone(), aliases: BTreeSet::new() },
        Call::DisconnectNetwork { container: container.clone(), network: "bridge".to_owned() },
        Call::AwaitHealthy { container: container.clone(), within: 1 },
        Call::UpdateContainer {
            container: container.clone(),
            memory: Some(64 << 20),
            nano_cpus: None,
            pids: None,
            restart: RestartPolicy::No,
        },
        Call::Routes { container, file: "a.yml".to_owned(), set: BTreeMap::new(), remove: BTreeSet::new() },
        Call::RemoveNetwork { handle: network },
        Call::RemoveVolume { handle: data.clone() },
    ] {
        let error = bed.call(&call).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Conflict, "{call:?}: {error:?}");
        assert!(error.message.contains("no tenantry mark"), "{error}");
    }
    for call in [
        Call::CreateContainer {
            id: oid("bench.a/container/web"),
            name: web.clone(),
            container: Box::new(bed.container("web")),
        },
        Call::CreateNetwork { id: oid("bench.a/network/net"), network: bed.network("net") },
        Call::CreateVolume { id: oid("bench.a/volume/data"), volume: bed.volume("data") },
    ] {
        let error = bed.call(&call).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NameTaken, "{error:?}");
    }
    assert_eq!(docker(&["inspect", "-f", "{{.State.Running}} {{.Name}}", &other]), format!("true /{web}"));
    assert_eq!(docker(&["volume", "inspect", "-f", "{{.Name}}", &data]), data);

    let ours = Container { name: bed.name("ours"), ..bed.container("web") };
    let ours = bed.create("bench.a/container/web", &ours).await;
    let error = bed.call(&Call::RenameContainer { container: ours, name: web }).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NameTaken);
    assert!(error.message.contains("no tenantry mark"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn the_rest_has_its_kind_too() {
    let bed = Bed::new("kinds");
    let gone = Arg::Handle("0".repeat(64));
    let error = bed.call(&Call::StartContainer { container: gone.clone() }).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert!(error.message.contains("000000000000") && !error.message.contains(&"0".repeat(13)), "{error}");
    let web = bed.create("bench.a/container/web", &bed.container("web")).await;
    let paths = BTreeSet::from(["/f".to_owned()]);
    let error = bed.call(&Call::RemoveFiles { container: web.clone(), paths }).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict, "nothing runs in a stopped container: {error}");
    let content = Content::Secret(vec![Part::Secret(SecretRef::Env("UNSET".to_owned()))]);
    let files = BTreeMap::from([("/f".to_owned(), File { content, mode: 0o400, uid: 0, gid: 0 })]);
    let error = bed.call(&Call::PutFiles { container: web, files }).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::SecretUnopened);
    let error =
        bed.call(&Call::PullImage { reference: "localhost:1/nosuch:1".to_owned() }).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::ImageMissing, "{error:?}");

    bed.done(Call::CreateNetwork { id: oid("bench.a/network/net"), network: bed.network("net") }).await;
    bed.done(Call::CreateVolume { id: oid("bench.a/volume/data"), volume: bed.volume("data") }).await;
    let mount = VolumeMount { volume: bed.name("data"), read_only: false };
    let user = Container {
        networks: BTreeMap::from([(bed.name("net"), BTreeSet::new())]),
        volumes: BTreeMap::from([("/data".to_owned(), mount)]),
        ..bed.container("user")
    };
    bed.run("bench.a/container/user", &user).await;
    for call in
        [Call::RemoveNetwork { handle: bed.name("net") }, Call::RemoveVolume { handle: bed.name("data") }]
    {
        let error = bed.call(&call).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Conflict, "{error:?}");
    }
}
