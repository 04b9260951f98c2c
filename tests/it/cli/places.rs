//! Where `build` and `plan --out` do not write: over a fleet, or so that a part of it is read no longer.

use std::fs;

use super::fleet::{Fleet, listing};

#[test]
fn build_writes_to_no_directory_that_holds_files_of_the_fleet() {
    let fleet = Fleet::new();
    fs::create_dir(fleet.place.path().join("links")).unwrap();
    let link = fleet.beside("links/tenants");
    std::os::unix::fs::symlink(fleet.directory.path().join("tenants"), &link).unwrap();
    let above = fleet.directory.path().join("..");
    let before = listing(fleet.directory.path());
    for out in ["tenants", ".", "tenants/../tenants", &link, above.to_str().unwrap()] {
        let words = [
            "holds files of the fleet (`",
            "nothing was written",
            "help: name a directory that holds nothing else",
        ];
        fleet.demand(&["build", "-o", out], 1, &words);
    }
    assert!(listing(fleet.directory.path()) == before, "nothing was written");
    fleet.demand(&["check"], 0, &["2 tenants"]);
    // A directory of its own within the fleet is what `build` takes by itself.
    fleet.demand(&["build", "-o", "out/files"], 0, &["created"]);
    fleet.demand(&["build", "-o", "out/files"], 0, &["0 files created, 0 changed"]);
    fleet.demand(&["check"], 0, &["2 tenants"]);
}

#[test]
fn a_plan_replaces_no_file_that_is_none_and_is_no_file_of_a_fleet() {
    let fleet = Fleet::new();
    let text = fs::read(fleet.directory.path().join("fleet.kdl")).unwrap();
    for out in ["fleet.kdl", "new.kdl", "new.YAML"] {
        fleet.demand(&["plan", "--out", out], 1, &["are a fleet's: call it `fleet.plan`"]);
    }
    assert_eq!(fs::read(fleet.directory.path().join("fleet.kdl")).unwrap(), text);
    let notes = fleet.beside("notes.txt");
    fs::write(&notes, "mine").unwrap();
    fleet.demand(&["plan", "--out", &notes], 1, &["no saved plan, and it is not replaced"]);
    assert_eq!(fs::read_to_string(&notes).unwrap(), "mine");
    // What `mktemp` made, and an older plan.
    fs::write(&notes, "").unwrap();
    for _ in 0..2 {
        fleet.demand(&["plan", "--out", &notes], 0, &["Saved."]);
    }
}
