//! Our own YAML writer: block style, and a scalar is plain only where readers of YAML 1.1 and 1.2 agree that it is text.

#[cfg(test)]
mod tests;

use serde_json::Value;

/// A YAML value whose maps keep the order in which they were written.
#[derive(Debug, Clone, PartialEq)]
pub enum Yaml {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as JSON writes it.
    Number(serde_json::Number),
    /// Text, whatever it looks like.
    Text(String),
    /// A sequence.
    List(Vec<Yaml>),
    /// A mapping.
    Map(Vec<(String, Yaml)>),
}

impl Yaml {
    /// A mapping in the order given.
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// A sequence.
    pub fn list<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }

    /// Every text in it (keys aside) changed by a function.
    #[must_use]
    pub fn map_text(self, f: &impl Fn(String) -> String) -> Self {
        match self {
            Self::Text(text) => Self::Text(f(text)),
            Self::List(items) => Self::List(items.into_iter().map(|item| item.map_text(f)).collect()),
            Self::Map(entries) => {
                Self::Map(entries.into_iter().map(|(key, value)| (key, value.map_text(f))).collect())
            }
            other => other,
        }
    }

    /// The document's text, ending in one newline.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        match self {
            Self::Map(entries) if !entries.is_empty() => map(&mut out, entries, 0),
            Self::List(items) if !items.is_empty() => list(&mut out, items, 0),
            other => {
                inline(&mut out, other, 0);
                out.push('\n');
            }
        }
        out
    }
}

impl From<&str> for Yaml {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Yaml {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<bool> for Yaml {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}
impl From<u64> for Yaml {
    fn from(value: u64) -> Self {
        Self::Number(value.into())
    }
}
impl From<&Value> for Yaml {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::Number(number.clone()),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(items) => Self::list(items),
            Value::Object(entries) => Self::map(entries.iter().map(|(key, value)| (key, value.into()))),
        }
    }
}

fn indent(out: &mut String, depth: usize) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

fn map(out: &mut String, entries: &[(String, Yaml)], depth: usize) {
    for (index, (key, value)) in entries.iter().enumerate() {
        // The first key of a map in a list stands behind the list's dash, which is already written.
        if index > 0 || out.is_empty() || out.ends_with('\n') {
            indent(out, depth);
        }
        scalar(out, key);
        out.push(':');
        match value {
            Yaml::Map(inner) if !inner.is_empty() => {
                out.push('\n');
                map(out, inner, depth + 1);
            }
            Yaml::List(items) if !items.is_empty() => {
                out.push('\n');
                list(out, items, depth + 1);
            }
            other => {
                out.push(' ');
                inline(out, other, depth + 1);
                out.push('\n');
            }
        }
    }
}

fn list(out: &mut String, items: &[Yaml], depth: usize) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 || out.is_empty() || out.ends_with('\n') {
            indent(out, depth);
        }
        out.push_str("- ");
        match item {
            Yaml::Map(entries) if !entries.is_empty() => map(out, entries, depth + 1),
            Yaml::List(inner) if !inner.is_empty() => list(out, inner, depth + 1),
            other => {
                inline(out, other, depth + 1);
                out.push('\n');
            }
        }
    }
}

/// What stands on the line of its key or dash; `depth` is that of a block's lines.
fn inline(out: &mut String, value: &Yaml, depth: usize) {
    match value {
        Yaml::Null => out.push_str("null"),
        Yaml::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Yaml::Number(number) => out.push_str(&number.to_string()),
        Yaml::Text(text) if depth > 0 && is_block(text) => block(out, text, depth),
        Yaml::Text(text) => scalar(out, text),
        Yaml::List(_) => out.push_str("[]"),
        Yaml::Map(_) => out.push_str("{}"),
    }
}

/// Lines that every reader gives back as they are: nothing to escape, no blank at an end, no indentation to guess.
fn is_block(text: &str) -> bool {
    let Some(body) = text.strip_suffix('\n') else { return text.contains('\n') && is_block_body(text) };
    is_block_body(body)
}

fn is_block_body(body: &str) -> bool {
    !body.is_empty()
        && !body.starts_with([' ', '\n'])
        && !body.ends_with('\n')
        && body.chars().all(|c| c == '\n' || !needs_escape(c))
        && body
            .lines()
            .all(|line| !line.ends_with(' ') && !line.starts_with("---") && !line.starts_with("..."))
}

fn block(out: &mut String, text: &str, depth: usize) {
    out.push_str(if text.ends_with('\n') { "|" } else { "|-" });
    for line in text.lines() {
        out.push('\n');
        if !line.is_empty() {
            indent(out, depth);
            out.push_str(line);
        }
    }
}

fn scalar(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
        return;
    }
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if needs_escape(c) => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Not printable in YAML, or taken for a line break or a byte order mark by some reader. All of them are below U+10000.
const fn needs_escape(c: char) -> bool {
    matches!(c, '\0'..='\x1f' | '\x7f'..='\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn is_plain(text: &str) -> bool {
    const KEYWORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._/-".contains(&b))
        && !KEYWORDS.iter().any(|keyword| text.eq_ignore_ascii_case(keyword))
}
