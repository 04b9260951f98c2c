//! What happens to a pull request: one comment, kept up to date, and how the job ends.

use super::forge::{Forge, KINDS, Kind, TOKEN};
use super::job::Project;

const MARK: &str = "<!-- tenantry:diff -->";

/// A bit more for the same plan.
fn cheaper(project: &Project) {
    project.change("plans/starter.kdl", "connections 16", "connections 18");
}

#[test]
fn the_first_run_comments_and_the_next_one_changes_the_comment() {
    for kind in KINDS {
        let (project, forge) = (Project::new(), Forge::new(kind));
        // Anybody can write the mark. What is theirs stays theirs.
        forge.comment("mallory", &format!("**Plan: nothing.** {MARK}"));
        forge.comment("ana", "Looks good?");
        let theirs = forge.comments();
        cheaper(&project);
        let run = project.review(&forge, kind, false);
        run.demand(0, &["acme: 1 tenant", "Commented."]);
        let ours = forge.ours();
        assert_eq!(ours.len(), 1, "{kind:?}: {run}");
        let body = &ours[0].body;
        assert!(body.contains("connections") && body.contains("18") && body.contains(MARK), "{body}");
        assert!(body.len() < 65_536);
        let (writing, reading): (Vec<_>, Vec<_>) =
            forge.asked().into_iter().partition(|ask| !ask.starts_with("GET"));
        assert_eq!(writing.len(), 1, "{writing:?}");
        assert!(!reading.is_empty() && writing[0].starts_with("POST "), "{writing:?}");

        project.change("plans/starter.kdl", "connections 16", "connections 24");
        let run = project.review(&forge, kind, false);
        run.demand(0, &["The comment is up to date."]);
        let changed = forge.ours();
        assert_eq!(changed.len(), 1, "{kind:?}: {run}");
        assert_eq!(changed[0].id, ours[0].id);
        assert!(changed[0].body.contains("24") && !changed[0].body.contains("18"), "{}", changed[0].body);
        let writing: Vec<_> = forge.asked().into_iter().filter(|ask| !ask.starts_with("GET")).collect();
        let method = if kind == Kind::Gitlab { "PUT " } else { "PATCH " };
        assert!(writing.len() == 1 && writing[0].starts_with(method), "{writing:?}");
        assert_eq!(forge.comments()[..2], theirs);
    }
}

#[test]
fn the_comment_is_found_behind_hundreds_of_others() {
    for kind in KINDS {
        let (project, forge) = (Project::new(), Forge::new(kind));
        // A whole page, and whole pages are the ones after which one might stop, or never stop.
        for _ in 0..200 {
            forge.comment("ana", "+1");
        }
        cheaper(&project);
        project.review(&forge, kind, false).demand(0, &["Commented."]);
        project.review(&forge, kind, false).demand(0, &["The comment is up to date."]);
        assert_eq!(forge.ours().len(), 1, "{kind:?}");
    }
}

#[test]
fn a_head_that_does_not_compile_is_told_in_the_comment_and_fails() {
    for kind in KINDS {
        let (project, forge) = (Project::new(), Forge::new(kind));
        project.change("tenants/demo.kdl", "bench \"main\"", "bench \"mian\"");
        let run = project.review(&forge, kind, false);
        run.demand(1, &["error[resolve/unknown-reference]"]);
        let body = &forge.ours()[0].body;
        assert!(body.contains("does not compile") && body.contains("did you mean `main`?"), "{body}");
        assert!(body.contains(MARK));

        // Mended, the comment is about the mended one.
        project.edit("tenants/demo.kdl", "bench \"mian\"", "bench \"main\"");
        project.repository.commit("mend");
        project.review(&forge, kind, false).demand(0, &["The comment is up to date."]);
        let ours = forge.ours();
        assert!(ours.len() == 1 && !ours[0].body.contains("does not compile"), "{ours:?}");
    }
}

#[test]
fn a_change_that_apply_would_refuse_fails_with_5() {
    let (project, forge) = (Project::new(), Forge::new(Kind::Github));
    project.repository.run(&["checkout", "--quiet", "-B", "change", "main"]);
    project.repository.run(&["rm", "--quiet", "tenants/demo.kdl"]);
    project.repository.write(
        "tenants/other.kdl",
        "tenant \"other\" { plan \"starter\"; site \"other\" { bench \"main\"; apps \"erpnext\" } }\n",
    );
    project.repository.commit("somebody else");
    project.review(&forge, Kind::Github, false).demand(5, &["Commented."]);
    assert!(forge.ours()[0].body.contains("refus"), "{:?}", forge.ours());
}

#[test]
fn a_change_that_mends_a_broken_base_passes() {
    let (project, forge) = (Project::new(), Forge::new(Kind::Gitlab));
    project.edit("tenants/demo.kdl", "bench \"main\"", "bench \"mian\"");
    project.repository.commit("break");
    project.change("tenants/demo.kdl", "bench \"mian\"", "bench \"main\"");
    project.review(&forge, Kind::Gitlab, false).demand(0, &["Commented."]);
    assert!(forge.ours()[0].body.contains("the base does not compile"), "{:?}", forge.ours());
}

#[test]
fn what_others_merged_meanwhile_is_not_in_the_comment() {
    for kind in KINDS {
        let (project, forge) = (Project::new(), Forge::new(kind));
        cheaper(&project);
        project.repository.run(&["checkout", "--quiet", "main"]);
        project.edit("fleet.kdl", "300s", "600s");
        project.repository.commit("somebody else");
        project.review(&forge, kind, false).demand(0, &["Commented."]);
        let body = &forge.ours()[0].body;
        assert!(body.contains("connections") && !body.contains("statement"), "{body}");
    }
}

#[test]
fn a_fork_gets_no_token_and_its_diff_in_the_log() {
    for kind in KINDS {
        let (project, forge) = (Project::new(), Forge::new(kind));
        cheaper(&project);
        let run = project.review(&forge, kind, true);
        run.demand(0, &["No token, so there is no comment", "connections", MARK]);
        assert!(forge.asked().is_empty(), "{kind:?}");
        let summary = std::fs::read_to_string(project.place.path().join("summary")).unwrap_or_default();
        assert_eq!(summary.contains("connections"), kind == Kind::Github, "{summary}");
        project.change("tenants/demo.kdl", "bench \"main\"", "bench \"mian\"");
        project.review(&forge, kind, true).demand(1, &["did you mean `main`?"]);
    }
}

#[test]
fn a_host_of_git_that_says_no_fails_the_job() {
    let (project, forge) = (Project::new(), Forge::new(Kind::Github));
    cheaper(&project);
    forge.revoke();
    let run = project.review(&forge, Kind::Github, false);
    assert!(run.code != 0 && run.err.contains("401") && !run.err.contains(TOKEN), "{run}");
    assert!(forge.ours().is_empty());
}

#[test]
fn what_tenants_write_gives_the_runner_no_orders() {
    for kind in [Kind::Github, Kind::Forgejo] {
        let (project, forge) = (Project::new(), Forge::new(kind));
        project.change("tenants/demo.kdl", "plan \"starter\"", "plan \"##[add-mask]::add-mask::a\"");
        let run = project.review(&forge, kind, true);
        run.demand(1, &["##[add-mask]::add-mask::a"]);
        let first = run.out.lines().next().unwrap();
        let word = first.strip_prefix("::stop-commands::").unwrap();
        assert!(word.len() == 32 && run.out.matches(word).count() == 1 && !run.err.contains(word), "{run}");
    }
}

#[test]
fn a_directory_that_is_called_like_the_base_is_not_taken_for_it() {
    let (project, forge) = (Project::new(), Forge::new(Kind::Gitlab));
    let base = project.repository.run(&["rev-parse", "main"]).trim().to_owned();
    cheaper(&project);
    // With it in the base's place nothing would have changed.
    for path in
        ["fleet.kdl", "plans/starter.kdl", "platform/hosts.kdl", "platform/benches.kdl", "tenants/demo.kdl"]
    {
        let text = std::fs::read_to_string(project.repository.path().join(path)).unwrap();
        project.repository.write(&format!("{base}/{path}"), &text);
    }
    project.repository.write(".tenantryignore", &format!("/{base}/\n"));
    project.repository.commit("innocent");
    project.review(&forge, Kind::Gitlab, false).demand(0, &["Commented."]);
    assert!(forge.ours()[0].body.contains("connections"), "{:?}", forge.ours());
}
