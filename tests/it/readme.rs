//! What the README and the pages show as declarations works.

use tenantry::pipeline;
use tenantry::world::Memory;

use crate::support::disk;

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

#[test]
fn a_site_that_comes_from_frappe_docker_keeps_its_name_as_the_page_declares_it() {
    let page = disk::read("docs/from-frappe-docker.md");
    let (_, rest) = page.split_once("```kdl\n").unwrap();
    let declared = rest.split_once("```").unwrap().0;
    let folder = "examples/acme-cloud/";
    let mut world = Memory::default();
    for file in disk::files(folder.trim_end_matches('/'), &[".kdl", ".yaml"]) {
        let name = &file[folder.len()..];
        let text = if name == "tenants/globex.kdl" { declared.to_owned() } else { disk::read(&file) };
        world = world.with(name, text.as_str());
    }
    let compiled = pipeline::compile(&world).unwrap_or_else(|broken| panic!("{:#?}", broken.diagnostics));
    // Directory and address are the name that it had, and the page's commands use it.
    let site =
        compiled.model.sites.iter().find(|(_, site)| site.meta.name == "erp.globex.example").unwrap().1;
    assert_eq!(site.host_name, "erp.globex.example");
    assert!(page.contains("bench --site erp.globex.example restore"));
}
