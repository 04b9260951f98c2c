//! The graph for people: Graphviz and Mermaid, one cluster a declaration.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::desired::{Desired, Entry, ObjectId};

/// Objects by the address of their declaration, each with its number in the order of ids.
fn clusters(desired: &Desired) -> BTreeMap<&str, Vec<(usize, &ObjectId, &Entry)>> {
    let mut clusters: BTreeMap<&str, Vec<(usize, &ObjectId, &Entry)>> = BTreeMap::new();
    for (number, (id, entry)) in desired.objects.iter().enumerate() {
        let declaration = entry.address.split('/').next().unwrap_or_default();
        clusters.entry(declaration).or_default().push((number, id, entry));
    }
    clusters
}

fn edges(desired: &Desired) -> Vec<(usize, usize)> {
    let numbers: BTreeMap<&ObjectId, usize> =
        desired.objects.keys().enumerate().map(|(number, id)| (id, number)).collect();
    desired
        .objects
        .iter()
        .flat_map(|(id, entry)| entry.needs.iter().map(move |need| (id, need)))
        .filter_map(|(id, need)| Some((*numbers.get(id)?, *numbers.get(need)?)))
        .collect()
}

/// `container backend`; kind alone where the declaration has one of it.
fn label(id: &ObjectId) -> String {
    if id.role.is_empty() { id.kind.word().to_owned() } else { format!("{} {}", id.kind.word(), id.role) }
}

/// Graphviz. Arrows lead to what is needed.
#[must_use]
pub fn dot(desired: &Desired) -> String {
    let quote = |text: &str| {
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    };
    let mut out = "digraph fleet {\n  rankdir=LR;\n  node [shape=box];\n".to_owned();
    for (index, (declaration, objects)) in clusters(desired).into_iter().enumerate() {
        let _ = writeln!(out, "  subgraph cluster_{index} {{\n    label={};", quote(declaration));
        for (number, id, _) in objects {
            let _ = writeln!(out, "    n{number} [label={}];", quote(&label(id)));
        }
        out.push_str("  }\n");
    }
    for (from, to) in edges(desired) {
        let _ = writeln!(out, "  n{from} -> n{to};");
    }
    out.push_str("}\n");
    out
}

/// Mermaid, as forges show it in Markdown. Arrows lead to what is needed.
#[must_use]
pub fn mermaid(desired: &Desired) -> String {
    // Mermaid knows entities, not escapes.
    let quote = |text: &str| {
        let mut quoted = String::from("\"");
        for c in text.chars() {
            if c.is_alphanumeric() || " ./:-_@,".contains(c) {
                quoted.push(c);
            } else {
                let _ = write!(quoted, "#{};", u32::from(c));
            }
        }
        quoted.push('"');
        quoted
    };
    let mut out = "flowchart LR\n".to_owned();
    for (index, (declaration, objects)) in clusters(desired).into_iter().enumerate() {
        let _ = writeln!(out, "  subgraph c{index}[{}]", quote(declaration));
        for (number, id, _) in objects {
            let _ = writeln!(out, "    n{number}[{}]", quote(&label(id)));
        }
        out.push_str("  end\n");
    }
    for (from, to) in edges(desired) {
        let _ = writeln!(out, "  n{from} --> n{to}");
    }
    out
}
