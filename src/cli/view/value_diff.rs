//! Where two long values differ: the words, items or fields that do, whole, and nothing of what is the same.

use serde_json::Value;

use super::line_diff::{Line, lines};
use super::output::Output;
use super::value_words::words;
use crate::desired::compare::is_masked;
use crate::diag::printable;

/// `--workers=2 → --workers=1`, or further lines where more than that differs.
pub(super) fn parts(before: &Value, after: &Value, output: Output) -> (String, Vec<String>) {
    // Of a text that comes or goes as a whole no word is the same.
    let whole = before.is_null() || after.is_null();
    let (before, after) = (pieces(before, whole).join("\n"), pieces(after, whole).join("\n"));
    let changed = lines(&before, &after);
    match changed.as_slice() {
        [] => ("(in another order)".to_owned(), Vec::new()),
        [Line::Gone(gone), Line::New(new)] => {
            (format!("{} → {}", printable(gone), printable(new)), Vec::new())
        }
        [one] => (shown(*one, output), Vec::new()),
        more => ("(what differs)".to_owned(), more.iter().map(|line| shown(*line, output)).collect()),
    }
}

fn shown(line: Line<'_>, output: Output) -> String {
    match line {
        Line::Gone(text) => output.paint(31, &format!("- {}", printable(text))),
        Line::New(text) => output.paint(32, &format!("+ {}", printable(text))),
    }
}

/// What a value is made of: items of a list, fields of an object, names of a rule, words of a text.
fn pieces(value: &Value, whole: bool) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Object(_) if !is_masked(value) => {
            let mut found = Vec::new();
            leaves("", value, &mut found);
            found
        }
        Value::Array(items) => items.iter().map(word).collect(),
        Value::String(text) if !whole => {
            let mark = if text.contains(" || ") { " || " } else { " " };
            text.split(mark).filter(|piece| !piece.is_empty()).map(one_line).collect()
        }
        other => vec![word(other)],
    }
}

/// `rateLimit.average 20`, a field a piece.
fn leaves(path: &str, value: &Value, to: &mut Vec<String>) {
    match value {
        Value::Object(fields) if !fields.is_empty() && !is_masked(value) => {
            for (key, value) in fields {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                leaves(&path, value, to);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            to.push(format!("{path} {}", items.iter().map(word).collect::<Vec<_>>().join(" ")));
        }
        other => to.push(format!("{path} {}", word(other))),
    }
}

fn word(value: &Value) -> String {
    match value {
        Value::String(text) if !text.is_empty() => one_line(text),
        masked if is_masked(masked) => "***".to_owned(),
        other => words(other),
    }
}

/// A piece stands on a line of its own: what is more than one is told as JSON tells it.
fn one_line(text: &str) -> String {
    if text.contains('\n') { Value::from(text).to_string() } else { text.to_owned() }
}
