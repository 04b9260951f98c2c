//! The lines that follow the world in a sandbox's file: what a call changed, whatever else there is.
#![expect(clippy::disallowed_methods, reason = "a test reads and harms the files that it is about")]

use std::path::{Path, PathBuf};

use serde_json::json;
use tenantry::desired::ObjectKind;
use tenantry::desired::call::{Arg, Call};
use tenantry::desired::docker::{Container, VolumeMount};
use tenantry::provider::ErrorKind;
use tenantry::sandbox::state::{Marked, State};
use tenantry::sandbox::{Sandbox, state};

use super::bench::{Bench, file, make, pull, start};
use super::sleeper;

/// A world in a file, with a Traefik that runs.
struct Place {
    _keep: tempfile::TempDir,
    path: PathBuf,
    bench: Bench,
    traefik: Arg,
}

impl Place {
    fn new() -> Self {
        let keep = tempfile::tempdir().unwrap();
        let path = keep.path().join("world.json");
        let bench = Bench::new(Sandbox::file(&path));
        bench.furnish();
        let mount = VolumeMount { volume: "vol".to_owned(), read_only: false };
        let traefik = Container {
            volumes: [("/etc/traefik/dynamic".to_owned(), mount)].into(),
            ..sleeper("traefik", "p", "traefik")
        };
        let traefik = Arg::Handle(bench.call(&make(traefik)).unwrap().unwrap());
        bench.call(&start(&traefik)).unwrap();
        Self { _keep: keep, path, bench, traefik }
    }

    fn route(&self, site: usize) -> Call {
        let key = format!("http.routers.site-{site:05}");
        let set = [(key, json!({ "rule": format!("Host(`s{site:05}`)") }))].into();
        Call::Routes { container: self.traefik.clone(), file: "a.yml".to_owned(), set, remove: [].into() }
    }

    fn length(&self) -> u64 {
        std::fs::metadata(&self.path).unwrap().len()
    }

    /// What another process sees.
    fn read(&self) -> State {
        Sandbox::file(&self.path).state().unwrap()
    }

    fn edit(&self, change: impl FnOnce(&mut State)) {
        self.bench.sandbox.edit(change).unwrap();
        assert_eq!(self.read(), self.bench.sandbox.state().unwrap());
    }
}

fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

fn volume(state: &mut State) -> &mut state::Stored {
    &mut state.volumes.get_mut("vol").unwrap().thing
}

#[test]
fn what_a_call_writes_does_not_grow_with_the_world() {
    let place = Place::new();
    let mut written = Vec::new();
    for site in 0..400 {
        let before = place.length();
        place.bench.call(&place.route(site)).unwrap();
        written.push(place.length() - before);
    }
    // The first one says that the file is a new one.
    assert_eq!(written[399], written[1], "{written:?}");
    assert_eq!(place.read(), place.bench.sandbox.state().unwrap());
    // What changes nothing writes nothing.
    let before = bytes(&place.path);
    place.bench.call(&start(&place.traefik)).unwrap();
    assert_eq!(bytes(&place.path), before);
}

#[test]
fn lines_that_have_become_more_than_the_world_become_a_world() {
    let place = Place::new();
    let text = "x".repeat(100_000);
    for _ in 0..40 {
        place.edit(|state| drop(volume(state).files.insert("big".to_owned(), file(&text))));
    }
    assert!(place.length() < 2_000_000, "{}", place.length());
    assert_eq!(place.bench.kind(&place.route(1)), None);
    assert_eq!(place.read(), place.bench.sandbox.state().unwrap());
}

#[test]
fn a_line_that_a_crash_tore_is_no_change_and_is_not_glued_to_the_next() {
    let place = Place::new();
    place.bench.call(&place.route(1)).unwrap();
    let whole = bytes(&place.path);
    for cut in [1, 10, 30] {
        place.bench.call(&pull("torn")).unwrap();
        let torn = bytes(&place.path);
        assert!(torn.len() > whole.len() + cut);
        std::fs::write(&place.path, &torn[..torn.len() - cut]).unwrap();
        assert!(!place.read().images.contains("torn"), "nobody was told that it is done");
        place.bench.call(&place.route(2)).unwrap();
        assert!(!place.read().images.contains("torn"));
        assert_eq!(place.read(), place.bench.sandbox.state().unwrap());
        std::fs::write(&place.path, &whole).unwrap();
    }
    // A part that never reached the disk before the power went.
    let mut lost = whole.clone();
    lost.extend([0; 40]);
    lost.extend(b"\"]}}\n");
    std::fs::write(&place.path, &lost).unwrap();
    place.bench.call(&place.route(2)).unwrap();
    assert_eq!(place.read(), place.bench.sandbox.state().unwrap());
}

#[test]
fn a_line_in_the_middle_that_cannot_be_read_makes_the_world_unreadable() {
    let place = Place::new();
    place.bench.call(&pull("one")).unwrap();
    let good = bytes(&place.path);
    for bad in [&b"nonsense\n"[..], b"{\"volumes\": 3}\n", b"{}}\n"] {
        let mut all = good.clone();
        all.extend(bad);
        std::fs::write(&place.path, &all).unwrap();
        let error = place.bench.call(&pull("two")).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Other);
        assert!(error.message.contains("is no world: the line at byte"), "{}", error.message);
        assert_eq!(bytes(&place.path), all, "nothing of it is overwritten");
    }
}

#[test]
fn a_file_of_an_earlier_release_is_read_and_gone_on_with() {
    let place = Place::new();
    place.bench.call(&place.route(1)).unwrap();
    // As it was written then: one world, without a last line's end.
    let world = serde_json::to_vec_pretty(&place.bench.sandbox.state().unwrap()).unwrap();
    let text = String::from_utf8(world.clone()).unwrap();
    assert!(text.contains("\"a.yml\"") && text.contains("site-00001"), "Traefik's files are files in it");
    std::fs::write(&place.path, &world).unwrap();
    assert_eq!(place.read(), place.bench.sandbox.state().unwrap());
    place.bench.call(&place.route(2)).unwrap();
    assert!(bytes(&place.path).starts_with(&world));
    assert_eq!(place.read(), place.bench.sandbox.state().unwrap());
}

#[test]
fn whatever_is_done_to_a_world_is_in_its_file() {
    let place = Place::new();
    place.bench.call(&place.route(1)).unwrap();
    place.bench.call(&place.route(2)).unwrap();
    place.edit(|state| drop(volume(state).files.insert("a/b".to_owned(), file("1"))));
    place.edit(|state| volume(state).files.get_mut("a/b").unwrap().mode = 0o777);
    place.edit(|state| state.containers.values_mut().for_each(|c| c.thing.busy.push("x".to_owned())));
    place.edit(|state| volume(state).databases.marks.entry("f".to_owned()).or_default().clear());
    let id = super::bench::id(ObjectKind::Schema, "");
    place.edit(|state| {
        let marks = &mut volume(state).databases.marks;
        marks.entry("f".to_owned()).or_default().insert(id.clone(), "one".to_owned());
        marks.entry("g".to_owned()).or_default().insert(id.clone(), "two".to_owned());
    });
    place.edit(|state| drop(volume(state).databases.marks.get_mut("f").unwrap().remove(&id)));
    // Moved from one place to another, and put back as it was.
    place.edit(|state| {
        let moved = state.volumes.remove("vol").unwrap();
        state.volumes.insert("other".to_owned(), moved);
    });
    let old = place.read().volumes["other"].clone();
    place.edit(|state| drop(state.volumes.insert("vol".to_owned(), old)));
    place.edit(|state| volume(state).files.clear());
    place.edit(|state| state.other_fleets.extend(["z".to_owned()]));
    place.edit(|state| state.networks.clear());
    // A volume that was removed and made again is an empty one.
    place.edit(|state| {
        let Marked { mark, thing } = state.volumes.remove("other").unwrap();
        state.volumes.insert("other".to_owned(), Marked { mark, thing: state::Stored::new(thing.volume) });
    });
    assert!(place.read().volumes["other"].thing.databases.marks.is_empty());
    let everything = place.read();
    place.edit(|state| *state = State::default());
    place.edit(|state| *state = everything.clone());
}

#[test]
fn a_file_of_routes_that_cannot_be_read_is_left_alone() {
    let place = Place::new();
    place.bench.call(&place.route(1)).unwrap();
    place.edit(|state| drop(volume(state).files.insert("a.yml".to_owned(), file("http: [\n"))));
    let error = place.bench.call(&place.route(2)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Conflict);
    assert!(error.message.contains("a.yml cannot be read"), "{}", error.message);
    let text = |state: &State| format!("{:?}", state.volumes["vol"].thing.files["a.yml"].content);
    assert!(text(&place.read()).contains("http: ["));
}
