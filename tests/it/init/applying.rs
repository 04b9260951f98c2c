//! What happens on the branch that deploys.

use super::forge::{KINDS, Kind};
use super::job::Project;

#[test]
fn what_is_on_the_branch_is_applied() {
    for kind in KINDS {
        let project = Project::new();
        project.apply(kind, "main").demand(0, &["Resources: 31 added, 0 changed, 0 destroyed."]);
        project.apply(kind, "main").demand(0, &["No changes."]);
    }
}

#[test]
fn a_run_that_waited_undoes_nothing_that_came_after_it() {
    let project = Project::new();
    project.edit("platform/hosts.kdl", "http 8080", "http 8081");
    project.repository.commit("another port");
    project.apply(Kind::Forgejo, "main").demand(0, &["http://demo.erp.localhost:8081/"]);
    // The run of the commit before, begun late.
    let run = project.apply(Kind::Forgejo, "main~1");
    run.demand(0, &["main is at ", "that commit's own run applies it"]);
    assert!(!run.out.contains("Apply"), "{run}");
    project.apply(Kind::Forgejo, "main").demand(0, &["No changes."]);
}

#[test]
fn a_branch_that_is_gone_is_not_applied() {
    let project = Project::new();
    project.repository.run(&["checkout", "--quiet", "-b", "other"]);
    project.repository.run(&["branch", "--quiet", "--delete", "--force", "main"]);
    let run = project.apply(Kind::Github, "other");
    run.demand(1, &["error: cannot see where main is now; nothing was applied"]);
    assert!(!run.out.contains("Apply"), "{run}");
}

#[test]
fn a_fleet_that_does_not_compile_fails_the_job_and_applies_nothing() {
    let project = Project::new();
    project.edit("tenants/demo.kdl", "bench \"main\"", "bench \"mian\"");
    project.repository.commit("broken");
    let run = project.apply(Kind::Gitlab, "main");
    run.demand(1, &["error[resolve/unknown-reference]"]);
    assert!(!project.place.path().join("tenantry/sandbox").exists(), "{run}");
}
