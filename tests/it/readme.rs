//! What the README shows works.

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
