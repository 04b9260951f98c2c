//! What in a line of a file is probably a secret, whatever the file means: a line may be shown before anybody could tell.

use std::ops::Range;

use crate::source::Syntax;

/// Parts of keys whose values are secrets.
const PARTS: [&str; 7] = ["password", "passwd", "passphrase", "secret", "token", "credential", "private_key"];
/// Endings of keys whose values are secrets.
const ENDINGS: [&str; 7] = ["_key", "apikey", "_pass", "_pwd", "_pin", "_auth", "dsn"];

/// Whether the value of a key with this name may be a secret.
#[must_use]
pub fn may_be_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase().replace('-', "_");
    PARTS.iter().any(|part| key.contains(part)) || ENDINGS.iter().any(|ending| key.ends_with(ending))
}

/// Where in a text the values of such keys stand, and who logs in by a URL.
pub(super) fn ranges(text: &str, syntax: Syntax) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut comment = false;
    while let Some(word) = word(text, at) {
        // Between the last word and this one a line may have ended and a comment begun.
        let between = &text[at..word.start];
        let line = between.rfind('\n').map(|found| &between[found + 1..]);
        let fresh = line.is_some() || at == 0;
        comment = (comment && !fresh) || begins_comment(line.unwrap_or(between), fresh, syntax);
        at = word.end;
        let tag = between.ends_with('(');
        if !tag && !comment && may_be_secret(&text[word.clone()]) {
            let values = values(text, word.end, syntax);
            at = values.last().map_or(at, |last| last.end.max(at));
            found.extend(values);
        }
    }
    found.extend(logins(text));
    found
}

/// Whether a comment begins in what stands between two words; a `fresh` line may begin with one.
fn begins_comment(between: &str, fresh: bool, syntax: Syntax) -> bool {
    let mark = syntax.pick("//", "#");
    between.contains(&format!(" {mark}")) || (fresh && between.starts_with(mark))
}

/// The next word at or after an offset.
fn word(text: &str, from: usize) -> Option<Range<usize>> {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let start = from + text.get(from..)?.find(part)?;
    let len = text[start..].find(|c| !part(c)).unwrap_or(text.len() - start);
    Some(start..start + len)
}

/// The values after a key, to the end of its node or line.
fn values(text: &str, key: usize, syntax: Syntax) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = key;
    if text[at..].starts_with(['"', '\'']) {
        at += 1;
    }
    let after = blanks(text, at);
    let mut only = syntax == Syntax::Yaml;
    at = match (text[after..].chars().next(), syntax) {
        (Some('='), Syntax::Kdl) | (Some(':'), Syntax::Yaml) => {
            only = true;
            blanks(text, after + 1)
        }
        (Some(_), Syntax::Kdl) if after > at => after,
        _ => return found,
    };
    while let Some(len) = value(&text[at..], syntax) {
        let whole = at..at + len;
        // A property of the node has a name of its own.
        if syntax == Syntax::Kdl && !text[at..].starts_with(['"', '#']) && text[whole.clone()].contains('=') {
            break;
        }
        if !is_plain(&text[whole.clone()]) {
            found.push(whole.clone());
        }
        at = blanks(text, whole.end);
        if only {
            break;
        }
    }
    found
}

fn blanks(text: &str, from: usize) -> usize {
    text.len() - text[from..].trim_start_matches([' ', '\t']).len()
}

/// How long the value is that a text begins with; `None` where there is none, or a block.
fn value(text: &str, syntax: Syntax) -> Option<usize> {
    let hashes = text.len() - text.trim_start_matches('#').len();
    let quoted = &text[hashes..];
    for quote in ["\"\"\"", "\"", "'"] {
        let raw = hashes > 0 || quote == "'";
        if quoted.starts_with(quote) && (quote != "'" || syntax == Syntax::Yaml) {
            let end = format!("{quote}{}", "#".repeat(hashes));
            let inside = hashes + quote.len();
            // What is not closed goes on to the end of what is shown.
            return Some(closed(text, inside, &end, raw).unwrap_or(text.len()));
        }
    }
    match text.chars().next()? {
        '(' | '{' | '}' | ';' | ',' | '\n' | '\r' => None,
        '/' if syntax == Syntax::Kdl && text.starts_with("//") => None,
        '#' if syntax == Syntax::Yaml => None,
        '[' => Some(text.find(']').map_or(text.len(), |end| end + 1)),
        // A block of text goes on as long as lines are indented: all that is shown.
        '|' | '>' if syntax == Syntax::Yaml => Some(text.len()),
        _ => {
            let ends: &[char] = match syntax {
                Syntax::Kdl => &[' ', '\t', '\n', '\r', ';', '}'],
                Syntax::Yaml => &['\n', '\r', ',', '}'],
            };
            Some(text.find(ends).unwrap_or(text.len()))
        }
    }
}

/// Where a quoted text has ended.
fn closed(text: &str, from: usize, end: &str, raw: bool) -> Option<usize> {
    let mut at = from;
    loop {
        let rest = text.get(at..)?;
        if rest.starts_with(end) {
            return Some(at + end.len());
        }
        let mut chars = rest.chars();
        let first = chars.next()?;
        at += first.len_utf8();
        if first == '\\' && !raw {
            at += chars.next().map_or(0, char::len_utf8);
        }
    }
}

/// Words that are no secret, and references to one.
fn is_plain(value: &str) -> bool {
    let bare = value.trim().trim_matches(['"', '\'']);
    bare.is_empty()
        || matches!(bare, "null" | "true" | "false" | "#null" | "#true" | "#false" | "yes" | "no")
        || bare.starts_with("env:")
        || bare.starts_with("file:")
}

/// `token` in `https://token@host`, `user:password` in any URL. A user alone is no secret where ssh takes it.
fn logins(text: &str) -> Vec<Range<usize>> {
    let found = text.match_indices("://").filter_map(|(at, _)| {
        let start = at + 3;
        let ends = |c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '`' | ',' | '}' | '?' | '#');
        let len = text[start..].find(ends).unwrap_or(text.len() - start);
        let user = &text[start..start + len];
        let user = &user[..user.rfind('@')?];
        let web = text[..at].ends_with("http") || text[..at].ends_with("https");
        (web || user.contains(':')).then(|| start..start + user.len())
    });
    found.filter(|range| !range.is_empty()).collect()
}

#[cfg(test)]
mod tests;
