//! The reference of the language, as Markdown, from the table.

use std::fmt::Write as _;

use super::shape::{Content, FieldShape, Shape};
use super::{KINDS, block::lower_first};
use crate::source::Syntax;

/// How a field is written, with an example value.
pub(super) fn example(field: &FieldShape, block: &Shape, syntax: Syntax) -> String {
    match syntax {
        Syntax::Kdl => in_kdl(field, block),
        Syntax::Yaml => in_yaml(field),
    }
}

fn in_yaml(field: &FieldShape) -> String {
    let name = field.name;
    match field.content {
        Content::Value(form) => format!("{name}: {}", form.written(Syntax::Yaml)),
        Content::References(_) => format!("{name}: [\"…\"]"),
        Content::Secret => format!("{name}: {{secret: \"env:NAME\"}}"),
        Content::Flag => format!("{name}: true"),
        Content::Block(shape) if shape.args.is_empty() => format!("{name}: {{…}}"),
        Content::Reference(_) | Content::Block(_) => format!("{name}: \"…\""),
        Content::Blocks(_) => format!("{name}: {{\"…\": {{…}}}}"),
        Content::Config => format!("{name}: {{max_file_size: 52428800}}"),
    }
}

fn in_kdl(field: &FieldShape, block: &Shape) -> String {
    let name = field.name;
    match field.content {
        Content::Value(form) if block.args.contains(&name) => format!("{} {}", block.word, form.example),
        Content::Value(form) => format!("{name} {}", form.example),
        Content::Reference(_) | Content::References(_) => format!("{name} \"…\""),
        Content::Secret => format!("{name} (secret)\"env:NAME\""),
        Content::Flag => name.to_owned(),
        Content::Block(shape) | Content::Blocks(shape) => match shape.args {
            [] => format!("{name} {{ … }}"),
            _ => format!("{name} \"…\""),
        },
        Content::Config => format!("{name} {{ max_file_size 52428800 }}"),
    }
}

/// Every kind and nested block with its fields.
#[must_use]
pub fn markdown() -> String {
    let mut out = String::new();
    for kind in KINDS {
        section(&mut out, 3, kind.block);
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn section(out: &mut String, level: usize, shape: &Shape) {
    let _ = write!(out, "{} `{}`\n\n{}\n\n", "#".repeat(level), shape.word, shape.doc.trim());
    if !shape.args.is_empty() {
        let args: Vec<String> = shape.args.iter().map(|arg| format!("*{arg}*")).collect();
        let word = shape.word;
        let first = shape.args.first().unwrap_or(&"");
        let yaml = if shape.named() {
            format!("`{word}: {{`*{first}*`: {{…}}}}`")
        } else {
            format!("`{word}:` *{first}* or `{word}: {{{first}: `*{first}*`, …}}`")
        };
        let _ = write!(out, "Written `{word}` {}; in YAML {yaml}.\n\n", args.join(" "));
    }
    out.push_str("| field | value | |\n|---|---|---|\n");
    for field in shape.fields {
        let value = match field.content {
            Content::Value(form) if form.written(Syntax::Yaml) == form.example => {
                format!("{}, e.g. `{}`", form.name, form.example)
            }
            Content::Value(form) => {
                format!("{}, e.g. `{}`; in YAML `{}`", form.name, form.example, form.written(Syntax::Yaml))
            }
            Content::Reference(kind) => format!("name of a {kind}"),
            Content::References(kind) => format!("names of {kind}s; in YAML a list"),
            Content::Secret => "`(secret)\"env:NAME\"`; in YAML `{secret: \"env:NAME\"}`".to_owned(),
            Content::Flag => "nothing; or `#true`, `#false`; in YAML `true`, `false`".to_owned(),
            Content::Block(block) => format!("a block, see `{}`", block.word),
            Content::Blocks(block) => format!("blocks, see `{}`; in YAML a map by name", block.word),
            Content::Config => "keys and values".to_owned(),
        };
        let required = if field.required { "Required: " } else { "" };
        let doc = if field.required {
            lower_first(field.doc)
        } else {
            field.doc.trim().trim_end_matches('.').to_owned()
        };
        let _ = writeln!(out, "| `{}` | {value} | {required}{doc}. |", field.name);
    }
    out.push('\n');
    for field in shape.fields {
        if let Content::Block(block) | Content::Blocks(block) = field.content {
            // A kind has its own section, and `limits` is said once, where it is first met.
            let kind = KINDS.iter().any(|kind| kind.block.word == block.word);
            let before = block.word == "limits" && shape.word != "fleet"
                || out.contains(&format!("# `{}`\n", block.word));
            if !kind && !before {
                section(out, level + 1, block);
            }
        }
    }
}
