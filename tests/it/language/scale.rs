//! Large fleets stay quick: the work grows with the files and not with their square.

use std::fmt::Write as _;
use std::time::Instant;

use tenantry::diag::Diagnostics;
use tenantry::world::Memory;
use tenantry::{load, resolve, spec};

use super::FLEET;

fn world(tenants: usize) -> Memory {
    let mut world = Memory::default().with("fleet.kdl", FLEET);
    for n in 0..tenants {
        let mut text = String::new();
        let _ = write!(
            text,
            "tenant \"t{n}\" {{\n    plan \"p\"\n    contact \"it@t{n}.example\"\n    site \"t{n}\" {{\n        bench \"b\"\n        \
             apps \"erpnext\"\n        domain \"erp.t{n}.example\" primary=#true\n        config {{\n            \
             max_file_size 52428800\n        }}\n    }}\n}}\n"
        );
        world = world.with(format!("tenants/t{n}.kdl"), text);
    }
    world
}

/// Seconds to bind and resolve a fleet of so many tenants; loading is measured elsewhere.
fn seconds(tenants: usize) -> f64 {
    let world = world(tenants);
    let mut diagnostics = Diagnostics::default();
    let sources = load::read(&world, &mut diagnostics);
    let documents = load::parse(&sources, &mut diagnostics);
    let start = Instant::now();
    let spec = spec::bind(&documents, &mut diagnostics);
    let model = resolve::resolve(&spec, &mut diagnostics);
    let taken = start.elapsed().as_secs_f64();
    assert!(diagnostics.is_empty());
    assert_eq!(model.unwrap().sites.len(), tenants);
    println!("{tenants} tenants: {:.1} ms", taken * 1000.0);
    taken
}

#[test]
fn ten_times_the_tenants_take_about_ten_times_as_long() {
    let few = (0..2).map(|_| seconds(300)).fold(f64::MAX, f64::min);
    let many = (0..2).map(|_| seconds(3_000)).fold(f64::MAX, f64::min);
    // Quadratic work would take a hundred times as long.
    assert!(many < few * 40.0, "{few} s became {many} s");
}
