//! A case of the back half: a history told by the sections of one text file, in their order.
//!
//! | section | what happens |
//! |---|---|
//! | `=== some/file.kdl` (`.yaml`, `.yml`, `.pem`) | the file is written, whole |
//! | `=== use hx.kdl` | a file of `tests/cases/shared/` is written |
//! | `=== edit FILE` | lines `- old` are replaced by the lines `+ new` that follow them; `+` alone adds at the end |
//! | `=== remove FILE` | the file is removed |
//! | `=== environment` | `NAME=value` lines, for every command from here on |
//! | `=== apply [ARGUMENT...]` | `apply --auto-approve`; its body is `exit N`, or nothing where it must end well |
//! | `=== killed after OBJECT CALL` (`before`) | the same, killed (SIGKILL) at that step: `site.s/site new-site` |
//! | `=== by hand` | what people do to the host behind our back, see [`super::hand`] |
//! | `=== $ ARGUMENT...` | the command is run; its body is what it prints, byte by byte |
//!
//! The fleet as it was at the last `apply` lies in `../applied`, for `diff`. When the last command is a plan, it is applied
//! and made again: nothing is left to do, or the same is refused. `=== ends` with `exit N` says that this apply ends so.

use super::super::support::disk;

/// One section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) head: String,
    pub(super) body: String,
}

/// A case.
#[derive(Debug, Clone)]
pub(super) struct Script {
    pub(super) path: String,
    pub(super) about: String,
    pub(super) sections: Vec<Section>,
}

impl Script {
    pub(super) fn all() -> Vec<Self> {
        disk::files("tests/cases/plan", &[".case"]).iter().map(|path| Self::read(path)).collect()
    }

    fn read(path: &str) -> Self {
        Self::parse(path, &disk::read(path))
    }

    pub(super) fn parse(path: &str, text: &str) -> Self {
        let mut script = Self { path: path.to_owned(), about: String::new(), sections: Vec::new() };
        for line in text.split_inclusive('\n') {
            let head = line.strip_prefix("=== ").map(|head| head.trim_end().to_owned());
            match (head, script.sections.last_mut()) {
                (Some(head), _) => script.sections.push(Section { head, body: String::new() }),
                (None, Some(section)) => section.body.push_str(line),
                (None, None) => script.about.push_str(line),
            }
        }
        script
    }

    /// The case as text.
    pub(super) fn text(&self) -> String {
        let mut text = self.about.clone();
        for section in &self.sections {
            text.push_str(&format!("=== {}\n{}", section.head, section.body));
        }
        text
    }

    /// What is wrong with the case itself.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.about.trim().is_empty() {
            faults.push("nothing before the first section says what it shows".to_owned());
        }
        if !self.sections.iter().any(|section| section.head.starts_with("$ ")) {
            faults.push("it expects nothing: no section `=== $ plan`".to_owned());
        }
        faults
    }
}

#[test]
fn a_script_is_its_sections() {
    let text = "Shows it.\n=== use hx.kdl\n=== edit hx.kdl\n- a\n+ b\n=== $ plan\nold\n";
    let script = Script::parse("x.case", text);
    assert_eq!(script.about, "Shows it.\n");
    assert_eq!(script.sections.len(), 3);
    assert_eq!(script.text(), text);
    assert!(script.faults().is_empty());
    assert_eq!(Script::parse("x.case", "=== use hx.kdl\n").faults().len(), 2);
}
