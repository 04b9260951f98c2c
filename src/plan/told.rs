//! Refusals as people are told them: one a mistake, however many objects wait for it to be mended.

use std::collections::{BTreeMap, BTreeSet};

use super::Refusal;
use crate::diag::{Code, Diagnostic};

/// Declarations that are named beside the first.
const NAMED: usize = 3;
/// Refusals of one code about one kind of thing that are told whole.
const WHOLE: usize = 5;

/// Each refusal once. Those with the same code, facts and ways out are one: it names the declarations, not their objects.
#[must_use]
pub fn refusals(all: &[Refusal]) -> Vec<Diagnostic> {
    let mut groups: Vec<Vec<&Diagnostic>> = Vec::new();
    // Ten thousand tenants may have vanished at once.
    let mut places: BTreeMap<Key<'_>, usize> = BTreeMap::new();
    for refusal in all {
        let place = *places.entry(key(&refusal.diagnostic)).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(place) {
            group.push(&refusal.diagnostic);
        }
    }
    few(groups.iter().filter_map(|group| together(group)).collect())
}

/// Of many of one code about one kind of thing the first ones, and the names of the rest with the last of these.
fn few(all: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut told: Vec<Diagnostic> = Vec::new();
    let mut places: BTreeMap<(Code, String), Vec<usize>> = BTreeMap::new();
    let mut rest: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for one in all {
        // Its message without names.
        let about: String = one.message.split('`').step_by(2).collect();
        let alike = places.entry((one.code, about)).or_default();
        match alike.last() {
            Some(last) if alike.len() >= WHOLE => {
                rest.entry(*last).or_default().push(named(&one.message).unwrap_or_default().to_owned());
            }
            _ => {
                alike.push(told.len());
                told.push(one);
            }
        }
    }
    for (place, names) in rest {
        let shown: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
        let more = match names.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        if let Some(one) = told.get_mut(place) {
            one.notes
                .push(format!("the same is refused of {}{more}; `--json` has them all", shown.join(", ")));
        }
    }
    told
}

/// What is the same of those that are told together.
type Key<'a> = (Code, Option<&'a str>, &'a [String], Vec<&'a str>);

fn key(one: &Diagnostic) -> Key<'_> {
    // One broken file hides what belongs to many kinds of declarations.
    let kind = if one.code == Code::GUARD_UNREADABLE_OBJECT { None } else { kind(one) };
    (one.code, kind, &one.notes, one.help.iter().map(|help| help.text.as_str()).collect())
}

/// `bench` of `` `bench.b/container/backend` would … ``: what the message is about.
fn kind(one: &Diagnostic) -> Option<&str> {
    named(&one.message)?.split('.').next()
}

/// The first name in a message.
fn named(message: &str) -> Option<&str> {
    message.split('`').nth(1)
}

fn together(group: &[&Diagnostic]) -> Option<Diagnostic> {
    let (first, rest) = group.split_first()?;
    let mut told = (*first).clone();
    let name = named(&first.message).unwrap_or_default();
    // Which object of a declaration could not be read is the point of it.
    let whole = first.code == Code::GUARD_UNREADABLE_OBJECT;
    let declaration = |name: &str| {
        let of = name.split('/').next().filter(|_| !whole);
        of.unwrap_or(name).to_owned()
    };
    let own = declaration(name);
    if rest.is_empty() || own.is_empty() {
        return Some(told);
    }
    told.message = told.message.replacen(&format!("`{name}`"), &format!("`{own}`"), 1);
    let mut others: Vec<String> = Vec::new();
    let mut seen = BTreeSet::from([own]);
    for one in rest {
        let other = declaration(named(&one.message).unwrap_or_default());
        if seen.insert(other.clone()) {
            if let Some(label) = one.primary.as_ref().filter(|_| others.len() < NAMED) {
                told.others.push(label.clone());
            }
            others.push(other);
        }
    }
    let shown: Vec<String> = others.iter().take(NAMED).map(|other| format!("`{other}`")).collect();
    let more = others.len().saturating_sub(NAMED);
    match (shown.is_empty(), more) {
        (true, _) => {}
        (false, 0) => told.notes.insert(0, format!("so it is with {}", shown.join(", "))),
        (false, more) => told.notes.insert(0, format!("so it is with {} and {more} more", shown.join(", "))),
    }
    Some(told)
}
