//! Our KDL parser against the `kdl` crate on generated and mutated documents, and against itself on any bytes at all.
//!
//! `kdl` 6.7 is wrong in a few places, seen against the official suite; `crate_is_wrong` lists them.

mod departures;

use kdl::{KdlDocument, KdlValue};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;
use tenantry::diag::render::{Style, render};
use tenantry::diag::{Code, Diagnostics, json};
use tenantry::load::kdl::{MAX_DEPTH, parse};
use tenantry::load::{Node, Scalar, Value};
use tenantry::source::{SourceMap, Span};

use crate::support::random;
use departures::crate_is_wrong;

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[a-zé_?!<>:,.'|ノ][a-z0-9_.é+-]{0,5}".prop_filter("a keyword or nearly a number", |word| {
            let number = word.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            !number && !["true", "false", "null", "inf", "nan"].contains(&word.as_str())
        }),
        1 => select(vec!["-", "+", "--x", ".", "-.", "+.a", "r", "true-ish", "nano"]).prop_map(str::to_owned),
    ]
}

fn string() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => "[a-z {}()/=;#é]{0,4}",
        1 => select(vec!["\\n", "\\\"", "\\\\", "\\u{e9}", "\\u{1F600}", "\\s", "\\t", "\\   ", "\\\n  ", "//", "/*", "\\b"])
            .prop_map(str::to_owned),
    ];
    let quoted = prop::collection::vec(piece, 0..4).prop_map(|pieces| format!("\"{}\"", pieces.concat()));
    let raw = ("[a-z \\\\{}]{0,6}", 1..3_usize).prop_map(|(text, n)| {
        let hashes = "#".repeat(n);
        format!("{hashes}\"{text}\"{hashes}")
    });
    let lines = prop::collection::vec("[a-z \"{}é]{0,5}|\\\\n|\\\\s|\\\\\\\\", 0..4);
    let newline = select(vec!["\n", "\r\n", "\r", "\u{85}", "\u{2028}"]);
    let several =
        (lines, select(vec!["", "  ", "\t"]), newline, 0..2_usize).prop_map(|(lines, indent, newline, n)| {
            let hashes = "#".repeat(n);
            let body: String = lines
                .iter()
                // Three quotes in a row would end it.
                .map(|line| format!("{indent}{}{newline}", line.replace('"', "'")))
                .collect();
            format!("{hashes}\"\"\"{newline}{body}{indent}\"\"\"{hashes}")
        });
    prop_oneof![4 => quoted, 2 => raw, 2 => several]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![4 => word(), 1 => string()]
}

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => word(),
        3 => string(),
        2 => "[+-]?[0-9][0-9_]{0,4}(\\.[0-9][0-9_]{0,3})?([eE][+-]?[0-9]{1,2})?",
        1 => select(vec!["0x1F", "0xff_ff", "-0o17", "+0b1_01", "0xffffffffffffffffffff", "170141183460469231731687303715884105727"])
            .prop_map(str::to_owned),
        1 => select(vec!["#true", "#false", "#null", "#inf", "#-inf", "#nan"]).prop_map(str::to_owned),
    ]
}

fn space() -> impl Strategy<Value = String> {
    select(vec![
        " ",
        " ",
        " ",
        "  ",
        "\t",
        "/* c */",
        " /* /* n */ */ ",
        " \\\n",
        " \\ // c\n  ",
        "\u{a0}",
        "\u{3000}",
    ])
    .prop_map(str::to_owned)
}

fn tag() -> impl Strategy<Value = String> {
    prop_oneof![5 => Just(String::new()), 1 => name().prop_map(|name| format!("({name})")), 1 => name().prop_map(|name| format!("( {name} ) "))]
}

fn entry() -> impl Strategy<Value = String> {
    let dropped = select(vec!["", "", "", "", "/-", "/- ", "/-\n"]);
    let equals = select(vec!["=", "=", " = ", "= "]);
    let argument =
        (dropped.clone(), tag(), scalar()).prop_map(|(dropped, tag, value)| format!("{dropped}{tag}{value}"));
    let property = (dropped, name(), equals, tag(), scalar())
        .prop_map(|(dropped, key, equals, tag, value)| format!("{dropped}{key}{equals}{tag}{value}"));
    prop_oneof![argument, property]
}

fn document() -> impl Strategy<Value = String> {
    let end =
        select(vec!["\n", "\n", ";", ";\n", "\r\n", " // c\n", "\u{85}", "\n\n\t", "\n/* c */", "\n\\\n"]);
    let dropped = select(vec!["", "", "", "", "/-", "/- \n"]);
    let head = (dropped, tag(), name(), prop::collection::vec((space(), entry()), 0..4))
        .prop_map(|(dropped, tag, name, entries)| {
            let entries: String = entries.into_iter().map(|(space, entry)| space + &entry).collect();
            format!("{dropped}{tag}{name}{entries}")
        })
        .boxed();
    let leaf = (head.clone(), end.clone()).prop_map(|(head, end)| head + end);
    leaf.prop_recursive(3, 24, 4, move |inner| {
        let open = select(vec!["{", " {", " {\n", " /- {x 1}\\\n {", "\\\n{"]);
        (head.clone(), open, prop::collection::vec(inner, 0..4), end.clone())
            .prop_map(|(head, open, children, end)| format!("{head}{open}{}}}{end}", children.concat()))
    })
    .prop_flat_map(|node| {
        (Just(node), select(vec!["", "\u{feff}", "\n", "// first\n", "/- kdl-version 2\n"]))
    })
    .prop_map(|(node, before)| before.to_owned() + &node)
}

/// A document with a few places changed.
fn mutated() -> impl Strategy<Value = String> {
    let inserted = select(vec![
        "",
        "",
        "{",
        "}",
        "(",
        ")",
        "\"",
        "\"\"\"",
        "#",
        "#\"",
        "\"#",
        "/",
        "//",
        "/-",
        "/*",
        "*/",
        "\\",
        "=",
        ";",
        "\n",
        " ",
        "-",
        "+",
        ".",
        "1",
        "0x",
        "e",
        "_",
        "r",
        "true",
        "#true",
        "é",
        "[",
        "]",
        ",",
        "\\u{41}",
        "\\u{d800}",
        "\u{200e}",
        "\0",
        "\t",
        "\u{feff}",
        "\r",
        "/-{}",
        "https://a.b",
    ]);
    let change = (any::<Index>(), 0..3_usize, inserted);
    (document(), prop::collection::vec(change, 1..4)).prop_map(|(mut text, changes)| {
        for (place, remove, insert) in changes {
            let bounds: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let from = place.index(bounds.len());
            let to = (from + remove).min(bounds.len() - 1);
            text.replace_range(bounds[from]..bounds[to], insert);
        }
        text
    })
}

fn same(ours: &[Node<'_>], theirs: &KdlDocument) -> Result<(), String> {
    let differ = |what: &str, one: &dyn std::fmt::Debug, other: &dyn std::fmt::Debug| {
        Err(format!("{what}: {one:?} is not {other:?}"))
    };
    if ours.len() != theirs.nodes().len() {
        return differ("nodes", &ours.len(), &theirs.nodes().len());
    }
    for (ours, theirs) in ours.iter().zip(theirs.nodes()) {
        if ours.name.value != theirs.name().value() {
            return differ("name", &ours.name.value, &theirs.name().value());
        }
        if ours.tag.as_ref().map(|tag| &*tag.value) != theirs.ty().map(kdl::KdlIdentifier::value) {
            return differ("tag", &ours.tag, &theirs.ty());
        }
        let args: Vec<_> = theirs.entries().iter().filter(|entry| entry.name().is_none()).collect();
        let props: Vec<_> = theirs.entries().iter().filter(|entry| entry.name().is_some()).collect();
        if ours.args.len() != args.len() || ours.props.len() != props.len() {
            return differ("entries", &(&ours.args, &ours.props), &theirs.entries());
        }
        for (ours, theirs) in ours.args.iter().zip(args) {
            same_value(ours, theirs)?;
        }
        for ((key, ours), theirs) in ours.props.iter().zip(props) {
            if theirs.name().map(kdl::KdlIdentifier::value) != Some(&*key.value) {
                return differ("key", key, &theirs.name());
            }
            same_value(ours, theirs)?;
        }
        match (ours.children.as_deref().unwrap_or_default(), theirs.children()) {
            ([], None) => {}
            (ours, Some(theirs)) => same(ours, theirs)?,
            (ours, None) => return differ("children", &ours, &"none"),
        }
    }
    Ok(())
}

fn same_value(ours: &Value<'_>, theirs: &kdl::KdlEntry) -> Result<(), String> {
    let equal = match (&ours.scalar, theirs.value()) {
        (Scalar::String(a), KdlValue::String(b)) => a == b,
        (Scalar::Integer(a), KdlValue::Integer(b)) => a == b,
        (Scalar::Float(a), KdlValue::Float(b)) => a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan()),
        (Scalar::Bool(a), KdlValue::Bool(b)) => a == b,
        (Scalar::Null, KdlValue::Null) => true,
        _ => false,
    };
    let tag = ours.tag.as_ref().map(|tag| &*tag.value) == theirs.ty().map(kdl::KdlIdentifier::value);
    if equal && tag { Ok(()) } else { Err(format!("{ours:?} is not {theirs:?}")) }
}

fn compare(text: &str) -> Result<(), String> {
    let mut sources = SourceMap::default();
    let id = sources.add("a.kdl", text);
    let (document, faults) = parse(id, sources.text(id));
    let faults = faults.sorted();
    // A URL without quotes is KDL, and refused by us on purpose.
    if faults.iter().any(|fault| [Code::LOAD_BARE_URL, Code::LOAD_TOO_DEEP].contains(&fault.code)) {
        return Ok(());
    }
    // The specification forbids control characters anywhere; the crate lets them stand in comments.
    let commented = faults.iter().all(|fault| fault.code == Code::LOAD_CONTROL_CHARACTER)
        && ["//", "/*"].iter().any(|comment| text.contains(comment));
    match KdlDocument::parse_v2(text) {
        Ok(theirs) if faults.is_empty() => same(&document.nodes, &theirs),
        Err(_) if !faults.is_empty() => Ok(()),
        Ok(_) if commented => Ok(()),
        _ if crate_is_wrong(text) => Ok(()),
        Ok(_) => Err(format!("only we refuse it: {}", faults[0].message)),
        Err(error) => {
            Err(format!("only we accept it: {:?}", error.diagnostics.first().and_then(|d| d.message.clone())))
        }
    }
}

/// The same documents every time, so that a new fault of the crate does not stop an innocent change. Explore with
/// `RANDOM_TIMES=25 PROPTEST_RNG_SEED=…`.
fn config() -> ProptestConfig {
    let config = ProptestConfig { max_shrink_iters: 2000, ..random::cases(256) };
    match config.rng_seed {
        RngSeed::Random => ProptestConfig { rng_seed: RngSeed::Fixed(2), ..config },
        RngSeed::Fixed(_) => config,
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn generated_documents_are_accepted_and_mean_what_the_kdl_crate_says(text in document()) {
        let mut sources = SourceMap::default();
        let id = sources.add("a.kdl", text.as_str());
        let (_, faults) = parse(id, sources.text(id));
        prop_assert!(faults.is_empty(), "{}", render(&faults.sorted(), &sources, Style::default()));
        compare(&text).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn mutated_documents_are_judged_as_the_kdl_crate_judges_them(text in mutated()) {
        compare(&text).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn no_document_breaks_the_parser_and_every_span_lies_in_it(text in mutated()) {
        check_spans(&text);
    }

    #[test]
    fn no_bytes_break_the_parser(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check_spans(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_soup_of_syntax_breaks_the_parser(
        text in "([{}()\"#/\\\\=;\n \\-*r.0-9xa-b\\[\\]é\u{85}\t+_]|\"\"\"|/-|/\\*|#\"|\\\\u\\{)*"
    ) {
        check_spans(&text);
    }
}

/// Parses and prints; every span of tree and faults must be a range of whole characters of the file.
fn check_spans(text: &str) {
    let mut sources = SourceMap::default();
    let id = sources.add("a.kdl", text);
    let (document, faults) = parse(id, sources.text(id));
    let inside = |span: Span| {
        let (start, end) = (span.start as usize, span.end as usize);
        assert!(
            start <= end && text.is_char_boundary(start) && text.is_char_boundary(end),
            "{span:?} in {text:?}"
        );
        assert!(end <= text.len(), "{span:?} in {text:?}");
    };
    spans(&document.nodes, &inside, 0);
    let faults = faults.sorted();
    for fault in &faults {
        let labels = fault.primary.iter().chain(&fault.others).map(|label| label.span);
        let edits = fault.help.iter().flat_map(|help| &help.edits).map(|edit| edit.span);
        labels.chain(edits).for_each(inside);
        assert!(fault.primary.is_some(), "{fault:?}");
    }
    // A fault a few bytes is one too many: cascades would show here.
    assert!(faults.len() <= text.len() + 1, "{} faults in {text:?}", faults.len());
    let _ = render(&faults, &sources, Style { color: true, width: 80 });
    let _ = json(&faults, &sources);
}

fn spans(nodes: &[Node<'_>], inside: &impl Fn(Span), depth: usize) {
    assert!(depth <= MAX_DEPTH);
    for node in nodes {
        inside(node.span);
        inside(node.name.span);
        node.tag.iter().for_each(|tag| inside(tag.span));
        let values = node.args.iter().chain(node.props.iter().map(|(_, value)| value));
        for value in values {
            inside(value.span);
            assert!(node.span.start <= value.span.start && value.span.end <= node.span.end, "{node:?}");
        }
        spans(node.children.as_deref().unwrap_or_default(), inside, depth + 1);
    }
}

#[test]
fn faults_of_one_file_do_not_hide_one_another() {
    let faults: Diagnostics = {
        let mut sources = SourceMap::default();
        let id = sources.add("a.kdl", "a 1x\nb k=\nc {\n  d 2y\n  e \"f\n}\ng (h\n");
        parse(id, sources.text(id)).1
    };
    assert_eq!(faults.sorted().len(), 5);
}

#[test]
fn an_integer_may_be_larger_than_the_crate_has_room_for() {
    for text in ["a 17014118346041692317316873037158814105727", "a k=-0xfffffffffffffffffffffffffffffffff_f"]
    {
        let mut sources = SourceMap::default();
        let id = sources.add("a.kdl", text);
        assert!(parse(id, sources.text(id)).1.is_empty(), "{text}");
        assert!(KdlDocument::parse_v2(text).is_err() && crate_is_wrong(text), "{text}");
    }
}

#[test]
fn a_keyword_without_its_sign_is_refused_in_what_is_commented_out_as_well() {
    let text = "/-q3f \"\" ,\\ // c\n  -inf\u{3000}-5__6.1\\\n{}\n\n\t";
    let mut sources = SourceMap::default();
    let id = sources.add("a.kdl", text);
    assert!(!parse(id, sources.text(id)).1.is_empty());
    assert!(KdlDocument::parse_v2(text).is_ok() && crate_is_wrong(text));
}
