//! Everything that is written comes back the same.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::Yaml;

fn read(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

const NASTY: &[&str] = &[
    "",
    " ",
    "on",
    "ON",
    "no",
    "y",
    "N",
    "Yes",
    "true",
    "null",
    "Null",
    "~",
    "=",
    "<<",
    "012",
    "0o12",
    "1_000",
    "0x1f",
    "1e3",
    ".inf",
    ".nan",
    "2024-01-01",
    "12:30:45",
    "1.5",
    "-",
    "--- a",
    "...",
    "a: b",
    "a #b",
    "#",
    "a ",
    " a",
    "a\n",
    "a\nb",
    "a\n\nb\n",
    "\na",
    "a\n\n",
    "  a\nb",
    "a \nb",
    "\ta\nb",
    "a\tb",
    "---\n",
    "a\n---\nb\n",
    "%a",
    "@a",
    "`a",
    "{a",
    "[a",
    "a]",
    "&a",
    "*a",
    "!a",
    "|",
    ">",
    "'",
    "\"",
    "\\",
    "\\n",
    "é",
    "\u{85}",
    "\u{2028}",
    "\u{feff}a",
    "🦀",
    "\u{0}",
    "\u{7f}",
    "a\r\nb",
    "{{ x }}",
    "$x",
    "/",
    "/a/b.c-d",
    "a.b",
    "?",
    "? a",
    "- a",
    "a:",
];

#[test]
fn nasty_scalars_are_read_back_as_text() {
    for text in NASTY {
        let value = json!({ *text: *text, "list": [*text, [*text], { "k": *text }] });
        assert_eq!(read(&Yaml::from(&value).to_text()), value, "{text:?}");
        assert_eq!(read(&Yaml::from(*text).to_text()), json!(text), "{text:?}");
    }
}

#[test]
fn only_text_that_no_reader_mistakes_is_plain() {
    for text in NASTY {
        let plain = !Yaml::from(*text).to_text().starts_with(['"', '|']);
        assert_eq!(plain, ["/", "/a/b.c-d", "a.b"].contains(text), "{text:?}");
    }
}

fn values() -> impl Strategy<Value = Value> {
    let text =
        prop_oneof![".{0,12}", "[ \n#:a-]{0,8}", proptest::sample::select(NASTY).prop_map(str::to_owned)];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::btree_map(text.clone(), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(crate::random::cases(512))]
    #[test]
    fn every_tree_comes_back_the_same(value in values()) {
        let text = Yaml::from(&value).to_text();
        prop_assert_eq!(read(&text), value, "{}", text);
    }
}
