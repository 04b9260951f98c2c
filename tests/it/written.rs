//! Artifacts on disk: what changed is written, what is ours and gone is removed, and nothing else is touched.
#![expect(clippy::disallowed_methods, reason = "looks at what was written")]

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use tenantry::provider::render::Artifact;
use tenantry::provider::write::{WriteError, Written, write};
use tenantry::world::MANIFEST;

fn artifact(path: &str, text: &str) -> Artifact {
    Artifact::text(path.to_owned(), text.to_owned())
}

fn directory() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn modified(path: &Path) -> SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

/// Every file below a directory, relative.
fn files(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.path()).into_iter().map(|below| format!("{name}/{below}")));
            if fs::read_dir(entry.path()).unwrap().next().is_none() {
                found.push(format!("{name}/"));
            }
        } else {
            found.push(name);
        }
    }
    found.sort();
    found
}

#[test]
fn only_what_changed_is_touched() {
    let at = directory();
    let first = write(at.path(), &[artifact("h/a/x", "1"), artifact("h/b/y", "1")]).unwrap();
    assert_eq!(first.created, ["h/a/x", "h/b/y"]);
    let before = modified(&at.path().join("h/a/x"));
    let manifest = modified(&at.path().join(MANIFEST));
    let second = write(at.path(), &[artifact("h/a/x", "1"), artifact("h/b/y", "2")]).unwrap();
    assert_eq!(second, Written { changed: vec!["h/b/y".to_owned()], unchanged: 1, ..Written::default() });
    assert_eq!(modified(&at.path().join("h/a/x")), before);
    assert_eq!(modified(&at.path().join(MANIFEST)), manifest);
    assert_eq!(fs::read_to_string(at.path().join("h/b/y")).unwrap(), "2");
}

#[test]
fn what_is_no_longer_rendered_goes_with_its_empty_directories() {
    let at = directory();
    write(at.path(), &[artifact("h/a/x", "1"), artifact("h/b/y", "1")]).unwrap();
    fs::write(at.path().join("h/b/theirs"), "kept").unwrap();
    let written = write(at.path(), &[]).unwrap();
    assert_eq!(written.removed, ["h/a/x", "h/b/y"]);
    assert_eq!(files(at.path()), [MANIFEST, "h/b/theirs"]);
}

#[test]
fn a_file_that_is_not_ours_is_never_overwritten() {
    let at = directory();
    fs::create_dir(at.path().join("h")).unwrap();
    fs::write(at.path().join("h/x"), "theirs").unwrap();
    let error = write(at.path(), &[artifact("a", "1"), artifact("h/x", "ours")]).unwrap_err();
    assert!(matches!(error, WriteError::Foreign { .. }), "{error}");
    assert_eq!(files(at.path()), ["h/x"], "nothing is written before everything may be");
    // The same bytes are no conflict.
    assert_eq!(write(at.path(), &[artifact("h/x", "theirs")]).unwrap().unchanged, 1);
}

#[test]
fn no_path_leads_out_of_the_directory() {
    let at = directory();
    for path in ["/etc/x", "../x", "a/../../x", "", "a//b", "./a", "a/./b", "a\\b", "a\nb", "a/", "\0"] {
        let error = write(&at.path().join("out"), &[artifact(path, "1")]).unwrap_err();
        assert!(matches!(error, WriteError::Path { .. }), "{path:?}: {error}");
    }
    assert!(files(at.path()).is_empty());
}

#[test]
fn an_edited_manifest_cannot_remove_what_lies_outside() {
    let at = directory();
    let out = at.path().join("out");
    fs::create_dir(&out).unwrap();
    fs::write(at.path().join("victim"), "kept").unwrap();
    fs::write(out.join(MANIFEST), "../victim\n").unwrap();
    assert!(matches!(write(&out, &[]).unwrap_err(), WriteError::Path { .. }));
    assert!(at.path().join("victim").exists());
}

#[cfg(unix)]
#[test]
fn nothing_is_written_or_removed_through_a_link() {
    let at = directory();
    let (out, outside) = (at.path().join("out"), at.path().join("outside"));
    fs::create_dir(&out).unwrap();
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("x"), "kept").unwrap();
    std::os::unix::fs::symlink(&outside, out.join("h")).unwrap();
    assert!(matches!(write(&out, &[artifact("h/y", "1")]).unwrap_err(), WriteError::Link { .. }));
    fs::write(out.join(MANIFEST), "h/x\n").unwrap();
    assert!(matches!(write(&out, &[]).unwrap_err(), WriteError::Link { .. }));
    assert_eq!(files(&outside), ["x"]);
}

#[test]
fn what_cannot_be_written_leaves_the_old_file_and_no_rest() {
    let at = directory();
    write(at.path(), &[artifact("h/x", "old")]).unwrap();
    // A directory with something in it stands in the way of the file that comes first.
    fs::create_dir_all(at.path().join("a/in-the-way")).unwrap();
    let error = write(at.path(), &[artifact("a", "1"), artifact("h/x", "new")]).unwrap_err();
    assert!(matches!(error, WriteError::Io { .. }), "{error}");
    assert_eq!(fs::read_to_string(at.path().join("h/x")).unwrap(), "old");
    assert_eq!(files(at.path()), [MANIFEST, "a/in-the-way/", "h/x"]);
}

/// `/dev/full` takes no byte, as a full disk does.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_apart() {
    use std::io::Write as _;
    let error = fs::OpenOptions::new().write(true).open("/dev/full").unwrap().write_all(b"x").unwrap_err();
    let error = tenantry::provider::write::failure(Path::new("generated/x"), error);
    assert!(matches!(error, WriteError::NoSpace { .. }), "{error}");
}
