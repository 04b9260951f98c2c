//! The rules of the house that a compiler does not know.

use std::collections::BTreeSet;

use tenantry::check::RULES;
use tenantry::diag::TABLE;

use crate::support::disk;
use crate::support::source::{code_lines, crate_paths};

/// The folders of `src`, in the order of `lib.rs`: each may import itself and what stands before it.
const ORDER: [&str; 19] = [
    "source", "diag", "world", "value", "load", "spec", "model", "resolve", "check", "desired", "provider",
    "sandbox", "plan", "apply", "pipeline", "converge", "review", "gitops", "cli",
];

/// A file of `src` and the first part of its path: `("src/plan/mod.rs", "plan")`.
fn sources() -> Vec<(String, String)> {
    disk::files("src", &[".rs"])
        .into_iter()
        .map(|path| {
            let top =
                path["src/".len()..].split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
            (path, top)
        })
        .collect()
}

fn demand(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn a_folder_imports_only_what_stands_above_it() {
    let place = |name: &str| ORDER.iter().position(|folder| *folder == name);
    let mut faults = Vec::new();
    for (path, top) in sources().iter().filter(|(_, top)| top != "main" && top != "lib") {
        let Some(own) = place(top) else {
            faults.push(format!("{path}: `{top}` has no place in the order"));
            continue;
        };
        for (line, target) in crate_paths(&disk::read(path)) {
            match target.split("::").next().and_then(place) {
                Some(other) if other > own => {
                    faults.push(format!("{path}:{line}: `{top}` imports `{target}`, which stands below it"));
                }
                _ => {}
            }
        }
    }
    demand(&faults);
}

#[test]
fn lib_declares_the_folders_in_their_order() {
    let text = disk::read("src/lib.rs");
    let declared: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let ordered: Vec<&str> = ORDER.iter().copied().filter(|folder| declared.contains(folder)).collect();
    assert_eq!(declared, ordered);
}

#[test]
fn a_backend_never_imports_another() {
    let backends = ["docker", "frappe", "mariadb", "traefik"];
    let mut faults = Vec::new();
    for backend in backends {
        for path in disk::files(&format!("src/provider/{backend}"), &[".rs"]) {
            let text = disk::read(&path);
            for other in backends.iter().filter(|other| **other != backend) {
                let full = format!("provider::{other}");
                faults.extend(
                    crate_paths(&text)
                        .iter()
                        .filter(|(_, target)| *target == full || target.starts_with(&format!("{full}::")))
                        .map(|(line, target)| format!("{path}:{line}: `{backend}` imports `{target}`")),
                );
                let relative = format!("super::{other}::");
                // One level up is the backend's own folder for its files, and `provider` for its `mod.rs`.
                let outside = path.ends_with("/mod.rs") || text.contains(&format!("super::{relative}"));
                if outside && code_lines(&text).any(|(_, line)| line.contains(&relative)) {
                    faults.push(format!("{path}: `{backend}` imports `{other}`"));
                }
            }
        }
    }
    demand(&faults);
}

#[test]
fn what_is_pure_neither_waits_nor_touches_the_world() {
    let folders = ["source", "diag", "value", "spec", "model", "resolve", "check", "desired", "plan"];
    let names = ["lower.rs", "render.rs", "diff.rs", "object.rs"];
    let forbidden = [
        "async ",
        ".await;",
        ".await?",
        ".await)",
        ".await.",
        "tokio::",
        "bollard::",
        "std::fs",
        "net::Tcp",
        "net::Udp",
        "std::process",
        "std::env",
    ];
    let mut faults = Vec::new();
    for (path, top) in sources() {
        let backend = top == "provider" && names.iter().any(|name| path.ends_with(&format!("/{name}")));
        // The one place where a plan becomes a file, and a file a plan.
        let saved = path == "src/plan/file.rs";
        if saved || (!backend && !folders.contains(&top.as_str())) {
            continue;
        }
        for (line, text) in code_lines(&disk::read(&path)) {
            faults.extend(
                forbidden
                    .iter()
                    .filter(|word| text.contains(*word))
                    .map(|word| format!("{path}:{line}: `{word}`")),
            );
        }
    }
    demand(&faults);
}

#[test]
fn only_the_views_print_and_only_drivers_start_programs() {
    let printing = ["println!", "print!(", "io::stdout(", "io::stderr("];
    let starting = ["process::Command", "Command::new("];
    let mut faults = Vec::new();
    for (path, _) in sources() {
        // Errors that end the program are printed in main, in exactly one place.
        let prints =
            path == "src/main.rs" || path.starts_with("src/cli/view") || path == "src/diag/render.rs";
        // `apply` ends itself at a fail point, as a crash would, when a test asks for it.
        let starts =
            ["src/provider/docker/", "src/gitops/", "src/cli/apply.rs"].iter().any(|at| path.starts_with(at));
        for (line, text) in code_lines(&disk::read(&path)) {
            // What a view printed may have to be flushed before a question is answered.
            if !prints && !text.contains(".flush()") && printing.iter().any(|word| text.contains(word)) {
                faults.push(format!("{path}:{line}: prints"));
            }
            // `clap` has a `Command` too.
            if !starts && starting.iter().any(|word| text.contains(word)) && !text.contains("clap") {
                faults.push(format!("{path}:{line}: starts a program"));
            }
        }
    }
    demand(&faults);
}

#[test]
fn every_file_says_what_it_is_and_stays_small() {
    let mut faults = Vec::new();
    let tests = disk::files("tests/it", &[".rs"]).into_iter();
    for path in sources().into_iter().map(|(path, _)| path).chain(tests) {
        let text = disk::read(&path);
        if !text.starts_with("//! ") {
            faults.push(format!("{path}: does not open with `//!`"));
        }
        let lines = text.lines().count();
        if lines > 400 {
            faults.push(format!("{path}: {lines} lines; 400 are the most"));
        }
    }
    demand(&faults);
}

#[test]
fn no_file_is_left_unfinished_or_untidy() {
    // Put together here, so that this file does not hold what it looks for.
    let words =
        [["TO", "DO"], ["FIX", "ME"], ["X", "XX"], ["for", " now"], ["allow(dead", "_code)"], ["/wo", "rk/"]];
    let words = words.map(|parts| parts.concat());
    let endings = [".rs", ".md", ".kdl", ".yaml", ".yml", ".sh", ".toml", ".json"];
    let mut faults = Vec::new();
    for folder in ["src", "tests/it", "tests/bed", "docs", "examples", "schemas"] {
        for path in disk::files(folder, &endings) {
            let text = disk::read(&path);
            for (index, line) in text.lines().enumerate() {
                let at = format!("{path}:{}", index + 1);
                if line.ends_with([' ', '\t', '\r']) {
                    faults.push(format!("{at}: ends with a space"));
                }
                faults.extend(
                    words.iter().filter(|word| line.contains(*word)).map(|word| format!("{at}: `{word}`")),
                );
            }
            if !text.ends_with('\n') || text.ends_with("\n\n") {
                faults.push(format!("{path}: does not end with exactly one line break"));
            }
        }
    }
    demand(&faults);
}

#[test]
fn no_test_file_is_forgotten() {
    let mut faults = Vec::new();
    for path in disk::files("tests/it", &[".rs"]) {
        let (folder, file) = path.rsplit_once('/').unwrap();
        if path == "tests/it/main.rs" || (file == "mod.rs" && folder == "tests/it") {
            continue;
        }
        let (parent, name) = if file == "mod.rs" {
            let (up, name) = folder.rsplit_once('/').unwrap();
            (up, name)
        } else {
            (folder, file.trim_end_matches(".rs"))
        };
        let mut declaring = [format!("{parent}/mod.rs"), format!("{parent}/main.rs"), format!("{parent}.rs")]
            .into_iter()
            .filter(|path| disk::exists(path));
        let declared = |path: String| {
            let wanted = format!("mod {name};");
            code_lines(&disk::read(&path)).any(|(_, line)| line.trim_start_matches("pub ").trim() == wanted)
        };
        if !declaring.any(declared) {
            faults.push(format!("{path}: no `mod {name};` names it"));
        }
    }
    demand(&faults);
}

#[test]
fn a_rule_is_a_code_a_file_and_a_page() {
    let files: BTreeSet<String> = disk::files("src/check", &[".rs"])
        .iter()
        .filter_map(|path| path.strip_prefix("src/check/")?.strip_suffix(".rs"))
        .filter(|name| *name != "mod" && !name.contains('/'))
        .map(|name| format!("check/{}", name.replace('_', "-")))
        .collect();
    let rules: BTreeSet<String> = RULES.iter().map(|rule| rule.code.to_string()).collect();
    let codes: BTreeSet<String> =
        TABLE.iter().map(|page| page.code.to_string()).filter(|code| code.starts_with("check/")).collect();
    assert_eq!(files, rules, "files of src/check and RULES");
    assert_eq!(rules, codes, "RULES and the table of codes");
    assert_eq!(rules.len(), RULES.len(), "a rule stands in RULES twice");
}

#[test]
fn every_page_belongs_to_a_code_and_has_a_title() {
    let pages: BTreeSet<String> = disk::files("docs/errors", &[".md"])
        .iter()
        .filter_map(|path| path.strip_prefix("docs/errors/")?.strip_suffix(".md"))
        .filter(|name| *name != "README")
        .map(str::to_owned)
        .collect();
    let codes: BTreeSet<String> = TABLE.iter().map(|page| page.code.to_string()).collect();
    assert_eq!(pages, codes, "pages below docs/errors and the table of codes");
    assert_eq!(codes.len(), TABLE.len(), "a code stands in the table twice");
    for page in TABLE {
        let mut lines = page.text.lines();
        let title = lines.next().and_then(|line| line.strip_prefix("# ")).unwrap_or_default();
        assert!(
            !title.is_empty() && !title.ends_with('.'),
            "{}: `# title` without a full stop is missing",
            page.code
        );
        assert!(lines.any(|line| line.len() > 20), "{}: the page explains nothing", page.code);
    }
}

#[test]
fn the_index_of_errors_is_fresh() {
    let mut text = String::from(
        "# Errors and warnings\n\nWritten by the tests from the table of codes: `UPDATE=1 cargo test --test it tidy`.\n",
    );
    let mut phase = "";
    for page in TABLE {
        let code = page.code.as_str();
        let (of, slug) = code.split_once('/').unwrap();
        if of != phase {
            text.push_str(&format!("\n## {of}\n\n"));
            phase = of;
        }
        let title = page.text.lines().next().unwrap_or_default().trim_start_matches("# ");
        text.push_str(&format!("- [`{code}`]({of}/{slug}.md): {title}\n"));
    }
    disk::fresh("docs/errors/README.md", &text);
}
