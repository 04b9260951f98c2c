//! A key that stands in one map twice.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::load::{Node, Scalar};
use crate::value::shown;

/// Maps up to this size are compared pair by pair.
const FEW: usize = 12;

/// Refuses every key that was there before, and takes its entry away.
pub(super) fn refuse(nodes: &mut Vec<Node<'_>>, faults: &mut Diagnostics) {
    let first = if nodes.len() <= FEW { pairwise(nodes) } else { by_name(nodes) };
    let mut repeated: Vec<(usize, usize)> = first;
    repeated.sort_unstable();
    for (again, first) in &repeated {
        let (again, first) = (&nodes[*again], &nodes[*first]);
        let message = format!("the key `{}` stands in this map twice", shown(&again.name.value));
        let mut fault = Diagnostic::error(Code::LOAD_DUPLICATE_KEY, message)
            .at(again.name.span, "again here")
            .and(first.name.span, "first written here")
            .help("keep one of them, or write what belongs to both below one");
        // Which fields are secrets is known later; the keys say enough.
        for value in again.args.iter().chain(&first.args).filter(|value| value.scalar != Scalar::Null) {
            fault = fault.hide(value.span);
        }
        faults.push(fault);
    }
    let mut repeated = repeated.into_iter().map(|(again, _)| again).peekable();
    let mut index = 0;
    nodes.retain(|_| {
        let again = repeated.next_if_eq(&index).is_some();
        index += 1;
        !again
    });
}

/// Each repeated entry with the first of its name.
fn pairwise(nodes: &[Node<'_>]) -> Vec<(usize, usize)> {
    let first = |index: usize, node: &Node<'_>| {
        nodes[..index].iter().position(|other| other.name.value == node.name.value)
    };
    nodes.iter().enumerate().filter_map(|(index, node)| Some((index, first(index, node)?))).collect()
}

fn by_name(nodes: &[Node<'_>]) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    order.sort_by(|one, other| nodes[*one].name.value.cmp(&nodes[*other].name.value));
    let same = order.chunk_by(|one, other| nodes[*one].name.value == nodes[*other].name.value);
    same.flat_map(|same| same.iter().skip(1).map(|again| (*again, same[0]))).collect()
}
