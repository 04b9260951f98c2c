//! The two languages say the same: every construct of the table, written in both, is one and the same.

use std::fmt::Write as _;

use tenantry::source::Syntax;
use tenantry::spec::{Content, FieldShape, Shape, Spec, kinds};

use super::files;
use crate::support::disk;

/// One way of writing each thing that has several.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// Fields as properties, maps on one line, one value alone where that is enough.
    Short,
    /// A line a field, lists as blocks.
    Long,
}

/// A block in KDL.
fn kdl(shape: &Shape, style: Style, fields: &[&FieldShape], depth: usize) -> String {
    let pad = "  ".repeat(depth);
    let mut text = format!("{pad}{}", shape.word);
    let (args, rest): (Vec<_>, Vec<_>) = fields.iter().partition(|field| shape.args.contains(&field.name));
    for field in args {
        let _ = write!(text, " {}", kdl_value(field));
    }
    let property = |field: &FieldShape| style == Style::Short && single(field);
    for field in rest.iter().filter(|field| property(field)) {
        let _ = write!(text, " {}={}", field.name, kdl_value(field));
    }
    text.push_str(" {\n");
    for field in rest.iter().filter(|field| !property(field)) {
        match field.content {
            Content::Block(inner) | Content::Blocks(inner) => {
                text.push_str(&kdl(inner, style, &all(inner), depth + 1));
            }
            Content::Flag if style == Style::Long => {
                let _ = writeln!(text, "{pad}  {}", field.name);
            }
            Content::Flag => {
                let _ = writeln!(text, "{pad}  {} #true", field.name);
            }
            Content::Config => text.push_str(CONFIG_KDL),
            Content::References(_) => {
                let _ = writeln!(text, "{pad}  {} \"x\" \"y\"", field.name);
            }
            _ => {
                let _ = writeln!(text, "{pad}  {} {}", field.name, kdl_value(field));
            }
        }
    }
    format!("{text}{pad}}}\n")
}

fn single(field: &FieldShape) -> bool {
    matches!(field.content, Content::Value(_) | Content::Reference(_) | Content::Secret)
}

fn all(shape: &'static Shape) -> Vec<&'static FieldShape> {
    shape.fields.iter().collect()
}

fn kdl_value(field: &FieldShape) -> &'static str {
    match field.content {
        Content::Value(form) => form.example,
        Content::Reference(_) | Content::References(_) => "\"x\"",
        Content::Secret => "(secret)\"env:X\"",
        _ => panic!("not one value"),
    }
}

const CONFIG_KDL: &str = r#"config {
  number 1
  fraction 1.5
  negative -2
  text "yes"
  on #true
  off #false
  gone #null
  secret_key (secret)"env:X"
  several "a" 2 #false
  (list)one "a"
  (list)none
  (list)mixed { - 1; - { a 1; b "x" }; (list)- 1 2; - (secret)"file:/x" }
  object a=1 { b "x"; c { d 1 }; e (secret)"env:Y" }
  empty {}
}
"#;

const CONFIG_SHORT: &str = r#"{number: 1, fraction: 1.5, negative: -2, text: "yes", on: true, off: false, gone: null, secret_key: {secret: "env:X"}, several: [a, 2, false], one: [a], none: [], mixed: [1, {a: 1, b: x}, [1, 2], {secret: "file:/x"}], object: {a: 1, b: x, c: {d: 1}, e: {secret: "env:Y"}}, empty: {}}"#;

const CONFIG_LONG: &str = r#"number: 1
fraction: 1.5
negative: -2
text: 'yes'
on: True
off: FALSE
gone: ~
secret_key:
  secret: env:X
several:
- a
- 2
- false
one:
  - a
none: []
mixed:
  - 1
  - a: 1
    b: x
  -
    - 1
    - 2
  - secret: file:/x
object:
  a: 1
  b: >-
    x
  c:
    d: 1
  e: {secret: "env:Y"}
empty: {}
"#;

/// What stands behind the key of a block, in YAML.
pub(super) fn yaml(shape: &Shape, style: Style, fields: &[&FieldShape]) -> String {
    let named = shape.args == ["name"];
    let (name, rest): (Vec<&FieldShape>, Vec<&FieldShape>) =
        fields.iter().copied().partition(|field| named && field.name == "name");
    let body = match (style, rest.as_slice()) {
        (_, []) => String::new(),
        (Style::Short, [only]) if shape.args == [only.name] => return yaml_value(only),
        (Style::Short, fields) => {
            let fields: Vec<String> =
                fields.iter().map(|field| format!("{}: {}", field.name, yaml_field(field, style))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        (Style::Long, fields) => {
            fields.iter().map(|field| below(field.name, &yaml_field(field, style))).collect()
        }
    };
    match name.first() {
        None => body,
        Some(name) => {
            let name = yaml_value(name);
            match style {
                Style::Short if rest.is_empty() => name,
                Style::Short => format!("{{{name}: {body}}}"),
                Style::Long => below(&name, &body),
            }
        }
    }
}

/// `key:` with what stands behind it, on the same line or below.
pub(super) fn below(key: &str, value: &str) -> String {
    if !value.contains('\n') {
        return format!("{key}: {value}\n").replace(": \n", ":\n");
    }
    let lines: String = value.lines().map(|line| format!("  {line}\n")).collect();
    format!("{key}:\n{lines}")
}

fn yaml_field(field: &FieldShape, style: Style) -> String {
    match (field.content, style) {
        (Content::Block(inner) | Content::Blocks(inner), _) => yaml(inner, style, &all(inner)),
        (Content::Flag, _) => "true".to_owned(),
        (Content::Config, Style::Short) => CONFIG_SHORT.to_owned(),
        (Content::Config, Style::Long) => CONFIG_LONG.to_owned(),
        (Content::References(_), Style::Short) => "[x, y]".to_owned(),
        (Content::References(_), Style::Long) => "- x\n- y\n".to_owned(),
        _ => yaml_value(field),
    }
}

fn yaml_value(field: &FieldShape) -> String {
    match field.content {
        Content::Value(form) => form.example.trim_start_matches('#').to_owned(),
        Content::Reference(_) | Content::References(_) => "x".to_owned(),
        Content::Secret => "{secret: \"env:X\"}".to_owned(),
        _ => panic!("not one value"),
    }
}

/// Every block of the language with the kind and the fields that lead to it, and all subsets of its fields that say
/// something: all of them, the required ones, and the required ones with each other one.
pub(super) fn constructs() -> Vec<(&'static Shape, Vec<&'static FieldShape>)> {
    let mut found = Vec::new();
    for kind in kinds() {
        let shape = kind.block;
        let needed: Vec<&FieldShape> = shape.fields.iter().filter(|field| field.required).collect();
        found.push((shape, all(shape)));
        found.push((shape, needed.clone()));
        for field in shape.fields.iter().filter(|field| !field.required) {
            let mut fields = needed.clone();
            fields.push(field);
            found.push((shape, fields));
        }
    }
    found
}

/// What was bound or resolved, without the places.
fn placeless(what: &impl std::fmt::Debug) -> String {
    let mut text = format!("{what:?}");
    while let Some(start) = text.find("Span { source") {
        let end = text[start..].find('}').unwrap() + start + 1;
        text.replace_range(start..end, "@");
    }
    text
}

#[track_caller]
fn read(path: &str, text: &str) -> String {
    let compiled = files(&[(path, text)]);
    let own: Vec<_> =
        compiled.diagnostics.iter().filter(|d| !d.code.as_str().starts_with("resolve/")).collect();
    assert!(own.is_empty(), "{own:#?}\n{text}");
    placeless(&compiled.spec)
}

/// Everything that a construct may refer to.
const AROUND: &str = r#"
host "x" { engine "sandbox" }
database "x" { mariadb "10.11"; host "x" }
plan "x"
app "x"
app "y" { requires "x" }
release "x" { frappe "15.80.0"; image "frappe/erpnext:v15.80.0"; apps "x" "y" }
size "x"
bench "x" { release "x"; host "x"; database "x" }
tenant "x" { plan "x" }
"#;
const FLEET: &str = "fleet \"demo\" { id \"demo\"; sites-under \"erp.example.com\" }";

/// What a construct means, amid what it may refer to; and what is wrong with it.
fn resolved(shape: &Shape, path: &str, text: &str) -> (String, Vec<String>) {
    let fleet = if shape.word == "fleet" { "" } else { FLEET };
    // A site beside its tenant says whose it is, one within does not; either way the other one is a mistake.
    let compiled = files(&[("around.kdl", AROUND), ("fleet.kdl", fleet), (path, text)]);
    let codes = compiled.codes().into_iter().map(str::to_owned).collect();
    (placeless(&compiled.model), codes)
}

#[test]
fn every_construct_means_the_same_in_both_languages_and_in_every_style() {
    let mut count = 0;
    let mut whole = std::collections::BTreeMap::<&str, usize>::new();
    for (shape, fields) in constructs() {
        let long = kdl(shape, Style::Long, &fields, 0);
        let expected = read("a.kdl", &long);
        assert!(expected.len() > 200, "{expected}");
        let (model, codes) = resolved(shape, "a.kdl", &long);
        assert!(model.len() > 2000, "{codes:?} {long}\n{model}");
        if codes.is_empty() {
            *whole.entry(shape.word).or_default() += 1;
        }
        let same = |path: &str, text: &str| {
            assert_eq!(read(path, text), expected, "{long}\n{text}");
            assert_eq!(resolved(shape, path, text), (model.clone(), codes.clone()), "{long}\n{text}");
        };
        same("a.kdl", &kdl(shape, Style::Short, &fields, 0));
        for style in [Style::Short, Style::Long] {
            same("a.yaml", &below(shape.word, &yaml(shape, style, &fields)));
            count += 1;
        }
    }
    assert!(count > 150, "only {count} constructs");
    // A declaration that does not resolve is left out of the model, and shows nothing there.
    for kind in kinds() {
        assert!(whole.get(kind.block.word).is_some_and(|whole| *whole > 0), "{} {whole:?}", kind.block.word);
    }
}

#[test]
fn scalars_and_lists_stand_for_maps_where_there_is_no_more_to_say() {
    for (one, other) in [
        ("app: erpnext", "app: {erpnext: {}}"),
        ("app: [erpnext, hrms]", "app: {erpnext: , hrms: {}}"),
        ("app:\n- erpnext\n- hrms", "app:\n  erpnext:\n  hrms:"),
        ("app: {hrms: {requires: erpnext}}", "app: {hrms: {requires: [erpnext]}}"),
        ("host: {h: {engine: docker}}", "host: {h: {engine: {kind: docker}}}"),
        ("plan: {p: {limits: {requests: 20/s}}}", "plan: {p: {limits: {requests: {rate: 20/s}}}}"),
        ("site: {s: {bench: b, domain: a.example}}", "site: {s: {bench: b, domain: {a.example: null}}}"),
        ("size: {s: {gunicorn: }}", "size: {s: {gunicorn: {}}}"),
        ("tenant: {t: {plan: p, site: t}}", "tenant: {t: {plan: p, site: {t: }}}"),
    ] {
        let bind = |text: &str| placeless(&files(&[("a.yaml", text)]).spec);
        assert_eq!(bind(one), bind(other), "{one}");
        assert!(bind(one).len() > 200);
    }
    for nothing in
        ["", "# only a comment\n", "---\n", "null\n", "tenant:\n", "tenant: {}\n", "%YAML 1.2\n---\n"]
    {
        assert_eq!(read("a.yaml", nothing), placeless(&Spec::default()), "{nothing}");
    }
}

#[test]
fn files_of_both_languages_are_one_fleet() {
    let kdl = r#"
        fleet "demo" { id "demo"; sites-under "erp.example.com" }
        host "h" { engine "sandbox" }
        edge "e" { host "h" }
        database "d" { mariadb "10.11"; host "h" }
        app "erpnext"
    "#;
    let yaml = "plan: {p: {}}\nrelease:\n  r: {frappe: 15.80.0, image: frappe/erpnext:v15.80.0, apps: [erpnext]}\nbench: {b: {release: r, host: h, database: d}}\n";
    let tenant = r#"tenant "t" { plan "p"; site "t" { bench "b"; apps "erpnext" } }"#;
    let model = files(&[("a.kdl", kdl), ("b.yaml", yaml), ("c.kdl", tenant)]).whole();
    assert_eq!((model.sites.len(), model.benches.len()), (1, 1));
    let twice =
        files(&[("a.kdl", kdl), ("b.yaml", yaml), ("c.kdl", tenant), ("d.yml", "tenant: {t: {plan: p}}")]);
    assert_eq!(twice.codes(), ["resolve/duplicate"]);
    let duplicate = &twice.diagnostics[0];
    let places: Vec<String> = std::iter::once(duplicate.primary.as_ref().unwrap())
        .chain(&duplicate.others)
        .map(|label| format!("{} {}", twice.sources.place(label.span), twice.sources.slice(label.span)))
        .collect();
    assert_eq!(places, ["d.yml:1 t", "c.kdl:1 \"t\""]);
}

#[test]
fn no_message_about_yaml_speaks_kdl() {
    for path in disk::files("tests/cases", &[".case"]) {
        let case = crate::support::case::Case::read(&path);
        if !case.files().all(|(path, _)| Syntax::of(path) == Syntax::Yaml) {
            continue;
        }
        let text = case.section("diagnostics").unwrap_or_default();
        for kdl in ["#true", "#false", "#null", "(secret)", "between braces", "KDL"] {
            assert!(!text.contains(kdl), "{path} says {kdl}");
        }
    }
}
