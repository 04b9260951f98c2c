//! What the README and the page on the language show works.

use tenantry::pipeline;
use tenantry::world::Memory;

const README: &str = include_str!("../../README.md");

#[test]
fn the_fleet_in_ten_lines_compiles() {
    let (_, rest) = README.split_once("```kdl\n").unwrap();
    let (fleet, _) = rest.split_once("```").unwrap();
    assert_eq!(fleet.lines().count(), 10);
    let world = Memory::default().with("fleet.kdl", fleet);
    let compiled = pipeline::compile(&world).unwrap_or_else(|broken| panic!("{:#?}", broken.diagnostics));
    assert_eq!(compiled.model.sites.len(), 1);
}

#[test]
fn the_page_on_the_language_shows_configuration_that_compiles() {
    let page = include_str!("../../docs/language.md");
    let shown = |language: &str, begins: &str| {
        let (_, rest) = page.split_once(&format!("```{language}\n{begins}")).unwrap();
        format!("{begins}{}", rest.split_once("```").unwrap().0)
    };
    let fleet = include_str!("../cases/shared/hx.kdl");
    let base = fleet.split("tenant \"t\"").next().unwrap();
    let kdl = format!(
        "tenant \"t\" {{ plan \"p\"; site \"s\" {{ bench \"b\"\n{}\n}} }}\n",
        shown("kdl", "config {")
    );
    let indented = shown("yaml", "config:").replace('\n', "\n        ");
    let yaml =
        format!("tenant:\n  t:\n    plan: p\n    site:\n      s:\n        bench: b\n        {indented}\n");
    let mut models = Vec::new();
    for (name, text) in [("t.kdl", kdl), ("t.yaml", yaml)] {
        let world = Memory::default().with("fleet.kdl", base).with(name, text.as_str());
        let compiled =
            pipeline::compile(&world).unwrap_or_else(|broken| panic!("{text}\n{:#?}", broken.diagnostics));
        let site = compiled.model.sites.iter().next().unwrap().1;
        let values: Vec<(String, String)> = site
            .config
            .iter()
            .map(|(key, value)| (key.value.clone(), format!("{:?}", value.value)))
            .collect();
        assert!(values.len() > 5, "{values:?}");
        models.push(values);
    }
    assert_eq!(models[0], models[1]);
}
