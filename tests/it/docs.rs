//! The pages for people: every link leads somewhere, every page is found, and what they count is counted.

use std::collections::BTreeSet;

use tenantry::check::RULES;

use crate::support::disk;

/// README, and every page below `docs/`.
fn pages() -> Vec<String> {
    std::iter::once("README.md".to_owned()).chain(disk::files("docs", &[".md"])).collect()
}

/// The lines of a page that are no code, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((index + 1, line))
    })
}

/// Where the links of a page lead, but for those to other servers, with their lines.
fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (line, said) in prose(text) {
        for (_, rest) in said.match_indices("](").map(|(at, mark)| said.split_at(at + mark.len())) {
            let target = rest.split_once(')').map_or(rest, |(target, _)| target);
            if !target.starts_with("https://") {
                found.push((line, target));
            }
        }
    }
    found
}

/// The names by which headings of a page are linked to, as GitHub makes them.
fn anchors(text: &str) -> BTreeSet<String> {
    prose(text)
        .filter(|(_, line)| line.starts_with('#'))
        .map(|(_, line)| {
            let heading = line.trim_start_matches('#').trim().to_lowercase();
            let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
        .collect()
}

/// The path to which a link of a page leads, without the anchor.
fn resolved(page: &str, target: &str) -> String {
    if target.is_empty() {
        return page.to_owned();
    }
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.trim_end_matches('/').split('/') {
        match part {
            ".." => assert!(parts.pop().is_some(), "{page}: {target} leads out of the repository"),
            "." => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[test]
fn every_link_leads_to_what_is_there() {
    let (mut faults, mut seen) = (Vec::new(), 0);
    for page in pages() {
        for (line, link) in links(&disk::read(&page)) {
            seen += 1;
            let (target, anchor) = link.split_once('#').unwrap_or((link, ""));
            let path = resolved(&page, target);
            if !disk::exists(&path) {
                faults.push(format!("{page}:{line}: {link}: no {path}"));
            } else if !anchor.is_empty() && !anchors(&disk::read(&path)).contains(anchor) {
                faults.push(format!("{page}:{line}: {link}: no such heading in {path}"));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
    assert!(seen > 100, "{seen} links were found");
}

#[test]
fn every_page_is_reached_from_the_readme() {
    let all: BTreeSet<String> = pages().into_iter().collect();
    let (mut reached, mut open) = (BTreeSet::new(), vec!["README.md".to_owned()]);
    while let Some(path) = open.pop() {
        if all.contains(&path) {
            if reached.insert(path.clone()) {
                let text = disk::read(&path);
                let targets = links(&text).into_iter().map(|(_, link)| link.split('#').next().unwrap());
                open.extend(targets.map(|target| resolved(&path, target)));
            }
        } else {
            // A folder shows what is in it.
            open.extend(disk::files(&path, &[".md"]).into_iter().filter(|page| !reached.contains(page)));
        }
    }
    let lost: Vec<_> = all.difference(&reached).collect();
    assert!(lost.is_empty(), "no link leads to {lost:?}");
}

#[test]
fn links_and_headings_are_found_as_readers_find_them() {
    let page = "# Exit codes\n[a](b.md) and [c](https://c.example), [d](#exit-codes)\n```\n[e](f)\n```\n## `hook pause`: a word\n";
    assert_eq!(links(page), [(2, "b.md"), (2, "#exit-codes")]);
    assert_eq!(anchors(page).into_iter().collect::<Vec<_>>(), ["exit-codes", "hook-pause-a-word"]);
    for (page, target, path) in [
        ("docs/a.md", "b.md", "docs/b.md"),
        ("docs/a.md", "../README.md", "README.md"),
        ("docs/a.md", "", "docs/a.md"),
        ("README.md", "docs/decisions/", "docs/decisions"),
    ] {
        assert_eq!(resolved(page, target), path);
    }
}

#[test]
fn the_readme_counts_the_rules() {
    let said = format!("{} rules on the fleet as a whole", RULES.len());
    assert!(disk::read("README.md").contains(&said), "README.md does not say: {said}");
}

/// Rows of the table on the page: what, its version, the words that name it, and the file in which these stand.
fn versions() -> Vec<(String, String, String, String)> {
    let text = disk::read("docs/versions.md");
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
        let [what, version, from] = cells.as_slice() else { panic!("docs/versions.md: {line}") };
        let (words, file) = from.strip_prefix("[`")?.strip_suffix(')')?.split_once("`](")?;
        let file = resolved("docs/versions.md", file);
        Some(((*what).to_owned(), (*version).to_owned(), words.to_owned(), file))
    });
    rows.collect()
}

#[test]
fn the_versions_that_were_tried_are_those_of_the_tests() {
    let rows = versions();
    for (what, version, words, file) in &rows {
        let number = version.split([' ', ',']).next().unwrap();
        assert!(words.contains(number), "{what}: {words} does not name {number}");
        assert!(disk::read(file).contains(words.as_str()), "{what}: {file} does not say {words}");
    }
    // Whatever the tests set up in a version of its own has a row.
    let named = |part: &str| rows.iter().any(|(_, _, _, file)| file == part);
    for part in disk::files("tests/bed", &[".sh"]) {
        let text = disk::read(&part);
        let pinned = text
            .lines()
            .map(str::trim_start)
            .any(|line| line.starts_with("image_current ") || line.starts_with("wheel "));
        assert!(!pinned || named(&part), "{part}: docs/versions.md has no row for what it makes");
    }
    assert!(named("Cargo.toml") && rows.len() >= 8, "{rows:?}");
}
