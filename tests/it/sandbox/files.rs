//! Files in containers and volumes, and secrets in them.

use std::collections::BTreeMap;

use tenantry::desired::call::Call;
use tenantry::desired::content::{Content, Part};
use tenantry::desired::docker::File;
use tenantry::desired::{Object, ObjectKind};
use tenantry::provider::ErrorKind;
use tenantry::world::secret::SecretRef;

use super::bench::{bench, container, file, id, make, present, remove, wanted};

#[test]
fn files_lie_in_the_volume_and_outlive_the_container_and_commands_need_it_running() {
    let bench = bench();
    let handle = bench.furnish();
    let mut desired = wanted();
    if let Some(entry) = desired.objects.get_mut(&id(ObjectKind::Container, "s"))
        && let Object::Container(container) = &mut entry.object
    {
        container.files = [("/data/a".to_owned(), file("")), ("/b".to_owned(), file(""))].into();
    }
    let seen = || {
        let observed = bench.look(&desired);
        match &present(&observed, &id(ObjectKind::Container, "s")).object {
            Object::Container(container) => container.files.clone(),
            other => panic!("{other:?}"),
        }
    };
    let both: BTreeMap<_, _> = [("/data/a".to_owned(), file("one")), ("/b".to_owned(), file("two"))].into();
    bench.call(&Call::PutFiles { container: handle.clone(), files: both.clone() }).unwrap();
    assert_eq!(seen(), both);
    let delete =
        |path: &str| Call::RemoveFiles { container: handle.clone(), paths: [path.to_owned()].into() };
    assert_eq!(bench.kind(&delete("/b")), Some(ErrorKind::Conflict));
    bench.call(&remove(&handle)).unwrap();
    bench.call(&make(container())).unwrap();
    assert_eq!(seen().keys().collect::<Vec<_>>(), ["/data/a"]);
}

#[test]
fn no_secret_lies_in_the_world_and_a_secret_that_cannot_be_opened_is_an_error() {
    let bench = bench();
    let handle = bench.furnish();
    let put = |name: &str| {
        let content = Content::Secret(vec![Part::Secret(SecretRef::Env(name.to_owned()))]);
        let secret = File { content, ..file("") };
        Call::PutFiles { container: handle.clone(), files: [("/secret".to_owned(), secret)].into() }
    };
    assert_eq!(bench.kind(&put("UNSET")), Some(ErrorKind::SecretUnopened));
    bench.call(&put("PASSWORD")).unwrap();
    let state = serde_json::to_string(&bench.sandbox.state().unwrap()).unwrap();
    assert!(state.contains(&bench.opener().fingerprint(b"hunter2")) && !state.contains("hunter2"));
}
