//! Names that would break a shell, a template, a path or a terminal: refused, and shown without harm.

use super::fleet::Fleet;

/// A tenant of this name, as it stands between quotes in KDL, and what must be said of it.
fn refused(name: &str, words: &[&str]) {
    let fleet = Fleet::new();
    fleet.write("tenants/globex.kdl", &format!("tenant \"{name}\" {{\n    plan \"business\"\n}}\n"));
    let run = fleet.demand(&["check"], 1, words);
    let harmless = |c: char| c == '\n' || !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}');
    assert!(run.err.chars().all(harmless), "{:?}", run.err);
    assert!(run.err.contains("tenants/globex.kdl:1:"), "{run}");
    assert!(run.out.is_empty(), "{run}");
    // Nothing else takes it either.
    fleet.demand(&["plan"], 1, words);
    fleet.demand(&["build", "-o", &fleet.beside("out")], 1, words);
    assert!(!fleet.place.path().join("out").exists());
}

#[test]
fn a_double_quote() {
    refused(r#"a\"b"#, &[r#"error[bind/bad-value]: `a"b` is not a name: it has the character `"`"#]);
}

#[test]
fn a_single_quote() {
    refused("a'; drop", &["`a'; drop` is not a name: it has the character `'`"]);
}

#[test]
fn a_backtick() {
    // Within backticks it would end the quotation.
    refused("a`id`", &["`a'id'` is not a name: it has the character `'`"]);
}

#[test]
fn a_template() {
    refused("{{ 7*7 }}", &["`{{ 7*7 }}` is not a name: it has the character `{`"]);
}

#[test]
fn a_shell_substitution() {
    refused("$(id)", &["`$(id)` is not a name: it has the character `$`"]);
}

#[test]
fn a_way_out_of_the_directory() {
    refused("../../etc/x", &["`../../etc/x` is not a name: it has the character `.`"]);
}

#[test]
fn an_option() {
    refused("-rf", &["`-rf` is not a name: it begins or ends with a mark"]);
}

#[test]
fn an_escape_sequence() {
    refused(r"a\u{1b}[31mb", &[r"`a\u{1b}[31mb` is not a name: it has the character `\u{1b}`"]);
}

#[test]
fn a_raw_escape_sequence() {
    refused("a\u{1b}[31mb", &["error[load/control-character]: the character U+001B (escape) may not stand"]);
}

#[test]
fn a_null() {
    refused("a\0b", &["error[load/control-character]: the character U+0000 (NUL) may not stand"]);
}

#[test]
fn a_line_end() {
    refused(r"a\nb", &[r"`a\u{a}b` is not a name: it has the character `\u{a}`"]);
}

#[test]
fn a_turn_of_the_writing_direction() {
    refused(r"a\u{202e}b", &[r"`a\u{202e}b` is not a name: it has the character `\u{202e}`"]);
}

#[test]
fn three_hundred_characters() {
    let name = "a".repeat(300);
    refused(&name, &["`aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…` is not a name: it has 300 characters"]);
}

#[test]
fn no_character() {
    refused("", &["`` is not a name: it is empty"]);
}
