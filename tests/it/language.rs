//! The language: what files say, what they mean, and what is said about files that are wrong.

mod examples;
mod layers;
mod scale;
mod schema;
mod table;
mod values;
mod wrong;
mod yaml;

use tenantry::diag::{Diagnostic, Diagnostics};
use tenantry::model::Model;
use tenantry::source::SourceMap;
use tenantry::spec::Spec;
use tenantry::world::{Memory, World};
use tenantry::{load, resolve, spec};

/// Everything that the front half makes of some files.
pub struct Compiled {
    pub sources: SourceMap,
    pub spec: Spec,
    pub model: Option<Model>,
    pub diagnostics: Vec<Diagnostic>,
}

impl Compiled {
    /// The codes that were reported, in the order of the report.
    pub fn codes(&self) -> Vec<&str> {
        self.diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect()
    }

    /// The model of files that are right.
    #[track_caller]
    pub fn whole(self) -> Model {
        assert!(self.diagnostics.is_empty(), "{:#?}", self.diagnostics);
        self.model.expect("no fleet")
    }
}

/// Loads, binds and resolves.
pub fn compile(world: &dyn World) -> Compiled {
    let mut diagnostics = Diagnostics::default();
    let mut sources = load::read(world, &mut diagnostics);
    let mut spec = spec::bind(&load::parse(&sources, &mut diagnostics), &mut diagnostics);
    spec::attach::attach(&mut spec, world, &mut sources, &mut diagnostics);
    let model = resolve::resolve(&spec, &mut diagnostics);
    Compiled { sources, spec, model, diagnostics: diagnostics.sorted() }
}

/// Loads, binds and resolves files that are held in memory.
pub fn files(files: &[(&str, &str)]) -> Compiled {
    compile(&files.iter().fold(Memory::default(), |world, (path, text)| world.with(*path, *text)))
}

/// The platform that most tests need, with the tenants and sites of one file.
pub fn fleet(text: &str) -> Compiled {
    files(&[("a-fleet.kdl", FLEET), ("b.kdl", text)])
}

const FLEET: &str = r#"
fleet "demo" { id "demo"; sites-under "erp.example.com" }
host "h" { engine "sandbox" }
edge "e" { host "h" }
database "d" { mariadb "10.11"; host "h" }
plan "p" { limits { users 10 } }
app "erpnext"
release "r" { frappe "15.80.0"; image "frappe/erpnext:v15.80.0"; apps "erpnext" }
bench "b" { release "r"; host "h"; database "d" }
"#;
