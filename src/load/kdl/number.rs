//! Numbers: decimal, hexadecimal, octal, binary.

use std::borrow::Cow;

use super::word::quoted;
use super::{Parser, syntax};
use crate::load::Scalar;
use crate::source::Span;

impl<'s> Parser<'s> {
    /// A word that begins like a number; it ends at `self.at`.
    pub(super) fn number(&mut self, word: &'s str, start: usize) -> (Scalar<'s>, Span) {
        let span = self.span(start, self.at);
        if let Some(scalar) = number(word) {
            return if self.word_breaks() { self.broken_word(start) } else { (scalar, span) };
        }
        let fault = syntax(format!("`{word}` is not a number"), span, why(word)).fix(
            "put it between quotes if text is meant",
            span,
            quoted(word),
        );
        self.fault(fault);
        (Scalar::String(Cow::Borrowed(word)), span)
    }
}

fn why(word: &str) -> &'static str {
    let bare = word.trim_start_matches(['+', '-']);
    if bare.starts_with('.') {
        "a digit must come before the point"
    } else if bare.matches('.').count() > 1 {
        "a number has one point at most"
    } else if bare.starts_with("0x") || bare.starts_with("0o") || bare.starts_with("0b") {
        "not a digit of this base"
    } else if bare.ends_with('.') {
        "a digit must follow the point"
    } else {
        "it begins with a digit, so it must be a number"
    }
}

/// The number that a word spells, by the grammar of the specification.
pub(super) fn number(word: &str) -> Option<Scalar<'static>> {
    let (negative, digits) = match word.as_bytes() {
        [b'-', ..] => (true, word.get(1..)?),
        [b'+', ..] => (false, word.get(1..)?),
        _ => (false, word),
    };
    match digits.as_bytes() {
        [b'0', b'x', rest @ ..] => radix(rest, 16, negative),
        [b'0', b'o', rest @ ..] => radix(rest, 8, negative),
        [b'0', b'b', rest @ ..] => radix(rest, 2, negative),
        rest => {
            let end = integer(rest, 0)?;
            if end == rest.len() { radix(rest, 10, negative) } else { float(rest, end, negative) }
        }
    }
}

/// End of `digit (digit | '_')*`.
fn integer(bytes: &[u8], start: usize) -> Option<usize> {
    bytes.get(start).filter(|byte| byte.is_ascii_digit())?;
    let rest = bytes.get(start..)?;
    Some(rest.iter().position(|b| !(b.is_ascii_digit() || *b == b'_')).map_or(bytes.len(), |len| start + len))
}

fn radix(bytes: &[u8], radix: u32, negative: bool) -> Option<Scalar<'static>> {
    let digit = |byte: u8| char::from(byte).to_digit(radix);
    digit(*bytes.first()?)?;
    let mut exact = Some(0_i128);
    let mut near = 0_f64;
    for &byte in bytes.iter().filter(|byte| **byte != b'_') {
        let digit = digit(byte)?;
        near = near.mul_add(f64::from(radix), f64::from(digit));
        exact = exact.and_then(|value| {
            let shifted = value.checked_mul(i128::from(radix))?;
            if negative {
                shifted.checked_sub(i128::from(digit))
            } else {
                shifted.checked_add(i128::from(digit))
            }
        });
    }
    Some(exact.map_or(Scalar::Float(if negative { -near } else { near }), Scalar::Integer))
}

/// What has a fraction or an exponent. `end` is where its whole part ends.
fn float(bytes: &[u8], mut end: usize, negative: bool) -> Option<Scalar<'static>> {
    if bytes.get(end) == Some(&b'.') {
        end = integer(bytes, end + 1)?;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        end += 1;
        if matches!(bytes.get(end), Some(b'+' | b'-')) {
            end += 1;
        }
        end = integer(bytes, end)?;
    }
    if end != bytes.len() {
        return None;
    }
    let plain: String = bytes.iter().filter(|byte| **byte != b'_').map(|byte| char::from(*byte)).collect();
    let value: f64 = plain.parse().ok()?;
    Some(Scalar::Float(if negative { -value } else { value }))
}
