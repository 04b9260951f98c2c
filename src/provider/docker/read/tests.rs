//! Which volumes of a container are somebody's wish.

use std::collections::BTreeSet;

use bollard::models::{ContainerInspectResponse, HostConfig, Mount, MountPoint};

use super::volumes;
use crate::desired::docker::Provided;

/// A container that was asked to mount a volume at `/data`, as compose asks for one that was there before.
fn seen(volume: &str) -> ContainerInspectResponse {
    let target = Some("/data".to_owned());
    let asked = Mount { source: Some(volume.to_owned()), target: target.clone(), ..Mount::default() };
    let point = MountPoint {
        typ: Some("volume".to_owned()),
        name: Some(volume.to_owned()),
        destination: target,
        rw: Some(true),
        ..MountPoint::default()
    };
    ContainerInspectResponse {
        host_config: Some(HostConfig { mounts: Some(vec![asked]), ..HostConfig::default() }),
        mounts: Some(vec![point]),
        ..ContainerInspectResponse::default()
    }
}

#[test]
fn a_volume_that_the_engine_named_is_the_images_own() {
    let image = Provided { volumes: BTreeSet::from(["/data".to_owned()]), ..Provided::default() };
    let generated = "160e3d8c0754fad95559492aca3f287167a5f485c20f07d7ebe6e4efb0985f6f";
    assert!(volumes(&seen(generated), &image).is_empty());
    assert_eq!(volumes(&seen("shop_data"), &image)["/data"].volume, "shop_data");
    // Where the image has no volume, somebody put it there.
    assert_eq!(volumes(&seen(generated), &Provided::default())["/data"].volume, generated);
}
