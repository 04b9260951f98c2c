//! Fleets in memory, changed by replacing text.

use std::collections::BTreeMap;

use tenantry::cli::view::{Output, review_markdown, review_text};
use tenantry::diag::render;
use tenantry::pipeline::{self, Compiled};
use tenantry::review::money::Amounts;
use tenantry::review::{self, Review};
use tenantry::world::{Memory, World, WorldError};

use crate::support::disk;

/// Files by path.
#[derive(Clone)]
pub struct Files(pub BTreeMap<String, String>);

impl Files {
    /// An example of the repository.
    pub fn example(name: &str) -> Self {
        let folder = format!("examples/{name}/");
        let files = disk::files(&folder, &[".kdl", ".yaml"]).into_iter();
        let files = files.filter(|path| !path.contains("/generated/"));
        Self(files.map(|path| (path[folder.len() + 1..].to_owned(), disk::read(&path))).collect())
    }

    /// The quick start with so many tenants on the plan `business`.
    pub fn with_tenants(n: usize) -> Self {
        (0..n).fold(Self::example("quickstart"), |files, n| files.with(&tenant_path(n), &tenant(n)))
    }

    pub fn with(mut self, path: &str, text: &str) -> Self {
        self.0.insert(path.to_owned(), text.to_owned());
        self
    }

    pub fn without(mut self, path: &str) -> Self {
        assert!(self.0.remove(path).is_some(), "no {path}");
        self
    }

    /// Replaces text of a file; it must be there.
    pub fn edit(mut self, path: &str, from: &str, to: &str) -> Self {
        let text = self.0.get_mut(path).unwrap_or_else(|| panic!("no {path}"));
        assert!(text.contains(from), "{from:?} is not in\n{text}");
        *text = text.replacen(from, to, 1);
        self
    }

    pub fn world(&self) -> Sealed {
        Sealed(self.0.iter().fold(Memory::default(), |world, (path, text)| world.with(path, text.as_str())))
    }

    pub fn compile(&self) -> Compiled {
        pipeline::compile(&self.world()).unwrap_or_else(|broken| {
            panic!("{}", render::render(&broken.diagnostics, &broken.sources, render::Style::default()))
        })
    }
}

pub fn tenant_path(n: usize) -> String {
    format!("tenants/t{n:05}.kdl")
}

pub fn tenant(n: usize) -> String {
    format!(
        "tenant \"t{n:05}\" {{\n    plan \"business\"\n    site \"t{n:05}\" {{\n        bench \"main\"\n    }}\n}}\n"
    )
}

/// Both sides of a change, and what it means.
pub struct Pair {
    pub head: Compiled,
    pub review: Review,
}

impl Pair {
    pub fn new(base: &Files, head: &Files) -> Self {
        let (base, head) = (base.compile(), head.compile());
        let review = review::review(base, &head);
        let mut told = Amounts::default();
        review.news.iter().for_each(|one| told.extend(&one.money));
        assert_eq!(told, review.money(), "the news tell all of the money, and no more");
        Self { head, review }
    }

    /// As a terminal without colours shows it, refusals last.
    pub fn text(&self) -> String {
        let (refused, rest) = review_text::few(&self.review.plan);
        let refused = render::render(&refused, &self.head.sources, render::Style::default());
        let text = review_text::review(&self.review, Output { color: false });
        format!("{text}{}{}", refused, rest.iter().map(|line| format!("{line}\n")).collect::<String>())
    }

    pub fn markdown(&self) -> String {
        review_markdown::review(&self.review, &self.head.sources)
    }
}

/// A world in which whoever reads a variable or a secret's file fails the test.
pub struct Sealed(Memory);

impl World for Sealed {
    fn root(&self) -> String {
        self.0.root()
    }

    fn files(&self) -> Result<Vec<String>, WorldError> {
        self.0.files()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        self.0.read(path)
    }

    fn variable(&self, name: &str) -> Option<String> {
        panic!("the variable {name} was read")
    }

    fn secret_file(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        panic!("the secret {path} was read")
    }
}
