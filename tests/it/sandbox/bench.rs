//! A sandbox to speak to, and what is put in it.

use std::collections::{BTreeMap, BTreeSet};

use tenantry::desired::call::{Arg, Call, StepId};
use tenantry::desired::content::Content;
use tenantry::desired::docker::{Container, File, Image, Network, Volume, VolumeMount};
use tenantry::desired::observed::{Observation, Observed, Present};
use tenantry::desired::{Desired, Object, ObjectId, ObjectKind};
use tenantry::provider::host::Cx;
use tenantry::provider::{Error, ErrorKind, Host};
use tenantry::sandbox::Sandbox;
use tenantry::world::Memory;
use tenantry::world::secret::{Opener, Secret};

use super::{Fleet, sleeper};

pub(super) fn id(kind: ObjectKind, role: &str) -> ObjectId {
    ObjectId::new("bench.a", kind, role)
}

pub(super) fn network() -> Network {
    let text = str::to_owned;
    Network { name: text("net"), project: text("p"), key: text("n"), driver: text("bridge"), internal: false }
}

pub(super) fn volume() -> Volume {
    let text = str::to_owned;
    Volume {
        name: text("vol"),
        project: text("p"),
        key: text("v"),
        driver: text("local"),
        options: BTreeMap::new(),
    }
}

pub(super) fn container() -> Container {
    Container {
        networks: [("net".to_owned(), BTreeSet::new())].into(),
        volumes: [("/data".to_owned(), VolumeMount { volume: "vol".to_owned(), read_only: false })].into(),
        ..sleeper("box", "p", "s")
    }
}

pub(super) fn file(text: &str) -> File {
    File { content: Content::Text(text.to_owned()), mode: 0o600, uid: 1, gid: 2 }
}

/// A sandbox, spoken to in the name of one fleet.
pub(super) struct Bench {
    pub(super) sandbox: Sandbox,
    pub(super) world: Memory,
    pub(super) fleet: &'static str,
}

impl Bench {
    pub(super) fn new(sandbox: Sandbox) -> Self {
        Self { sandbox, world: Memory::default().variable("PASSWORD", "hunter2"), fleet: "f" }
    }

    pub(super) fn opener(&self) -> Opener<'_> {
        Opener::new(&self.world, "f", Some(Secret::new(b"key".to_vec())))
    }

    pub(super) fn call(&self, call: &Call) -> Result<Option<String>, Error> {
        let opener = self.opener();
        let cx =
            Cx { fleet: self.fleet, run: "r", step: StepId(0), opener: &opener, progress: &|_: &str| {} };
        wait(self.sandbox.call(call, cx)).map(|output| output.handle)
    }

    pub(super) fn kind(&self, call: &Call) -> Option<ErrorKind> {
        self.call(call).err().map(|error| error.kind)
    }

    pub(super) fn look(&self, desired: &Desired) -> Observed {
        wait(self.sandbox.observe("h", desired, &self.opener()))
    }

    /// An image, a network, a volume and a container on both; its handle.
    pub(super) fn furnish(&self) -> Arg {
        self.call(&pull("busybox:1.37")).unwrap();
        self.call(&make_network()).unwrap();
        self.call(&make_volume()).unwrap();
        Arg::Handle(self.call(&make(container())).unwrap().unwrap())
    }
}

pub(super) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

pub(super) fn bench() -> Bench {
    Bench::new(Sandbox::default())
}

pub(super) fn pull(reference: &str) -> Call {
    Call::PullImage { reference: reference.to_owned() }
}

pub(super) fn make_network() -> Call {
    Call::CreateNetwork { id: id(ObjectKind::Network, "n"), network: network() }
}

pub(super) fn make_volume() -> Call {
    Call::CreateVolume { id: id(ObjectKind::Volume, "v"), volume: volume() }
}

pub(super) fn make(container: Container) -> Call {
    let id = id(ObjectKind::Container, &container.service);
    Call::CreateContainer { id, name: container.name.clone(), container: Box::new(container) }
}

pub(super) fn start(container: &Arg) -> Call {
    Call::StartContainer { container: container.clone() }
}

pub(super) fn stop(container: &Arg) -> Call {
    Call::StopContainer { container: container.clone(), grace: 0 }
}

pub(super) fn remove(container: &Arg) -> Call {
    Call::RemoveContainer { container: container.clone() }
}

pub(super) fn healthy(container: &Arg) -> Call {
    Call::AwaitHealthy { container: container.clone(), within: 60 }
}

pub(super) fn wanted() -> Desired {
    let mut fleet = Fleet::new("f");
    let image = Image { reference: "busybox:1.37".to_owned(), pull: true };
    fleet.add(id(ObjectKind::Image, "busybox:1.37"), Object::Image(image));
    fleet.add(id(ObjectKind::Network, "n"), Object::Network(network()));
    fleet.add(id(ObjectKind::Volume, "v"), Object::Volume(volume()));
    fleet.add(id(ObjectKind::Container, "s"), Object::Container(Box::new(container())));
    fleet.desired
}

pub(super) fn present<'o>(observed: &'o Observed, of: &ObjectId) -> &'o Present {
    match &observed.objects[of] {
        Observation::Present(present) => present,
        other => panic!("{of} is {other:?}"),
    }
}
