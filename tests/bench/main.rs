//! `cargo bench`: cold compile, no-op compile, `diff` and peak memory at 1,000 and 10,000 tenants.
//!
//! Each figure is a process of its own (this program again, with `--measure`), so that memory is that process's own peak.
//! What was written is verified before a figure is printed: as many routers, accounts and site configurations as there are
//! sites, and the same bytes from a second compile into another directory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::case_sensitive_file_extension_comparisons
)]

mod diff;
mod fleet;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use tenantry::check;
use tenantry::desired::graph::Graph;
use tenantry::diag::Diagnostics;
use tenantry::load;
use tenantry::pipeline;
use tenantry::provider::lower;
use tenantry::provider::{render, write};
use tenantry::resolve;
use tenantry::spec;
use tenantry::world::Directory;

/// Runs of each figure; the median is printed.
const RUNS: usize = 5;

/// A compile of a large fleet makes millions of small objects; this allocator is made for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|a| a == "--measure") {
        measure(Path::new(&arguments[at + 1]), Path::new(&arguments[at + 2]));
        return;
    }
    if let Some(at) = arguments.iter().position(|a| a == "--phases") {
        phases(arguments.get(at + 1).and_then(|n| n.parse().ok()).unwrap_or(10_000));
        return;
    }
    if let Some(at) = arguments.iter().position(|a| a == "--diff") {
        diff::measure(Path::new(&arguments[at + 1]), Path::new(&arguments[at + 2]), peak_kib);
        return;
    }
    println!("{:>8}  {:>12}  {:>12}  {:>10}  {:>8}", "tenants", "cold", "no-op", "peak", "files");
    for tenants in [1_000, 10_000] {
        figures(tenants);
    }
    println!(
        "\n{:>8}  {:>9}  {:>9}  {:>9}  {:>10}  {:>12}",
        "tenants", "diff of", "whole", "review", "peak", "Markdown"
    );
    for tenants in [1_000, 10_000] {
        diff::figures(tenants);
    }
}

/// One line of the table.
fn figures(tenants: usize) {
    let directory = tempfile::tempdir().unwrap();
    let (root, out) = (directory.path().join("fleet"), directory.path().join("out"));
    fleet::write(&root, tenants).unwrap();
    let mut cold = Vec::new();
    let mut noop = Vec::new();
    let mut peak = 0;
    let mut files = 0;
    for _ in 0..RUNS {
        if out.exists() {
            fs::remove_dir_all(&out).unwrap();
        }
        let first = child(&root, &out);
        let second = child(&root, &out);
        assert_eq!((second.created, second.changed), (0, 0), "a second build writes nothing");
        cold.push(first.ms);
        noop.push(second.ms);
        peak = peak.max(first.peak_kib);
        files = first.created;
    }
    verify(tenants, &root, &out);
    cold.sort_by(f64::total_cmp);
    noop.sort_by(f64::total_cmp);
    println!(
        "{tenants:>8}  {:>9.0} ms  {:>9.0} ms  {:>6} MiB  {files:>8}",
        cold[RUNS / 2],
        noop[RUNS / 2],
        peak / 1024
    );
}

/// Milliseconds of each phase, once: where the time goes.
fn phases(tenants: usize) {
    let directory = tempfile::tempdir().unwrap();
    let (root, out) = (directory.path().join("fleet"), directory.path().join("out"));
    fleet::write(&root, tenants).unwrap();
    let mut began = Instant::now();
    let mut lap = |phase: &str| {
        println!("{phase:>8}  {:>8.1} ms  {:>5} MiB", began.elapsed().as_secs_f64() * 1e3, peak_kib() / 1024);
        began = Instant::now();
    };
    let mut diagnostics = Diagnostics::default();
    let sources = load::read(&Directory::new(&root), &mut diagnostics);
    lap("read");
    let documents = load::parse(&sources, &mut diagnostics);
    lap("parse");
    let spec = spec::bind(&documents, &mut diagnostics);
    drop(documents);
    lap("bind");
    let model = resolve::resolve(&spec, &mut diagnostics).unwrap();
    drop(spec);
    lap("resolve");
    let checked = check::check(model, &mut diagnostics).unwrap();
    lap("check");
    let desired = lower::lower(&checked, &mut diagnostics);
    lap("lower");
    let graph = Graph::build(&desired, &mut diagnostics).unwrap();
    lap("graph");
    let artifacts = render::render(&desired);
    lap("render");
    write::write(&out, &artifacts).unwrap();
    lap("write");
    write::write(&out, &artifacts).unwrap();
    lap("again");
    drop((graph, desired, checked, artifacts));
    lap("drop");
}

struct Figure {
    ms: f64,
    peak_kib: u64,
    created: usize,
    changed: usize,
}

fn child(root: &Path, out: &Path) -> Figure {
    let output =
        Command::new(std::env::current_exe().unwrap()).arg("--measure").args([root, out]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let words: Vec<&str> = text.split_whitespace().collect();
    Figure {
        ms: words[0].parse().unwrap(),
        peak_kib: words[1].parse().unwrap(),
        created: words[2].parse().unwrap(),
        changed: words[3].parse().unwrap(),
    }
}

/// In the child: compiles, writes, prints milliseconds, peak KiB, files created and changed.
fn measure(root: &Path, out: &Path) {
    let began = Instant::now();
    let compiled =
        pipeline::compile(&Directory::new(root)).unwrap_or_else(|broken| panic!("{:?}", broken.diagnostics));
    let written = write::write(out, &render::render(&compiled.desired)).unwrap();
    let ms = began.elapsed().as_secs_f64() * 1e3;
    println!("{ms} {} {} {}", peak_kib(), written.created.len(), written.changed.len());
}

#[expect(clippy::disallowed_methods, reason = "the kernel's own figure of this process")]
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Counts in the bytes on disk what the fleet must have, and compares them with a second compile.
fn verify(tenants: usize, root: &Path, out: &Path) {
    let sites = tenants + tenants / 4;
    let mut counted = (0, 0, 0);
    for (path, text) in all(out) {
        if path.ends_with(".yml") && path.contains("/dynamic/") {
            counted.0 += text.matches("rule: ").count();
        }
        if path.ends_with(".sql") {
            counted.1 += text.matches("CREATE DATABASE IF NOT EXISTS").count();
        }
        if path.ends_with("/site_configs.json") {
            counted.2 += text.matches("\"db_name\": ").count();
        }
    }
    assert!(counted.0 >= sites && counted.1 >= sites && counted.2 == sites, "{counted:?} for {sites} sites");
    let again = out.with_extension("again");
    child(root, &again);
    assert!(all(out) == all(&again), "two compiles, two results");
    fs::remove_dir_all(&again).unwrap();
}

#[expect(clippy::disallowed_methods, reason = "reads back what was written")]
fn all(root: &Path) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut directories = vec![root.to_path_buf()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                files.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}
