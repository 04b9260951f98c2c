//! The order of objects. petgraph stays inside.

mod text;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use petgraph::Direction;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::{Desired, ObjectId};
use crate::diag::{Code, Diagnostic, Diagnostics};

pub use text::{dot, mermaid};

/// Which objects must be there before which. It has no cycles.
#[derive(Debug)]
pub struct Graph {
    /// Edges lead from what is needed to what needs it.
    graph: DiGraph<ObjectId, ()>,
    nodes: BTreeMap<ObjectId, NodeIndex>,
    order: Vec<ObjectId>,
}

impl Graph {
    /// The graph of everything that is wanted; `None` when it has a cycle or a need that nobody fulfils, which are
    /// reported.
    pub fn build(desired: &Desired, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut graph = DiGraph::with_capacity(desired.objects.len(), desired.objects.len() * 4);
        let nodes: BTreeMap<ObjectId, NodeIndex> =
            desired.objects.keys().map(|id| (id.clone(), graph.add_node(id.clone()))).collect();
        let mut whole = true;
        for (id, entry) in &desired.objects {
            for need in &entry.needs {
                if let Some(from) = nodes.get(need) {
                    graph.add_edge(*from, nodes[id], ());
                } else {
                    whole = false;
                    diagnostics.push(missing(desired, id, need));
                }
            }
        }
        let order = sort(&graph);
        if order.len() < graph.node_count() {
            for cycle in cycles(&graph) {
                diagnostics.push(describe(desired, &cycle));
            }
            return None;
        }
        whole.then_some(Self { graph, nodes, order })
    }

    /// Every object after everything that it needs; those that could change places are ordered by their ids.
    #[must_use]
    pub fn order(&self) -> &[ObjectId] {
        &self.order
    }

    /// What an object needs, by id.
    #[must_use]
    pub fn needs(&self, id: &ObjectId) -> Vec<&ObjectId> {
        self.neighbours(id, Direction::Incoming)
    }

    /// What needs an object, by id.
    #[must_use]
    pub fn needed_by(&self, id: &ObjectId) -> Vec<&ObjectId> {
        self.neighbours(id, Direction::Outgoing)
    }

    fn neighbours(&self, id: &ObjectId, direction: Direction) -> Vec<&ObjectId> {
        let Some(node) = self.nodes.get(id) else { return Vec::new() };
        let mut ids: Vec<&ObjectId> =
            self.graph.neighbors_directed(*node, direction).map(|node| &self.graph[node]).collect();
        ids.sort();
        ids
    }
}

/// Kahn's algorithm. Nodes were added in the order of their ids, so the smallest index is the smallest id.
fn sort(graph: &DiGraph<ObjectId, ()>) -> Vec<ObjectId> {
    let mut waits: Vec<usize> = graph
        .node_indices()
        .map(|node| graph.neighbors_directed(node, Direction::Incoming).count())
        .collect();
    let mut ready: BinaryHeap<Reverse<NodeIndex>> =
        graph.node_indices().filter(|node| waits[node.index()] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(graph.node_count());
    while let Some(Reverse(node)) = ready.pop() {
        order.push(graph[node].clone());
        for next in graph.neighbors_directed(node, Direction::Outgoing) {
            waits[next.index()] -= 1;
            if waits[next.index()] == 0 {
                ready.push(Reverse(next));
            }
        }
    }
    order
}

/// One cycle of every knot, from its smallest id, each object needing the next.
fn cycles(graph: &DiGraph<ObjectId, ()>) -> Vec<Vec<ObjectId>> {
    let mut cycles: Vec<Vec<ObjectId>> = kosaraju_scc(graph)
        .into_iter()
        .filter_map(|mut knot| {
            knot.sort();
            let start = *knot.first()?;
            let inside = |node: NodeIndex| knot.binary_search(&node).is_ok();
            let path = shortest(start, |node| {
                let mut next: Vec<NodeIndex> = graph
                    .neighbors_directed(node, Direction::Incoming)
                    .filter(|next| inside(*next))
                    .collect();
                next.sort();
                next
            })?;
            Some(path.into_iter().map(|node| graph[node].clone()).collect())
        })
        .collect();
    cycles.sort();
    cycles
}

/// The shortest way from a node back to itself.
fn shortest<N: Copy + Ord>(start: N, next: impl Fn(N) -> Vec<N>) -> Option<Vec<N>> {
    let mut from: BTreeMap<N, N> = BTreeMap::new();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for neighbour in next(node) {
            if neighbour == start {
                let mut path = vec![node];
                let mut at = node;
                while at != start {
                    at = *from.get(&at)?;
                    path.push(at);
                }
                path.reverse();
                return Some(path);
            }
            from.entry(neighbour).or_insert_with(|| {
                queue.push_back(neighbour);
                node
            });
        }
    }
    None
}

fn describe(desired: &Desired, cycle: &[ObjectId]) -> Diagnostic {
    let names: Vec<String> = cycle.iter().chain(cycle.first()).map(|id| format!("`{id}`")).collect();
    let mut diagnostic =
        Diagnostic::error(Code::GRAPH_CYCLE, format!("objects need each other: {}", names.join(" → ")));
    for (index, id) in cycle.iter().enumerate() {
        let next = &cycle[(index + 1) % cycle.len()];
        let Some(span) = desired.objects.get(id).and_then(|entry| entry.causes.first()) else { continue };
        let text = format!("`{id}` needs `{next}`");
        diagnostic = if diagnostic.primary.is_none() {
            diagnostic.at(*span, text)
        } else {
            diagnostic.and(*span, text)
        };
    }
    diagnostic
}

fn missing(desired: &Desired, id: &ObjectId, need: &ObjectId) -> Diagnostic {
    let diagnostic =
        Diagnostic::error(Code::GRAPH_MISSING, format!("`{id}` needs `{need}`, which nothing makes"));
    match desired.objects.get(id).and_then(|entry| entry.causes.first()) {
        Some(span) => diagnostic.at(*span, "wanted here"),
        None => diagnostic,
    }
}
