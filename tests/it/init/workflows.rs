//! The workflow files as their hosts read them, and the shell as a shell reads it.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_yaml::Value;

use super::forge::{KINDS, Kind};
use super::job::{Job, Project, file};

fn workflow(project: &Project, kind: Kind) -> Value {
    serde_yaml::from_str(&fs::read_to_string(project.repository.path().join(file(kind))).unwrap()).unwrap()
}

#[test]
fn the_shell_parses_and_uses_nothing_that_only_bash_has() {
    let project = Project::new();
    let script = project.repository.path().join(".tenantry/ci.sh");
    for shell in [&["sh", "-n"][..], &["bash", "--posix", "-n"]] {
        let run = Command::new(shell[0]).args(&shell[1..]).arg(&script).output().unwrap();
        assert!(run.status.success() && run.stderr.is_empty(), "{run:?}");
    }
    for arguments in [&[][..], &["deploy"]] {
        let run = Command::new("sh").arg(&script).args(arguments).output().unwrap();
        assert_eq!(run.status.code(), Some(1));
        assert_eq!(String::from_utf8(run.stderr).unwrap(), "error: ci.sh review, or ci.sh apply\n");
    }
}

#[test]
fn github_and_forgejo_review_pull_requests_and_apply_main() {
    let project = Project::new();
    for kind in [Kind::Github, Kind::Forgejo] {
        let workflow = workflow(&project, kind);
        let on = workflow["on"].as_mapping().unwrap();
        // `pull_request_target` would run a stranger's script with our token.
        assert_eq!(on.keys().map(|key| key.as_str().unwrap()).collect::<Vec<_>>(), ["pull_request", "push"]);
        assert_eq!(workflow["on"]["push"]["branches"][0].as_str(), Some("main"));
        for (job, when) in [("review", "pull_request"), ("apply", "push")] {
            let job = &workflow["jobs"][job];
            assert_eq!(job["if"].as_str().unwrap(), format!("github.event_name == '{when}'"));
            assert_eq!(job["runs-on"].as_str(), Some("tenantry"));
            let steps = job["steps"].as_sequence().unwrap();
            assert_eq!(steps.len(), 2);
            let uses = steps[0]["uses"].as_str().unwrap();
            let version = uses.strip_prefix("actions/checkout@v").unwrap();
            assert!(version.parse::<u8>().is_ok(), "{uses}");
            assert_eq!(steps[0]["with"]["fetch-depth"].as_u64(), Some(0));
            // Expressions stand in variables: as shell text they would be run.
            assert!(!steps[1]["run"].as_str().unwrap().contains("${{"));
        }
        let (review, apply) = (&workflow["jobs"]["review"], &workflow["jobs"]["apply"]);
        assert_eq!(review["steps"][0]["with"]["persist-credentials"].as_bool(), Some(false));
        assert_eq!(review["concurrency"]["cancel-in-progress"].as_bool(), Some(true));
        assert!(review["concurrency"]["group"].as_str().unwrap().contains("github.event.number"));
        assert_eq!(apply["concurrency"]["cancel-in-progress"].as_bool(), Some(false));
        assert!(!apply["concurrency"]["group"].as_str().unwrap().contains("${{"), "one group for all");
        // The fleet's secrets are where it is applied, and nowhere else.
        let text = serde_yaml::to_string(review).unwrap() + &serde_yaml::to_string(&workflow["env"]).unwrap();
        assert!(!text.contains("secrets."), "{text}");
    }
    let github = workflow(&project, Kind::Github);
    assert_eq!(github["permissions"].as_mapping().unwrap().len(), 1);
    assert_eq!(github["permissions"]["contents"].as_str(), Some("read"));
    assert_eq!(github["jobs"]["review"]["permissions"]["pull-requests"].as_str(), Some("write"));
    assert!(github["jobs"]["apply"]["permissions"].is_null());
}

#[test]
fn gitlab_reviews_merge_requests_and_applies_the_default_branch() {
    let workflow = workflow(&Project::new(), Kind::Gitlab);
    assert_eq!(workflow["variables"]["GIT_DEPTH"].as_str(), Some("0"));
    let rule = |job: &str| workflow[job]["rules"][0]["if"].as_str().unwrap().to_owned();
    assert_eq!(rule("review"), "$CI_PIPELINE_SOURCE == \"merge_request_event\"");
    assert_eq!(
        rule("apply"),
        "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE != \"merge_request_event\""
    );
    assert_eq!(workflow["apply"]["resource_group"].as_str(), Some("tenantry"));
    assert_eq!(workflow["apply"]["interruptible"].as_bool(), Some(false));
    for job in ["review", "apply"] {
        assert_eq!(workflow[job]["tags"][0].as_str(), Some("tenantry"));
    }
}

#[test]
fn the_files_set_what_the_script_reads_and_nothing_else() {
    let project = Project::new();
    let script = fs::read_to_string(project.repository.path().join(".tenantry/ci.sh")).unwrap();
    let documented: BTreeSet<&str> =
        script.lines().filter_map(|line| line.strip_prefix("#   TENANTRY")?.split(' ').next()).collect();
    assert_eq!(documented.len(), 8, "{documented:?}");
    for kind in KINDS {
        let mut set = BTreeSet::new();
        for name in ["review", "apply"] {
            set.extend(Job::of(project.repository.path(), kind, name).variables.into_keys());
        }
        // The one is the checkout's, the other the fleet's.
        let set: BTreeSet<&str> = set
            .iter()
            .filter(|name| !["GIT_DEPTH", "TENANTRY_KEY"].contains(&name.as_str()))
            .map(|name| name.strip_prefix("TENANTRY").unwrap())
            .collect();
        // GitLab: the token is a variable of the project, and the author is asked for.
        let missing: Vec<_> = documented.difference(&set).copied().collect();
        let expected: &[&str] = if kind == Kind::Gitlab { &["_AUTHOR", "_TOKEN"] } else { &[] };
        assert_eq!(missing, expected, "{kind:?}");
        assert!(set.is_subset(&documented), "{set:?}");
    }
}
