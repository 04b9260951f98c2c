//! The scanner's faults in the words of people who write files.

use crate::diag::{Code, Diagnostic};
use crate::source::{SourceId, Span};

/// Stands for all that is said of tabs; the word alone is part of others.
const TAB: &str = "a tab";

/// What the scanner says, what it means, what is at the place, and what to do.
const KNOWN: &[(&str, &str, &str, &str)] = &[
    (TAB, "a tab indents a line", "a tab", "indent with spaces; YAML knows no tabs there"),
    (
        "mapping values are not allowed",
        "a `:` follows where no key can be",
        "not expected here",
        "a value with `: ` in it needs quotes; a key ends with `:`, and its map begins on the next line",
    ),
    (
        "simple key",
        "a line is neither a key with its value nor part of the text before it",
        "expected a `:` after the key",
        "write `key: value`, with a space after the `:`",
    ),
    (
        "did not find expected key",
        "a line stands where no key of this map can be",
        "expected a key as far right as the others of its map, or a line further left",
        "keys of one map begin in one column",
    ),
    (
        "expected '-' indicator",
        "a line is no item of the list that it stands in",
        "expected `- `",
        "items of one list begin in one column, each with `- `",
    ),
    (
        "block sequence entries",
        "a list begins where none can",
        "not expected here",
        "begin the list on the line after its key",
    ),
    (
        "unexpected character",
        "no value can begin with this character",
        "needs quotes",
        "put the value between quotes",
    ),
    (
        "plain scalar cannot start",
        "no value can begin with these characters",
        "needs quotes",
        "put the value between quotes",
    ),
    (
        "unknown escape",
        "a backslash begins no escape",
        "no escape",
        "a backslash within double quotes is written `\\\\`; within single quotes it is itself",
    ),
    (
        "escape code",
        "an escape names no character",
        "no character has this number",
        "a backslash within double quotes is written `\\\\`; within single quotes it is itself",
    ),
    (
        "hexadecimal",
        "an escape is not complete",
        "hexadecimal digits must follow",
        "a backslash within double quotes is written `\\\\`; within single quotes it is itself",
    ),
    (
        "trailing content after",
        "something follows a text between quotes",
        "not expected here",
        "a quote within double quotes is written `\\\"`, within single quotes `''`",
    ),
    (
        "document start",
        "something follows the end of the document",
        "not expected here",
        "keys of one map begin in one column",
    ),
    (
        "indent",
        "a line is not as far right as it must be",
        "too far left or right",
        "what belongs to a key is indented further than the key",
    ),
    (
        "misplaced bracket",
        "a bracket closes nothing",
        "nothing is open here",
        "remove it, or put the value between quotes",
    ),
    (
        "anchor",
        "an alias stands here",
        "what it means stands nowhere",
        "write the value out; text that begins with `*` or `&` needs quotes",
    ),
    (
        "comment intercepting",
        "a comment divides a text of several lines",
        "the text was not over",
        "put the text between quotes, or the comment elsewhere",
    ),
    ("tag", "a tag is not complete", "not expected here", "text that begins with `!` needs quotes"),
    (
        "directive",
        "a directive is not complete",
        "not expected here",
        "text that begins with `%` needs quotes",
    ),
    ("byte order mark", "a byte order mark stands within the text", "here", "remove it"),
];

/// The diagnostic for what the scanner says of a place. `opened` is the innermost bracket that is not closed.
pub(super) fn fault(info: &str, text: &str, source: SourceId, at: usize, opened: Option<Span>) -> Diagnostic {
    let at = text.floor_char_boundary(at.min(text.len()));
    let len = text[at..].chars().next().filter(|char| !char.is_whitespace()).map_or(0, char::len_utf8);
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let span = Span { source, start: offset(at), end: offset(at + len) };
    if info.contains("recursion limit") {
        return super::fault::too_deep(super::MAX_DEPTH, span);
    }
    if info.contains("quoted scalar")
        && ["end of stream", "document indicator", "indentation"].iter().any(|why| info.contains(why))
    {
        return Diagnostic::error(Code::LOAD_UNCLOSED, "a quote is not closed")
            .at(span, "the text begins here")
            .help("close it, or put a value with quotes in it between quotes of the other kind")
            .note("text of several lines goes on further right than its key");
    }
    let tab = ["tabs", "a tab", "tab cannot"].iter().any(|word| info.contains(word));
    let span = if tab {
        // The scanner is behind the tabs when it notices them.
        let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[at..].find(|c: char| c != '\t').map_or(text.len(), |end| at + end);
        let behind = text[line..end].rfind('\t').map(|tab| line + tab);
        // Or before them, at the key that they keep from being one.
        let tab = behind.or_else(|| Some(end + text[end..].find('\t')?));
        tab.map_or(span, |tab| Span { source, start: offset(tab), end: offset(tab + 1) })
    } else if info.contains("quoted scalar") || info.contains("escape") {
        bad_escape(text, at).map_or(span, |(start, end)| Span {
            source,
            start: offset(start),
            end: offset(end),
        })
    } else {
        span
    };
    if let Some(opened) = opened.filter(|_| info.contains("flow") || info.contains("expected node content")) {
        let bracket = if text.as_bytes().get(opened.start as usize) == Some(&b'{') { "}" } else { "]" };
        let opened = Span { end: opened.start.saturating_add(1), ..opened };
        return if at >= text.trim_end().len() {
            Diagnostic::error(Code::LOAD_UNCLOSED, "a bracket is not closed")
                .at(opened, "it opens here")
                .help(format!("close it with `{bracket}`"))
        } else {
            Diagnostic::error(Code::LOAD_SYNTAX, format!("expected `,` or `{bracket}`"))
                .at(span, "not expected here")
                .and(opened, "within this")
                .help("a value with brackets, commas or `: ` in it needs quotes here")
        };
    }
    let known = KNOWN.iter().find(|(word, ..)| if tab { *word == TAB } else { info.contains(word) });
    let (message, label, help) = known.map_or(
        (
            "the text is not YAML",
            "not understood from here on",
            "text with characters such as `: `, `#`, `{`, `[`, `*`, `&`, `!`, `%`, `@` in it needs quotes",
        ),
        |(_, message, label, help)| (*message, *label, *help),
    );
    Diagnostic::error(Code::LOAD_SYNTAX, message).at(span, label).help(help)
}

/// The first escape of a text between double quotes that is none.
fn bad_escape(text: &str, at: usize) -> Option<(usize, usize)> {
    let rest = &text[at..];
    let mut chars = rest.char_indices();
    while let Some((slash, char)) = chars.next() {
        if char != '\\' {
            continue;
        }
        let (start, letter) = chars.next()?;
        let digits = match letter {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '0' | 'a' | 'b' | 't' | '\t' | 'n' | 'v' | 'f' | 'r' | 'e' | ' ' | '"' | '/' | '\\' | 'N'
            | '_' | 'L' | 'P' | '\n' | '\r' => continue,
            _ => return Some((at + slash, at + start + letter.len_utf8())),
        };
        let hex =
            rest.get(start + 1..start + 1 + digits).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        let good = hex.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32).is_some();
        if !good {
            return Some((at + slash, at + start + 1));
        }
    }
    None
}
