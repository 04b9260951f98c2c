//! The order of objects.

use tenantry::desired::docker::Image;
use tenantry::desired::graph::{Graph, dot, mermaid};
use tenantry::desired::{Desired, Entry, Object, ObjectId, ObjectKind, Owner};
use tenantry::diag::{Code, Diagnostics};

use tenantry::provider::lower::lower;
use tenantry::source::{SourceMap, Span};

use crate::by_hand;

fn id(n: usize) -> ObjectId {
    ObjectId::new("host.a", ObjectKind::Image, format!("{n:06}"))
}

/// Objects where each needs those that `needs` says.
fn objects(count: usize, needs: impl Fn(usize) -> Vec<usize>) -> Desired {
    let mut sources = SourceMap::default();
    let source = sources.add("a.kdl", "x".repeat(count));
    let objects = (0..count).map(|n| {
        let at = u32::try_from(n).unwrap();
        let entry = Entry {
            address: id(n).to_string(),
            owner: Owner::Platform,
            host: "host.a".to_owned(),
            causes: vec![Span { source, start: at, end: at + 1 }],
            needs: needs(n).into_iter().map(id).collect(),
            object: Object::Image(Image { reference: n.to_string(), pull: true }),
        };
        (id(n), entry)
    });
    Desired { fleet: "acme".to_owned(), objects: objects.collect(), ..Desired::default() }
}

fn order(desired: &Desired) -> Vec<ObjectId> {
    let mut diagnostics = Diagnostics::default();
    let graph =
        Graph::build(desired, &mut diagnostics).unwrap_or_else(|| panic!("{:#?}", diagnostics.sorted()));
    graph.order().to_vec()
}

#[test]
fn everything_comes_after_what_it_needs() {
    let desired = lower(&by_hand::checked(true), &mut Diagnostics::default());
    let order = order(&desired);
    assert_eq!(order.len(), desired.objects.len());
    let place = |id: &ObjectId| order.iter().position(|other| other == id).unwrap();
    for (id, entry) in &desired.objects {
        for need in &entry.needs {
            assert!(place(need) < place(id), "{id} before {need}");
        }
    }
}

#[test]
fn what_could_change_places_is_ordered_by_id() {
    assert_eq!(order(&objects(4, |n| if n == 0 { vec![3] } else { vec![] })), [id(1), id(2), id(3), id(0)]);
}

#[test]
fn a_chain_of_a_hundred_thousand_is_sorted_without_deep_recursion() {
    let chain = objects(100_000, |n| if n == 0 { vec![] } else { vec![n - 1] });
    assert_eq!(order(&chain).last(), Some(&id(99_999)));
}

#[test]
fn a_cycle_shows_the_place_of_every_edge() {
    let mut diagnostics = Diagnostics::default();
    // 5 hangs on the knot and is not part of it.
    let knot = objects(6, |n| match n {
        1 => vec![2],
        2 => vec![4],
        4 | 5 => vec![1],
        _ => vec![],
    });
    assert!(Graph::build(&knot, &mut diagnostics).is_none());
    let found = diagnostics.sorted();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, Code::GRAPH_CYCLE);
    let places: Vec<u32> =
        found[0].primary.iter().chain(&found[0].others).map(|label| label.span.start).collect();
    assert_eq!(places, [1, 2, 4]);
    assert!(found[0].others[1].text.ends_with("needs `host.a/image/000001`"), "{found:#?}");
}

#[test]
fn a_very_long_cycle_is_found_without_deep_recursion() {
    let mut diagnostics = Diagnostics::default();
    let ring = objects(20_000, |n| vec![(n + 1) % 20_000]);
    assert!(Graph::build(&ring, &mut diagnostics).is_none());
    assert_eq!(diagnostics.sorted()[0].others.len(), 19_999);
}

#[test]
fn a_need_that_nothing_fulfils_is_reported() {
    let mut diagnostics = Diagnostics::default();
    assert!(Graph::build(&objects(2, |_| vec![7]), &mut diagnostics).is_none());
    assert!(diagnostics.sorted().iter().all(|found| found.code == Code::GRAPH_MISSING));
}

#[test]
fn hostile_names_stay_text_in_drawings() {
    let mut desired = objects(2, |n| if n == 1 { vec![0] } else { vec![] });
    let address = "host.\"];\n evil [label=\"\\/image/x".to_owned();
    desired.objects.get_mut(&id(0)).unwrap().address = address;
    let dot = dot(&desired);
    assert!(
        dot.contains(r#"label="host.\"]; evil"#) || dot.contains(r#"label="host.\"];  evil [label=\"\\";"#),
        "{dot}"
    );
    assert!(dot.contains("  n1 -> n0;\n"));
    let mermaid = mermaid(&desired);
    assert!(mermaid.contains("[\"host.#34;#93;#59;#10; evil #91;label#61;#34;#92;\"]"), "{mermaid}");
    assert!(mermaid.contains("  n1 --> n0\n"));
}
