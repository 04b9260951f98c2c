//! What `README.md` and the pages of `docs/` show as output is what the commands print.
//!
//! Output stands in a block that is fenced as `text`. Before it, in a comment that readers do not see, stands how it is made:
//!
//! ```text
//! <!-- made by
//! cp -R examples/quickstart fleet
//! tenantry plan fleet
//! -->
//! ```
//!
//! The lines run in a shell, in a directory that has a copy of `examples/` and nothing else. What they print to standard
//! output is the block; `UPDATE=1 cargo test --locked --test it samples` writes it.

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::process::{Command, Stdio};

use super::fleet::Run;
use crate::support::{diff, disk};

const BEGINS: &str = "<!-- made by\n";
const ENDS: &str = "-->\n";
const FENCE: &str = "```text\n";

/// A block of output, and the lines that print it.
#[derive(Debug, PartialEq)]
struct Sample {
    script: String,
    /// Where the output stands in the page.
    shown: Range<usize>,
}

/// Every page that shows output to newcomers.
fn pages() -> Vec<String> {
    let pages = disk::files("docs", &[".md"]).into_iter().filter(|path| path.matches('/').count() == 1);
    std::iter::once("README.md".to_owned()).chain(pages).collect()
}

/// The samples of a page; what stands there as output and is none is a fault.
fn samples(page: &str, text: &str) -> Result<Vec<Sample>, String> {
    let mut found = Vec::new();
    let mut fence: Option<(String, usize)> = None;
    let mut offset = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let (start, after) = (offset, offset + line.len());
        let at = format!("{page}:{}", index + 1);
        offset = after;
        let Some(mark) = line.trim().strip_prefix("```") else {
            let output = line.starts_with("Plan: ") || line.starts_with("Apply complete!");
            if output && fence.as_ref().is_none_or(|(language, _)| language != "text") {
                return Err(format!("{at}: output that is not in a block `text`"));
            }
            continue;
        };
        match fence.take() {
            Some((language, begun)) if language == "text" => {
                let script = script(&text[..begun - FENCE.len()]).ok_or_else(|| {
                    format!("{at}: nothing says how this block is made: {BEGINS:?} … {ENDS:?} before it")
                })?;
                found.push(Sample { script, shown: begun..start });
            }
            Some(_) => {}
            None if mark == "text" && !line.starts_with('`') => {
                return Err(format!("{at}: an indented sample"));
            }
            None => fence = Some((mark.to_owned(), after)),
        }
    }
    match fence {
        Some(_) => Err(format!("{page}: a block without an end")),
        None => Ok(found),
    }
}

/// The lines of the comment with which a text ends.
fn script(before: &str) -> Option<String> {
    let (_, comment) = before.strip_suffix(ENDS)?.rsplit_once(BEGINS)?;
    (!comment.contains("-->")).then(|| comment.to_owned())
}

/// What the lines print, in a place of their own.
fn printed(script: &str) -> Run {
    let place = tempfile::tempdir().unwrap();
    let work = place.path().join("work");
    for file in disk::files("examples", &[""]) {
        let to = work.join(&file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(disk::path(&file), to).unwrap();
    }
    let binary = Path::new(env!("CARGO_BIN_EXE_tenantry")).parent().unwrap().display();
    let path = disk::variable("PATH").unwrap_or_default();
    let output = Command::new("sh")
        .args(["-euc", script])
        .current_dir(&work)
        .stdin(Stdio::null())
        .env_remove("DOCKER_HOST")
        .env_remove("TENANTRY_TEST_KILL")
        .env("PATH", format!("{binary}:{path}"))
        .env("XDG_STATE_HOME", place.path().join("state"))
        .env("NO_COLOR", "1")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    Run::of(output)
}

#[test]
fn what_the_pages_show_as_output_is_what_is_printed() {
    let (mut shown, mut faults) = (0, Vec::new());
    for page in pages() {
        let text = disk::read(&page);
        let samples = samples(&page, &text).unwrap_or_else(|fault| panic!("{fault}"));
        shown += samples.len();
        let mut fresh = text.clone();
        // From the last one on, so that the places of the others stay.
        for sample in samples.iter().rev() {
            let run = printed(&sample.script);
            assert_eq!(run.code, 0, "{page}\n{}\n{run}", sample.script);
            assert!(!run.out.trim().is_empty(), "{page}\n{}\n{run}", sample.script);
            fresh.replace_range(sample.shown.clone(), &format!("{}\n", run.out.trim_matches('\n')));
        }
        if disk::update() && fresh != text {
            disk::write(&page, &fresh);
        } else if fresh != text {
            faults.push(format!("{page}\n{}", diff::lines(&text, &fresh)));
        }
    }
    let hint = "UPDATE=1 cargo test --locked --test it samples writes it anew";
    assert!(faults.is_empty(), "{hint}\n{}", faults.join("\n"));
    assert!(shown >= 6, "{shown} samples were found");
}

#[test]
fn a_block_of_output_says_how_it_is_made() {
    let page = "# A\n\n<!-- made by\necho a\n-->\n```text\na\n```\n\n```kdl\nhost\n```\n";
    let found = samples("a.md", page).unwrap();
    let [sample] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((sample.script.as_str(), &page[sample.shown.clone()]), ("echo a\n", "a\n"));
    for (wrong, fault) in [
        ("```text\na\n```\n", "a.md:3: nothing says how"),
        ("<!-- made by\necho a\n-->\n\n```text\na\n```\n", "a.md:7: nothing says how"),
        ("<!-- made by\necho a\n-->\n<!-- x -->\n```text\na\n```\n", "a.md:7: nothing says how"),
        ("```\nPlan: 1 to add\n```\n", "a.md:2: output that is not"),
        ("Apply complete!\n", "a.md:1: output that is not"),
        ("- a\n\n  ```text\n  a\n  ```\n", "a.md:3: an indented sample"),
        ("```text\na\n", "a.md: a block without an end"),
    ] {
        let said = samples("a.md", wrong).unwrap_err();
        assert!(said.starts_with(fault), "{said}\n{wrong}");
    }
}
