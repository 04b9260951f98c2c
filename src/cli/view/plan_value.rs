//! Values of fields, for people.

use serde_json::Value;

use super::line_diff::{Line, lines};
use super::output::Output;
use super::value_diff;
use super::value_words::{mode, words};
use crate::desired::change::FieldChange;
use crate::desired::compare::is_masked;
use crate::diag::printable;

/// The longest value that stands on the line of its field, in characters.
const WIDE: usize = 60;
/// Lines of a text's difference that are shown. More is another file, which nobody reads in a plan.
const SHOWN: usize = 100;

/// `before → after`, and further lines where a text changed.
#[must_use]
pub fn change(field: &FieldChange, output: Output) -> (String, Vec<String>) {
    if let (Value::String(before), Value::String(after)) = (&field.before, &field.after)
        && (before.contains('\n') || after.contains('\n'))
    {
        return text(before, after, output);
    }
    if is_masked(&field.before) && is_masked(&field.after) {
        return ("*** → *** (another secret)".to_owned(), Vec::new());
    }
    let (before, after) = (value(&field.path, &field.before), value(&field.path, &field.after));
    let wide = before.chars().count().max(after.chars().count()) > WIDE;
    // Of two short values with fields those that differ are told.
    let fields = field.before.is_object() && field.after.is_object();
    if wide || (fields && !is_masked(&field.before) && !is_masked(&field.after)) {
        return value_diff::parts(&field.before, &field.after, output);
    }
    (format!("{before} → {after}"), Vec::new())
}

fn text(before: &str, after: &str, output: Output) -> (String, Vec<String>) {
    let changed = lines(before, after);
    let gone = changed.iter().filter(|line| matches!(line, Line::Gone(_))).count();
    let new = changed.len() - gone;
    let n = gone.max(new);
    let mut shown: Vec<String> = changed
        .iter()
        .take(SHOWN)
        .map(|line| match line {
            Line::Gone(line) => output.paint(31, &format!("- {}", printable(line))),
            Line::New(line) => output.paint(32, &format!("+ {}", printable(line))),
        })
        .collect();
    if changed.len() > SHOWN {
        shown.push(format!("… {} more lines", changed.len() - SHOWN));
    }
    let head = match n {
        0 => "(line ends changed)".to_owned(),
        1 => "(1 line changed)".to_owned(),
        n => format!("({n} lines changed)"),
    };
    (head, shown)
}

/// One value on one line.
fn value(path: &str, value: &Value) -> String {
    if is_masked(value) {
        return "***".to_owned();
    }
    let text = match (path, value) {
        ("memory", Value::Number(n)) => n.as_u64().map_or_else(|| n.to_string(), bytes),
        // MariaDB's word for no limit.
        ("connections" | "statement_time", Value::Number(n)) if n.as_u64() == Some(0) => {
            "unlimited".to_owned()
        }
        ("nano_cpus", Value::Number(n)) => n.as_u64().map_or_else(|| n.to_string(), cpus),
        (path, Value::Number(n)) if path.rsplit('.').next() == Some("mode") => {
            n.as_u64().map_or_else(|| n.to_string(), mode)
        }
        // A text that is new or goes: its lines, where they fit.
        (_, Value::String(text)) if text.contains('\n') => value.to_string(),
        (_, other) => words(other),
    };
    printable(&text)
}

fn bytes(n: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match UNITS.iter().find(|(size, _)| n >= *size && n.is_multiple_of(*size)) {
        Some((size, unit)) => format!("{} {unit}", n / size),
        None => format!("{n} bytes"),
    }
}

fn cpus(nano: u64) -> String {
    let thousandths = nano / 1_000_000;
    let text = format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text} CPU")
}
