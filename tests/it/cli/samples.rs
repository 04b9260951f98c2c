//! What the README prints is what the command prints.

use super::fleet::Fleet;
use crate::support::disk;

#[test]
fn the_plan_in_the_readme_is_made_by_its_example() {
    let readme = disk::read("README.md");
    let (_, rest) = readme.split_once("## What a plan looks like").unwrap();
    let (_, rest) = rest.split_once("```text\n").unwrap();
    let sample = rest.split_once("```").unwrap().0;
    let fleet = Fleet::new();
    for file in disk::files("examples/quickstart/tenants", &[".kdl"]) {
        fleet.remove(&file["examples/quickstart/".len()..]);
    }
    // On a sandbox: what is planned is the same.
    let example =
        disk::read("examples/edge-only/fleet.kdl").replace("engine \"docker\"", "engine \"sandbox\"");
    fleet.write("fleet.kdl", &example);
    fleet.demand(&["apply", "--auto-approve"], 0, &["Apply complete!"]);
    fleet.edit(
        "fleet.kdl",
        "    http 8088\n",
        "    http 8088\n    memory \"256MiB\"\n    page-image \"busybox:1.36\"\n",
    );
    fleet.write("benches/red.kdl", "bench \"red\" {\n    host \"local\"\n    cache \"64MiB\"\n}\n");
    let run = fleet.run(&["plan"]);
    assert_eq!(run.out.trim(), sample.trim(), "{run}");
}
