//! Columns, counts and times.

use std::time::{Duration, Instant};

use crate::diag;

/// Lays rows out in columns two spaces apart; the last column is not padded.
#[must_use]
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|c| rows.iter().filter_map(|row| row.get(c)).map(|cell| cell.chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.chars().count()) + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The first names, at most so many, and how many more.
#[must_use]
pub fn listed(names: &[String], most: usize) -> String {
    match names.len().saturating_sub(most) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names[..most].join(", ")),
    }
}

/// The same of what others wrote: a terminal obeys nothing in it.
#[must_use]
pub fn table_of_others(rows: &[Vec<String>]) -> String {
    let printable = |row: &Vec<String>| row.iter().map(|cell| diag::printable(cell)).collect();
    table(&rows.iter().map(printable).collect::<Vec<Vec<String>>>())
}

/// `1 host`, `2 hosts`.
#[must_use]
pub fn count(n: usize, noun: &str) -> String {
    let plural = match noun {
        "bench" => "benches",
        "status" => "statuses",
        _ => "",
    };
    match (n, plural) {
        (1, _) => format!("1 {noun}"),
        (_, "") => format!("{n} {noun}s"),
        (_, plural) => format!("{n} {plural}"),
    }
}

/// `43 ms`, `4.2 s`, `2 min 05 s`.
#[must_use]
pub fn elapsed(milliseconds: u64) -> String {
    match milliseconds {
        0..1_000 => format!("{milliseconds} ms"),
        1_000..60_000 => format!("{}.{} s", milliseconds / 1_000, milliseconds % 1_000 / 100),
        _ => format!("{} min {:02} s", milliseconds / 60_000, milliseconds / 1_000 % 60),
    }
}

/// Whole milliseconds since then.
#[must_use]
pub fn since(began: Instant) -> u64 {
    millis(began.elapsed())
}

/// Whole milliseconds.
#[must_use]
pub fn millis(elapsed: Duration) -> u64 {
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}

/// At most three names, and how many more there are.
#[must_use]
pub fn shortened(names: &[String]) -> String {
    match names {
        all if all.len() <= 3 => all.join(", "),
        [a, b, rest @ ..] => format!("{a}, {b} and {} more", rest.len()),
        _ => String::new(),
    }
}
