//! A case: one text file of sections, each after a line `=== name`. What stands before the first one says what it shows.
//!
//! | section | what it is |
//! |---|---|
//! | `=== some/file.kdl` (`.yaml`, `.yml`) | a file of the fleet |
//! | `=== use bench.kdl` | a file of the fleet that lies in `tests/cases/shared/`; nothing follows |
//! | `=== environment` | `NAME=value` lines |
//! | `=== observed` | the world that a plan is made against |
//! | anything of [`EXPECTATIONS`] | what must come out, compared byte by byte |

use tenantry::world::Memory;

use super::disk;

/// What a case may expect, in the order of the phases. The last one that is there says how far the case runs.
pub const EXPECTATIONS: [&str; 4] = ["diagnostics", "desired", "graph", "plan"];

/// One section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What stands in its first line.
    pub name: String,
    /// Its lines.
    pub body: String,
}

/// A case.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its file, from the root of the repository.
    pub path: String,
    /// What it shows.
    pub about: String,
    /// Its sections, in order.
    pub sections: Vec<Section>,
}

impl Case {
    /// Reads a case.
    pub fn read(path: &str) -> Self {
        Self::parse(path, &disk::read(path))
    }

    /// Takes a case apart.
    pub fn parse(path: &str, text: &str) -> Self {
        let mut case = Self { path: path.to_owned(), about: String::new(), sections: Vec::new() };
        for line in text.split_inclusive('\n') {
            let name = line.strip_prefix("=== ").map(str::trim_end);
            match (name, case.sections.last_mut()) {
                (Some(name), _) => case.sections.push(Section { name: name.to_owned(), body: String::new() }),
                (None, Some(section)) => section.body.push_str(line),
                (None, None) => case.about.push_str(line),
            }
        }
        case
    }

    /// The case as text, with what came out in the place of what was expected.
    pub fn updated(&self, actual: impl Fn(&str) -> Option<String>) -> String {
        let mut text = self.about.clone();
        for section in &self.sections {
            let body = actual(&section.name).unwrap_or_else(|| section.body.clone());
            text.push_str(&format!("=== {}\n{body}", section.name));
        }
        text
    }

    /// The folder that it lies in: `load`, `check`, …
    pub fn phase(&self) -> &str {
        self.path.trim_start_matches("tests/cases/").split('/').next().unwrap_or_default()
    }

    /// The sections that say what must come out.
    pub fn expected(&self) -> impl Iterator<Item = &Section> {
        self.sections.iter().filter(|section| EXPECTATIONS.contains(&section.name.as_str()))
    }

    /// The body of a section.
    pub fn section(&self, name: &str) -> Option<&str> {
        self.sections.iter().find(|section| section.name == name).map(|section| section.body.as_str())
    }

    /// The files of the fleet that stand in the case itself.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = self.sections.iter().filter(|section| is_file(&section.name));
        files.map(|section| (section.name.as_str(), section.body.as_str()))
    }

    /// The world that its files make.
    pub fn world(&self) -> Memory {
        let own = self.files().fold(Memory::default(), |world, (path, text)| world.with(path, text));
        self.sections.iter().fold(own, |world, section| {
            if let Some(name) = section.name.strip_prefix("use ") {
                world.with(name, disk::read(&format!("tests/cases/shared/{name}")))
            } else if section.name == "environment" {
                let pairs = section.body.lines().filter_map(|line| line.split_once('='));
                pairs.fold(world, |world, (name, value)| world.variable(name, value))
            } else {
                world
            }
        })
    }

    /// What is wrong with the case itself.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut seen = Vec::new();
        for section in &self.sections {
            let name = section.name.as_str();
            let known =
                is_file(name) || EXPECTATIONS.contains(&name) || matches!(name, "environment" | "observed");
            if !known && !name.starts_with("use ") {
                faults.push(format!("no section is called `{name}`"));
            }
            if name.starts_with("use ") && !section.body.trim().is_empty() {
                faults.push(format!("`{name}` takes a whole shared file; nothing may follow it"));
            }
            if seen.contains(&name) {
                faults.push(format!("section `{name}` is there twice"));
            }
            seen.push(name);
        }
        // What a case of one file shows is said by its name.
        if self.phase() == "check" && self.about.trim().is_empty() {
            faults.push("nothing before the first section says what it shows".to_owned());
        }
        if self.expected().next().is_none() {
            faults.push("it expects nothing".to_owned());
        }
        faults
    }
}

fn is_file(name: &str) -> bool {
    !name.starts_with("use ") && [".kdl", ".yaml", ".yml", ".pem"].iter().any(|ending| name.ends_with(ending))
}

#[test]
fn a_case_is_its_sections() {
    let text = "Shows it.\n=== use a.kdl\n=== b/c.kdl\nnode\n=== diagnostics\nold\n";
    let case = Case::parse("tests/cases/check/x.case", text);
    assert_eq!(case.about, "Shows it.\n");
    assert_eq!(case.section("b/c.kdl"), Some("node\n"));
    assert_eq!(case.expected().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["diagnostics"]);
    assert!(case.faults().is_empty());
    assert_eq!(case.updated(|_| None), text);
    let new = case.updated(|name| (name == "diagnostics").then(|| "new\n".to_owned()));
    assert_eq!(new, text.replace("old", "new"));
}

#[test]
fn a_case_that_shows_or_expects_nothing_is_refused() {
    assert_eq!(Case::parse("tests/cases/check/x.case", "=== a.kdl\n").faults().len(), 2);
    assert_eq!(
        Case::parse("tests/cases/check/x.case", "It.\n=== digressions\n=== diagnostics\n").faults().len(),
        1
    );
    assert_eq!(Case::parse("tests/cases/check/x.case", "It.\n=== plan\n=== plan\n").faults().len(), 1);
}
