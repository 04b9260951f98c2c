//! News of a review in words, ours apart from theirs: what stands in the files may say anything.

use super::plan_text::in_order;
use super::table::count;
use crate::review::{Difference, News, Own, Turn};

/// The most differences that are told of one declaration.
const SHOWN: usize = 6;
/// The most names or places that are listed.
const LISTED: usize = 3;

/// A few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// Of Tenantry.
    Ours(String),
    /// Of the files.
    Theirs(String),
}

/// Words with a space between them.
pub type Phrase = Vec<Word>;

fn ours(text: impl Into<String>) -> Word {
    Word::Ours(text.into())
}

fn theirs(text: impl Into<String>) -> Word {
    Word::Theirs(text.into())
}

/// Where it stands: the first place, and how many more there are.
#[must_use]
pub fn place(news: &News) -> Option<Phrase> {
    let mut places = news.places.clone();
    places.sort_by(|a, b| in_order(a).cmp(&in_order(b)));
    places.dedup();
    let (first, rest) = places.split_first()?;
    let mut phrase = vec![theirs(first)];
    if !rest.is_empty() {
        phrase.push(ours(format!("and {}", count(rest.len(), "more place"))));
    }
    Some(phrase)
}

/// Who, what, and what it comes to.
#[must_use]
pub fn head(news: &News) -> Vec<Phrase> {
    let mut parts = vec![who(news)];
    let told = news.differences.len().min(SHOWN);
    parts.extend(news.differences[..told].iter().map(|one| difference(news.turn, one)));
    if news.differences.len() > told {
        parts.push(vec![ours(format!("and {} more", news.differences.len() - told))]);
    }
    if !news.money.is_empty() {
        parts.push(vec![ours(news.money.signed())]);
    }
    parts
}

/// Who of many, and whom it reaches.
#[must_use]
pub fn below(news: &News) -> Vec<Phrase> {
    let mut lines = Vec::new();
    if news.names.len() > 1 {
        lines.push(listed(&news.names));
    }
    if let Some(reach) = &news.reach {
        let has = if reach.tenants == 1 { "has" } else { "have" };
        let words =
            format!("{} {has} it, with {}", count(reach.tenants, "tenant"), count(reach.sites, "site"));
        lines.push(vec![ours(words)]);
        lines.extend(reach.own.iter().map(own));
    }
    lines
}

fn who(news: &News) -> Phrase {
    let many = news.names.len();
    match (news.turn, news.names.as_slice()) {
        (Turn::New, [name]) => vec![ours(format!("new {}", news.kind)), theirs(name)],
        (Turn::Gone, [name]) => vec![ours(news.kind), theirs(name), ours("left the files")],
        (Turn::Moved, [name]) => vec![ours(news.kind), theirs(name), ours("moves")],
        (Turn::Changed, [name]) => vec![ours(news.kind), theirs(name)],
        (Turn::New, _) => vec![ours(count(many, &format!("new {}", news.kind)))],
        (Turn::Gone, _) => vec![ours(format!("{} left the files", count(many, news.kind)))],
        (Turn::Moved, _) => vec![ours(format!("{} move", count(many, news.kind)))],
        (Turn::Changed, _) => vec![ours(count(many, news.kind))],
    }
}

fn difference(turn: Turn, one: &Difference) -> Phrase {
    let name = name(&one.name);
    match (turn, one.before.as_deref(), one.after.as_deref()) {
        (Turn::New, _, Some("")) | (Turn::Gone, Some(""), _) => vec![name],
        (Turn::New, _, Some(value)) | (Turn::Gone, Some(value), _) => vec![name, theirs(value)],
        (_, None, Some("")) if one.name == "suspended" => vec![ours("is suspended")],
        (_, Some(""), None) if one.name == "suspended" => vec![ours("is no longer suspended")],
        (_, None, Some("")) => vec![ours("new"), name],
        (_, Some(""), None) => vec![ours("no more"), name],
        (_, before, after) => {
            let side = |value: Option<&str>| match value {
                None => ours("none"),
                Some("") => ours("plain"),
                Some(value) => theirs(value),
            };
            vec![name, side(before), ours("→"), side(after)]
        }
    }
}

/// The names of fields are ours; those of keys and domains are not.
fn name(name: &str) -> Word {
    let plain = |c: char| c.is_ascii_lowercase() || matches!(c, ' ' | '-');
    if name.chars().all(plain) && !name.starts_with(' ') { ours(name) } else { theirs(name) }
}

/// `= 3 sites keep their own connections: a.kdl:9, b.kdl:7, c.kdl:4`.
fn own(own: &Own) -> Phrase {
    let keep = if own.sites == 1 { "keeps its" } else { "keep their" };
    let mut phrase = vec![ours(format!("= {} {keep} own {}:", count(own.sites, "site"), own.limit))];
    phrase.extend(listed(&own.places));
    phrase
}

/// At most three, and how many there are beside them.
fn listed(names: &[String]) -> Phrase {
    let mut phrase = Vec::new();
    for (n, name) in names.iter().take(LISTED).enumerate() {
        if n > 0 {
            phrase.push(ours(","));
        }
        phrase.push(theirs(name));
    }
    if names.len() > LISTED {
        phrase.push(ours(format!("and {} more", names.len() - LISTED)));
    }
    phrase
}

/// Spaces between words, but none before a comma.
#[must_use]
pub fn spoken(phrase: &Phrase, theirs: impl Fn(&str) -> String) -> String {
    let mut text = String::new();
    for word in phrase {
        let word = match word {
            Word::Ours(word) => word.clone(),
            Word::Theirs(word) => theirs(word),
        };
        if !text.is_empty() && word != "," {
            text.push(' ');
        }
        text.push_str(&word);
    }
    text
}
