//! What is YAML and refused, with the way out.

use super::plain::Trap;
use crate::diag::{Code, Diagnostic, Edit, Help};
use crate::source::Span;
use crate::value::shown;

pub(super) fn alias(span: Span) -> Diagnostic {
    feature("an alias stands here", span, "what it means stands elsewhere")
        .help("write the value out: a fleet's files say at each place what holds there")
}

pub(super) fn anchor(span: Span) -> Diagnostic {
    feature("an anchor stands here", span, "nothing may refer to it")
        .help("take it away, and write the value out wherever it holds")
        .note("values that many declarations share belong into a `plan`, a `size` or the fleet's `limits`")
}

pub(super) fn merge(span: Span) -> Diagnostic {
    feature("a merge key stands here", span, "`<<` is no part of YAML 1.2")
        .help("write the keys out")
        .note("values that many declarations share belong into a `plan`, a `size` or the fleet's `limits`")
}

pub(super) fn tag(word: &str, span: Span) -> Diagnostic {
    let help = match word {
        "!!str" | "!" => "put the value between quotes instead",
        "!secret" => "a secret is written `{secret: \"env:NAME\"}`",
        _ => "take it away: what a value is follows from its field",
    };
    feature(&format!("the tag `{}` stands here", shown(word)), span, "tags are not read").help(help)
}

pub(super) fn directive(span: Span) -> Diagnostic {
    feature("a directive stands here", span, "the files are YAML 1.2, whatever it says")
        .help("remove the line")
}

pub(super) fn second_document(span: Span) -> Diagnostic {
    feature("a second document begins here", span, "a file is one document")
        .help("put it into a file of its own, or remove the line and write what is of one kind below one key")
}

fn feature(message: &str, span: Span, label: &str) -> Diagnostic {
    Diagnostic::error(Code::LOAD_YAML_FEATURE, message).at(span, label)
}

pub(super) fn no_key(span: Span) -> Diagnostic {
    Diagnostic::error(Code::LOAD_SYNTAX, "a key is missing").at(span, "text must stand before the `:`")
}

pub(super) fn key_no_text(span: Span) -> Diagnostic {
    Diagnostic::error(Code::LOAD_SYNTAX, "a key is not text")
        .at(span, "a map or list, where a key belongs")
        .help("a template's `{{ … }}` is read as such a map: put it between quotes if it is meant as text")
}

pub(super) fn no_map(what: &str, span: Span) -> Diagnostic {
    Diagnostic::error(Code::LOAD_NOT_A_MAP, format!("the file is {what}, not a map"))
        .at(span, "expected a kind and its declarations")
        .help("write `tenant: {globex: {…}}`, or list the file in `.tenantryignore` if it is none of the fleet's")
}

pub(super) fn too_deep(most: usize, span: Span) -> Diagnostic {
    Diagnostic::error(Code::LOAD_TOO_DEEP, format!("maps and lists are nested more than {most} deep"))
        .at(span, "one level too many")
        .help("the language itself needs eight levels; the rest of the file was not read")
}

/// A word that two readers take for two things.
pub(super) fn trap(trap: Trap, word: &str, span: Span) -> Diagnostic {
    let other = match trap {
        Trap::Answer(_) => "a yes or no in YAML 1.1 and text in YAML 1.2",
        Trap::LeadingZero => "another number in YAML 1.1 than in YAML 1.2",
        Trap::Sexagesimal | Trap::Digits => "a number in YAML 1.1 and text in YAML 1.2",
    };
    let diagnostic = Diagnostic::error(Code::LOAD_YAML_1_1, format!("`{}` is {other}", shown(word)))
        .at(span, "people and programs read it differently");
    let diagnostic = match trap {
        Trap::Answer(yes) => diagnostic.fix(format!("write `{yes}` if that is meant"), span, yes.to_string()),
        Trap::LeadingZero => {
            let sign = if word.starts_with('-') { "-" } else { "" };
            let digits = word.trim_start_matches(['-', '+']).trim_start_matches('0');
            let number = format!("{sign}{}", if digits.is_empty() { "0" } else { digits });
            diagnostic.fix("leave the zeros out if a number is meant", span, number)
        }
        Trap::Digits if !word.contains('b') && !word.contains('x') => {
            diagnostic.fix("leave the `_` out if a number is meant", span, word.replace('_', ""))
        }
        Trap::Sexagesimal | Trap::Digits => diagnostic,
    };
    quote(diagnostic, span)
}

fn quote(mut diagnostic: Diagnostic, span: Span) -> Diagnostic {
    let edit = |at: u32| Edit { span: Span { start: at, end: at, ..span }, text: "\"".to_owned() };
    let edits = vec![edit(span.start), edit(span.end)];
    diagnostic.help.push(Help {
        text: "put it between quotes if text is meant".to_owned(),
        edits,
        leave: None,
    });
    diagnostic
}
