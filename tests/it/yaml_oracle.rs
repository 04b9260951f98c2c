//! Our reader of YAML against serde's on generated and mutated documents, and against itself on any bytes at all.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;
use serde_json::{Map, Value as Json, json};
use tenantry::diag::render::{Style, render};
use tenantry::diag::{Code, Diagnostic, json as diagnostics_json};
use tenantry::load::yaml::{MAX_DEPTH, parse};
use tenantry::load::{LIST, Node, Scalar, Value};
use tenantry::source::{SourceMap, Span};

use crate::support::random;

/// A map of our tree as JSON.
pub fn json_of(nodes: &[Node<'_>]) -> Json {
    let entries = nodes.iter().map(|node| (node.name.value.clone().into_owned(), value_of(node)));
    Json::Object(entries.collect::<Map<_, _>>())
}

fn value_of(node: &Node<'_>) -> Json {
    match (&node.tag, &node.children) {
        (Some(tag), children) => {
            assert_eq!(tag.value, LIST);
            match children {
                Some(items) => items.iter().map(value_of).collect(),
                None => node.args.iter().map(scalar_of).collect(),
            }
        }
        (None, Some(children)) => json_of(children),
        (None, None) => scalar_of(&node.args[0]),
    }
}

fn scalar_of(value: &Value<'_>) -> Json {
    match &value.scalar {
        Scalar::String(text) => json!(text),
        Scalar::Integer(number) => i64::try_from(*number)
            .map(|number| json!(number))
            .or_else(|_| u64::try_from(*number).map(|number| json!(number)))
            .unwrap_or_else(|_| json!(number.to_string().parse::<f64>().unwrap())),
        Scalar::Float(number) => json!(number),
        Scalar::Bool(yes) => json!(yes),
        Scalar::Null => Json::Null,
    }
}

/// Whether two values are one, whatever way their numbers are kept.
pub fn same(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Number(one), Json::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Json::Object(one), Json::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| same(value, other)))
        }
        _ => one == other,
    }
}

/// Every span of a tree and of its faults lies within the text, on the boundaries of characters.
pub fn check_spans(nodes: &[Node<'_>], faults: &[Diagnostic], text: &str) {
    let check = |span: Span, what: &str| {
        let range = span.start as usize..span.end as usize;
        assert!(text.get(range.clone()).is_some(), "{what} at {range:?} of {text:?}");
    };
    for node in nodes {
        check(node.name.span, "a name");
        check(node.span, "a node");
        assert!(node.name.span.start >= node.span.start, "a name before its node in {text:?}");
        for value in &node.args {
            check(value.span, "a value");
        }
        check_spans(node.children.as_deref().unwrap_or_default(), &[], text);
    }
    for fault in faults {
        for label in fault.primary.iter().chain(&fault.others) {
            check(label.span, &fault.message);
        }
        for edit in fault.help.iter().flat_map(|help| &help.edits) {
            check(edit.span, "an edit");
        }
    }
}

/// Plain words lie in the text as they are, and quoted ones begin and end with their quotes.
fn check_words(nodes: &[Node<'_>], text: &str) {
    for node in nodes {
        let words = node.args.iter().map(|value| (&value.scalar, value.span));
        for (scalar, span) in words {
            let written = &text[span.start as usize..span.end as usize];
            match scalar {
                // What begins with a quote in a block is text like any other, and a block of nothing but empty lines is where
                // its key is.
                Scalar::String(value)
                    if value.trim_matches('\n').is_empty() || is_block(&text[..span.start as usize]) => {}
                Scalar::String(value) if written.starts_with('"') => {
                    assert!(written.ends_with('"'), "{written:?}")
                }
                Scalar::String(value) if written.starts_with('\'') => {
                    assert!(written.ends_with('\''), "{written:?}: {value}");
                }
                Scalar::String(value)
                    if !written.contains(['\n', '\r']) && !written.starts_with(['|', '>']) =>
                {
                    assert_eq!(written, value, "in {text:?}");
                }
                Scalar::Integer(number) => {
                    assert_eq!(number_of(written), Some(*number), "{written:?} in {text:?}");
                }
                _ => {}
            }
        }
        check_words(node.children.as_deref().unwrap_or_default(), text);
    }
}

/// A whole number as YAML 1.2 writes it.
fn number_of(written: &str) -> Option<i128> {
    match (written.strip_prefix("0x"), written.strip_prefix("0o")) {
        (Some(digits), _) => i128::from_str_radix(digits, 16).ok(),
        (_, Some(digits)) => i128::from_str_radix(digits, 8).ok(),
        _ => written.parse().ok(),
    }
}

/// Whether what comes after this text is in a block: the line before it ends with `|-` or the like.
fn is_block(before: &str) -> bool {
    let line = before.trim_end().rsplit('\n').next().unwrap_or_default();
    let header = line.split(" #").next().unwrap_or_default().split_whitespace().next_back();
    before.trim_end_matches(' ').ends_with('\n') && header.is_some_and(|word| word.starts_with(['|', '>']))
}

fn word() -> impl Strategy<Value = String> {
    let special =
        select(vec!["true", "False", "null", "~", "TRUE", "nULL", "é", "日本", "x: y", "a #b", "-x"]);
    prop_oneof![
        6 => "[a-xA-Xé_/🎉][a-z0-9 _.é/@-]{0,6}[a-z0-9é]",
        2 => "-?(0|[1-9][0-9]{0,5})(\\.[0-9]{1,3})?",
        1 => special.prop_map(str::to_owned),
    ]
    .prop_filter("not one word without quotes", |word| !word.contains(": ") && !word.contains(" #"))
}

fn quoted() -> impl Strategy<Value = String> {
    let double = "([a-z0-9 :#{}é🎉,']|\\\\n|\\\\\"|\\\\u00e9|\\\\x41|\\\\\\\\){0,8}"
        .prop_map(|text| format!("\"{text}\""));
    let single = "([a-z0-9 :#{}é🎉,\"\\\\]|''){0,8}".prop_map(|text| format!("'{text}'"));
    prop_oneof![double, single]
}

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![3 => word(), 2 => quoted()]
}

/// Begins what must stand on lines of its own; it is taken away again.
const BLOCK: char = '\u{1}';

/// A value that goes on in further lines where it is not on one.
fn document() -> impl Strategy<Value = String> {
    let flow = scalar().prop_recursive(3, 12, 4, |inner| {
        let key = prop_oneof!["[a-z]{1,4}", quoted()];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::vec((key, inner), 0..4).prop_map(|entries| {
                let entries: Vec<String> =
                    entries.into_iter().map(|(key, value)| format!("{key}: {value}")).collect();
                format!("{{{}}}", entries.join(" , "))
            }),
        ]
    });
    let indent = |text: &str, by: &str| text.lines().map(|line| format!("{by}{line}\n")).collect::<String>();
    let block = select(vec!["|", ">", "|-", ">+"]);
    let text = (block, "[a-z][a-z0-9 #:é\"]{0,8}")
        .prop_map(|(head, text)| format!("{head}\n{text}\n  more\n\nend\n"));
    let leaf = prop_oneof![4 => flow.prop_map(|text| text + "\n"), 1 => text, 1 => Just("\n".to_owned())];
    let value = leaf.prop_recursive(4, 24, 4, move |inner| {
        let comment = select(vec!["", "", "", "  # é", " #"]);
        let entry = move |(key, value, comment): (String, String, &'static str)| {
            let (head, rest) = value.split_once('\n').unwrap_or((value.as_str(), ""));
            if !value.starts_with(BLOCK) && rest.is_empty() {
                format!("{key}: {head}\n")
            } else if head.starts_with(['|', '>']) {
                format!("{key}: {head}{comment}\n{}", indent(rest, "  "))
            } else {
                format!("{key}:{comment}\n{}", indent(value.trim_start_matches(BLOCK), "  "))
            }
        };
        let item = move |value: String| {
            let value = value.trim_start_matches(BLOCK);
            let (head, rest) = value.split_once('\n').unwrap_or((value, ""));
            format!("- {head}\n{}", indent(rest, "  "))
        };
        let key = prop_oneof!["[a-z]{1,4}", quoted(), "é[a-z]"];
        prop_oneof![
            2 => prop::collection::vec((key, inner.clone(), comment).prop_map(entry), 1..4)
                .prop_map(|entries| BLOCK.to_string() + &entries.concat()),
            1 => prop::collection::vec(inner.prop_map(item), 1..4).prop_map(|items| BLOCK.to_string() + &items.concat()),
        ]
    });
    (
        value,
        select(vec!["", "\u{feff}", "# first é\n", "---\n", "%YAML 1.2\n---\n", "\n\n"]),
        select(vec!["\n", "\r\n"]),
    )
        .prop_map(|(value, before, newline)| {
            let value = value.trim_start_matches(BLOCK);
            let body = value.lines().map(|line| format!("  {line}\n")).collect::<String>();
            (before.to_owned() + "root:\n" + &body).replace('\n', newline)
        })
}

/// A document with a few places changed.
fn mutated() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "", " ", "\n", "  ", "\t", ":", ": ", "-", "- ", "{", "}", "[", "]", "\"", "'", "#", " #", "|", ">",
        "&a ", "*a", "!t ", "<<: ", "? ", "%", "@", "`", "é", "\u{feff}", "\0", "---\n", "...\n", "\r", "\\",
        "\\u12", "0x", "yes",
    ]);
    (document(), prop::collection::vec((any::<Index>(), any::<Index>(), piece), 1..5)).prop_map(
        |(mut text, changes)| {
            for (start, len, piece) in changes {
                let boundaries: Vec<usize> =
                    (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
                let start = start.index(boundaries.len());
                let end = (start + len.index(4)).min(boundaries.len() - 1);
                text.replace_range(boundaries[start]..boundaries[end], piece);
            }
            text
        },
    )
}

/// Parses, demands what holds for any text at all, and gives the value if there is no fault.
fn read(text: &str) -> Result<Json, Vec<Code>> {
    let mut sources = SourceMap::default();
    let id = sources.add("a.yaml", text);
    let (document, faults) = parse(id, sources.text(id));
    let faults = faults.sorted();
    check_spans(&document.nodes, &faults, text);
    // Nothing that is said of it breaks the printers.
    let _ = render(&faults, &sources, Style::default());
    let _ = diagnostics_json(&faults, &sources);
    if faults.is_empty() {
        check_words(&document.nodes, text);
        Ok(json_of(&document.nodes))
    } else {
        Err(faults.iter().map(|fault| fault.code).collect())
    }
}

/// What serde makes of it. `libyaml`, which is below it, takes a byte order mark for a column.
fn theirs(text: &str) -> Result<Json, serde_yaml::Error> {
    serde_yaml::from_str(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn config() -> ProptestConfig {
    ProptestConfig { rng_seed: RngSeed::Fixed(20_261_122), ..random::cases(600) }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn generated_documents_mean_what_serde_says(text in document()) {
        let theirs = theirs(&text);
        match (read(&text), theirs) {
            (Ok(ours), Ok(theirs)) => prop_assert!(same(&ours, &theirs), "{ours}\n{theirs}\n{text}"),
            // Equal keys, and words of YAML 1.1.
            (Err(codes), _) => prop_assert!(
                codes.iter().all(|code| [Code::LOAD_DUPLICATE_KEY, Code::LOAD_YAML_1_1].contains(code)),
                "{codes:?}\n{text}"
            ),
            (Ok(ours), Err(error)) => prop_assert!(false, "{error}, but {ours}\n{text}"),
        }
    }

    #[test]
    fn what_both_accept_of_mutated_documents_is_the_same(text in mutated()) {
        // Whether text between two line ends has one more at the end of the file is nobody's concern here.
        let text = text + "\n";
        if let (Ok(ours), Ok(theirs)) = (read(&text), theirs(&text)) {
            let empty = theirs.is_null() && ours == json!({});
            prop_assert!(empty || same(&ours, &theirs), "{ours}\n{theirs}\n{text:?}");
        }
    }

    #[test]
    fn no_text_breaks_the_parser(text in "[-a-z0-9 \\t\\n\\r:#{}\\[\\],&*!|>'\"%@`?~<.\\\\\u{feff}\u{0}é🎉]{0,60}") {
        let _ = read(&text);
    }

    #[test]
    fn no_bytes_break_the_parser(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = read(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn a_block_may_begin_with_a_quote_or_be_empty() {
    assert_eq!(read("a: |-\n  \" b\nc: >\n\n  'd\ne: |\n"), Ok(json!({"a": "\" b", "c": "\n'd\n", "e": ""})));
}

#[test]
fn two_hundred_thousand_levels_are_one_message() {
    for text in ["[", "{a: ", "- ", "a: {", "? ", "[{"].map(|open| open.repeat(200_000)) {
        let codes = read(&text).unwrap_err();
        assert_eq!(codes.len(), 1, "{codes:?}");
    }
    let lines: String = (0..2000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert_eq!(read(&lines), Err(vec![Code::LOAD_TOO_DEEP]));
    let most = format!("{}1{}", "{a: ".repeat(MAX_DEPTH), "}".repeat(MAX_DEPTH));
    assert!(read(&most).is_ok(), "{MAX_DEPTH} are allowed");
    assert_eq!(read(&format!("{{a: {most}}}")), Err(vec![Code::LOAD_TOO_DEEP]));
}
