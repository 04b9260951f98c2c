//! Text that reviewers cannot see, or see in another order than programs read it.

use super::facts::texts;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    for text in texts(model) {
        let hidden = text.text.chars().find(|c| match c {
            '\n' | '\r' | '\t' => !text.lines,
            _ => c.is_control() || is_invisible(*c),
        });
        if let Some(hidden) = hidden {
            diagnostics.push(
                Diagnostic::error(
                    Code::CHECK_INVISIBLE_CHARACTERS,
                    format!("this {} holds the invisible character U+{:04X}", text.what, u32::from(hidden)),
                )
                .at(text.span, "reviewers read something else than what would be applied")
                .help("write it again by hand"),
            );
        }
    }
}

/// Zero-width characters, and those that turn the direction of writing.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}
