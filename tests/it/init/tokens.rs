//! Where the token goes: to curl, in a file. Not into arguments, not to other programs, not into the log, not left behind.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::forge::{Forge, KINDS, TOKEN};
use super::job::Project;
use crate::support::git::path;

#[test]
fn no_argument_no_other_environment_and_no_log_has_the_token() {
    for kind in KINDS {
        let (project, forge) = (Project::new(), Forge::new(kind));
        project.change("plans/starter.kdl", "connections 16", "connections 18");
        let bin = project.place.path().join("bin");
        let record = project.place.path().join("record");
        fs::create_dir(&bin).unwrap();
        // In front of every program that the script starts: one that writes down arguments and environment.
        for name in ["curl", "jq", "git", "mktemp", "cat", "od", "tr", "rm"] {
            let real = path()
                .split(':')
                .map(|at| format!("{at}/{name}"))
                .find(|at| fs::metadata(at).is_ok())
                .unwrap();
            let text = format!(
                "#!/bin/sh\n{{ echo '{name}'; printf '%s\\n' \"$@\"; export; }} >>'{}'\nexec '{real}' \"$@\"\n",
                record.display()
            );
            fs::write(bin.join(name), text).unwrap();
            fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755)).unwrap();
        }
        let run = project.review(&forge, kind, false);
        run.demand(0, &["Commented."]);
        let record = fs::read_to_string(record).unwrap();
        assert!(
            record.contains("\ncurl\n") && record.contains("\njq\n") && record.contains("git\n"),
            "{record}"
        );
        assert!(record.contains("TENANTRY_FORGE") && record.contains("--header\n@"), "{record}");
        assert!(!record.contains(TOKEN), "{kind:?}");
        assert!(!run.out.contains(TOKEN) && !run.err.contains(TOKEN), "{run}");
        let left: Vec<_> =
            fs::read_dir(project.place.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| !name.to_string_lossy().starts_with("tmp.")), "{left:?}");
    }
}
