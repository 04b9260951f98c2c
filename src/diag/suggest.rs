//! Did you mean.

/// The candidate that was probably meant, if any is near enough. The first of equals by string, so that the order in
/// which they are given does not matter.
#[must_use]
pub fn suggest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = written.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| *candidate != written)
        .filter_map(|candidate| Some((unlikeness(&lower, &candidate.to_lowercase())?, candidate)))
        .min()
        .map(|(_, candidate)| candidate)
}

/// How far two words are from one another; `None` when one is hardly meant by the other.
fn unlikeness(written: &str, candidate: &str) -> Option<usize> {
    if same_words(written, candidate) {
        return Some(0);
    }
    let written: Vec<char> = written.chars().take(MAX).collect();
    let candidate: Vec<char> = candidate.chars().take(MAX).collect();
    let (shorter, longer) = (written.len().min(candidate.len()), written.len().max(candidate.len()));
    // A third of the word may be wrong; a word of one or two letters says too little.
    let limit = (longer / 3).max(usize::from(shorter >= 2 && longer >= 3));
    if longer - shorter <= limit {
        let distance = distance(&written, &candidate);
        if distance > 0 && distance <= limit {
            return Some(distance);
        }
    }
    // `database` for `database-size`, `conn` for `connections`: the beginning of a word is a guess, but a good one.
    let prefix = candidate.starts_with(&written) || written.starts_with(&candidate);
    (prefix && shorter >= 3).then_some(longer)
}

/// Names are far shorter; comparing them costs the product of their lengths.
const MAX: usize = 64;

/// The same but for case, `-`, `_`, spaces and a plural's ending.
fn same_words(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.chars().filter(|char| !matches!(char, '-' | '_' | ' ')).collect::<String>();
    let (one, other) = (plain(one), plain(other));
    one == other || singular(&one) == singular(&other)
}

fn singular(word: &str) -> String {
    if word.chars().count() <= 3 {
        return word.to_owned();
    }
    match word.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => word.strip_suffix('s').unwrap_or(word).to_owned(),
    }
}

/// Damerau-Levenshtein (optimal string alignment): insertions, deletions, replacements and swaps of neighbours.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = Vec::with_capacity(other.len() + 1);
        row.push(i + 1);
        for (j, b) in other.iter().enumerate() {
            let mut best = (last[j] + usize::from(a != b)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
