//! Of many of one kind the first ones: a broken file may have a hundred thousand faults, and nobody reads them.

use std::collections::BTreeMap;

use super::{Code, Diagnostic, Severity};
use crate::source::SourceId;

/// The most of one kind that are told of one file.
const IN_FILE: usize = 10;
/// The most of one kind that are told at all.
const IN_ALL: usize = 50;

/// What of a kind is told.
#[derive(Default)]
struct Kind {
    told: usize,
    in_file: BTreeMap<Option<SourceId>, usize>,
    /// Where the last of them is among those that are told.
    last: usize,
    more: usize,
}

/// The first of each kind; the last of these says how many more there are, and hides what they would have hidden.
pub(super) fn few(all: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut kinds: BTreeMap<(Code, Severity, String), Kind> = BTreeMap::new();
    let mut told: Vec<Diagnostic> = Vec::new();
    for one in all {
        // Its message without names.
        let words: String = one.message.split('`').step_by(2).collect();
        let kind = kinds.entry((one.code, one.severity, words)).or_default();
        let file = kind.in_file.entry(one.primary.as_ref().map(|label| label.span.source)).or_default();
        if *file < IN_FILE && kind.told < IN_ALL {
            *file += 1;
            kind.told += 1;
            kind.last = told.len();
            told.push(one);
        } else {
            kind.more += 1;
            if let Some(last) = told.get_mut(kind.last) {
                last.hidden.extend(one.hidden);
            }
        }
    }
    for kind in kinds.into_values().filter(|kind| kind.more > 0) {
        if let Some(last) = told.get_mut(kind.last) {
            last.more = kind.more;
            last.notes.push(format!("and {} more of this kind", grouped(kind.more)));
        }
    }
    told
}

/// `2,990`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
