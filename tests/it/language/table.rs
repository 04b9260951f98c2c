//! The table holds for every field of every kind: what it says is accepted, and nothing else.

use tenantry::spec::{Content, FieldShape, Shape, kinds, reference};

use super::files;
use crate::support::disk;

/// A block with all its fields but one, each with the example of its form.
fn block(shape: &Shape, without: &str) -> String {
    let mut text = shape.word.to_owned();
    for arg in shape.args {
        let field = &shape.fields[shape.field(arg).unwrap()];
        if field.name != without {
            text.push_str(&format!(" {}", value(field)));
        }
    }
    text.push_str(" {\n");
    for field in shape.fields.iter().filter(|f| !shape.args.contains(&f.name) && f.name != without) {
        text.push_str(&child(field));
    }
    text + "}\n"
}

fn child(field: &FieldShape) -> String {
    match field.content {
        Content::Block(shape) | Content::Blocks(shape) => block(shape, ""),
        Content::Flag => format!("{}\n", field.name),
        Content::Config => "config { key 1 }\n".to_owned(),
        _ => format!("{} {}\n", field.name, value(field)),
    }
}

fn value(field: &FieldShape) -> &'static str {
    match field.content {
        Content::Value(form) => form.example,
        Content::Reference(_) | Content::References(_) => "\"x\"",
        Content::Secret => "(secret)\"env:X\"",
        Content::Flag | Content::Block(_) | Content::Blocks(_) | Content::Config => panic!("not one value"),
    }
}

fn codes(text: &str) -> Vec<String> {
    let compiled = files(&[("a.kdl", text)]);
    compiled.codes().into_iter().filter(|code| !code.starts_with("resolve/")).map(str::to_owned).collect()
}

/// Puts a block's text where such a block belongs.
type Wrap = std::rc::Rc<dyn Fn(&str) -> String>;

/// Every block of the language, nested ones too, with a text that puts a block of it where it belongs.
fn blocks() -> Vec<(&'static Shape, Wrap)> {
    fn nested(shape: &'static Shape, wrap: &Wrap, found: &mut Vec<(&'static Shape, Wrap)>) {
        let own = std::rc::Rc::clone(wrap);
        found.push((shape, own));
        for field in shape.fields {
            if let Content::Block(inner) | Content::Blocks(inner) = field.content {
                let outer = std::rc::Rc::clone(wrap);
                let wrap: Wrap = std::rc::Rc::new(move |text: &str| {
                    let whole = block(shape, field.name);
                    outer(&format!("{}{text}}}\n", whole.strip_suffix("}\n").unwrap()))
                });
                nested(inner, &wrap, found);
            }
        }
    }
    let mut found = Vec::new();
    for kind in kinds() {
        let wrap: Wrap = std::rc::Rc::new(str::to_owned);
        nested(kind.block, &wrap, &mut found);
    }
    found
}

#[test]
fn every_kind_binds_with_all_its_fields() {
    let mut seen = 0;
    for (shape, wrap) in blocks() {
        let text = wrap(&block(shape, ""));
        assert_eq!(codes(&text), Vec::<String>::new(), "{text}");
        seen += shape.fields.len();
    }
    assert!(seen > 100, "only {seen} fields");
}

#[test]
fn every_required_field_is_missed_and_no_other() {
    for (shape, wrap) in blocks() {
        for field in shape.fields {
            let text = wrap(&block(shape, field.name));
            // A first positional value that is left out puts the second in its place.
            if shape.args.len() > 1 && shape.args.contains(&field.name) {
                continue;
            }
            let expected: &[&str] = if field.required { &["bind/missing-field"] } else { &[] };
            assert_eq!(codes(&text), expected, "{text}");
        }
    }
}

#[test]
fn every_field_is_refused_when_it_is_given_twice() {
    for (shape, wrap) in blocks() {
        for field in shape.fields {
            let whole = block(shape, "");
            let again = format!("{}{}}}\n", whole.strip_suffix("}\n").unwrap(), child(field));
            let expected: &[&str] = if field.content.repeats() { &[] } else { &["bind/given-twice"] };
            assert_eq!(codes(&wrap(&again)), expected, "{again}");
        }
    }
}

#[test]
fn every_value_may_be_a_property_and_is_then_not_given_again_as_a_child() {
    for (shape, wrap) in blocks() {
        for field in shape.fields {
            if matches!(
                field.content,
                Content::Block(_) | Content::Blocks(_) | Content::Config | Content::Flag
            ) {
                continue;
            }
            let whole = block(shape, field.name);
            let property = whole.replacen(" {", &format!(" {}={} {{", field.name, value(field)), 1);
            if shape.args.first() == Some(&field.name) && shape.args.len() > 1 {
                continue;
            }
            assert_eq!(codes(&wrap(&property)), Vec::<String>::new(), "{property}");
            let twice = format!("{}{}}}\n", property.strip_suffix("}\n").unwrap(), child(field));
            let expected: &[&str] = if field.content.repeats() { &[] } else { &["bind/given-twice"] };
            assert_eq!(codes(&wrap(&twice)), expected, "{twice}");
        }
    }
}

#[test]
fn every_value_is_refused_when_it_is_nothing_or_a_block_or_tagged() {
    for (shape, wrap) in blocks() {
        for field in shape.fields {
            if matches!(field.content, Content::Block(_) | Content::Blocks(_) | Content::Config) {
                continue;
            }
            let with = |text: &str| {
                let whole = block(shape, field.name);
                wrap(&format!("{}{} {text}\n}}\n", whole.strip_suffix("}\n").unwrap(), field.name))
            };
            let null = codes(&with("#null"));
            let secret = matches!(field.content, Content::Secret);
            assert_eq!(
                null,
                [if secret { "bind/plain-secret" } else { "bind/wrong-type" }],
                "{}",
                with("#null")
            );
            let several = with("{ x 1 }");
            assert_eq!(codes(&several).first().map(String::as_str), Some("bind/wrong-type"), "{several}");
            assert_eq!(codes(&with("(sekret)\"x\"")), ["bind/unknown-tag"], "{}", with("(sekret)\"x\""));
        }
    }
}

#[test]
fn every_block_refuses_a_field_that_it_does_not_have() {
    for (shape, wrap) in blocks() {
        for extra in ["zzz 1\n", "/- zzz 1\n"] {
            let whole = block(shape, "");
            let text = wrap(&format!("{}{extra}}}\n", whole.strip_suffix("}\n").unwrap()));
            let expected: &[&str] = if extra.starts_with("/-") { &[] } else { &["bind/unknown-field"] };
            assert_eq!(codes(&text), expected, "{text}");
        }
        let word = format!("{} ", shape.word);
        let many = block(shape, "").replacen(" {\n", " \"x\" {\n", 1);
        assert!(many.starts_with(&word));
        assert_eq!(codes(&wrap(&many)), ["bind/extra-argument"], "{many}");
    }
}

#[test]
fn the_reference_is_fresh() {
    const MARK: &str = "<!-- reference -->\n";
    let path = "docs/language.md";
    let text = disk::read(path);
    let (prose, _) = text.split_once(MARK).unwrap();
    disk::fresh(path, &format!("{prose}{MARK}\n{}", reference::markdown()));
}
