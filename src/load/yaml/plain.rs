//! Words without quotes: what they are by the core schema of YAML 1.2, and which of them other readers take for more.

use std::borrow::Cow;

use crate::load::Scalar;

/// Why a word without quotes is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trap {
    /// `yes`, `off`: a yes or no in YAML 1.1, text in YAML 1.2.
    Answer(bool),
    /// `010`: 8 in YAML 1.1, 10 in YAML 1.2.
    LeadingZero,
    /// `1:30`: 90 in YAML 1.1, text in YAML 1.2.
    Sexagesimal,
    /// `1_000`, `0b11`: numbers in YAML 1.1, text in YAML 1.2.
    Digits,
}

/// What a word is. Most words begin with a letter that begins no other thing.
pub(super) fn plain(word: Cow<'_, str>) -> Result<Scalar<'_>, Trap> {
    match word.as_bytes().first() {
        None => Ok(Scalar::Null),
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => {
            number(&word).map(|number| number.unwrap_or(Scalar::String(word)))
        }
        Some(b'~' | b't' | b'T' | b'f' | b'F' | b'n' | b'N' | b'y' | b'Y' | b'o' | b'O') => match &*word {
            "~" | "null" | "Null" | "NULL" => Ok(Scalar::Null),
            "true" | "True" | "TRUE" => Ok(Scalar::Bool(true)),
            "false" | "False" | "FALSE" => Ok(Scalar::Bool(false)),
            "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Err(Trap::Answer(true)),
            "no" | "No" | "NO" | "off" | "Off" | "OFF" => Err(Trap::Answer(false)),
            _ => Ok(Scalar::String(word)),
        },
        Some(_) => Ok(Scalar::String(word)),
    }
}

/// The number that a word spells; `None` when it is text.
fn number(word: &str) -> Result<Option<Scalar<'static>>, Trap> {
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    match digits {
        ".inf" | ".Inf" | ".INF" => {
            let negative = word.starts_with('-');
            return Ok(Some(Scalar::Float(if negative { f64::NEG_INFINITY } else { f64::INFINITY })));
        }
        _ if matches!(word, ".nan" | ".NaN" | ".NAN") => return Ok(Some(Scalar::Float(f64::NAN))),
        _ => {}
    }
    let all = |text: &str, test: fn(&u8) -> bool| !text.is_empty() && text.as_bytes().iter().all(test);
    if all(digits, u8::is_ascii_digit) {
        if digits.len() > 1 && digits.starts_with('0') {
            return Err(Trap::LeadingZero);
        }
        return Ok(Some(whole(word, 10)));
    }
    if digits.len() == word.len() {
        if let Some(octal) = word.strip_prefix("0o").filter(|rest| all(rest, |b| matches!(b, b'0'..=b'7'))) {
            return Ok(Some(whole(octal, 8)));
        }
        if let Some(hex) = word.strip_prefix("0x").filter(|rest| all(rest, u8::is_ascii_hexdigit)) {
            return Ok(Some(whole(hex, 16)));
        }
    }
    if let Some(float) = float(word, digits) {
        return Ok(Some(float));
    }
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return Ok(None);
    }
    if sexagesimal(digits) {
        return Err(Trap::Sexagesimal);
    }
    let radix = digits.strip_prefix("0b").or_else(|| digits.strip_prefix("0x"));
    if all(digits, |b| b.is_ascii_digit() || matches!(b, b'_' | b'.'))
        && digits.contains('_')
        && digits.matches('.').count() < 2
        || radix.is_some_and(|rest| all(rest, |b| b.is_ascii_hexdigit() || *b == b'_'))
    {
        return Err(Trap::Digits);
    }
    Ok(None)
}

/// Digits of a base, perhaps after a sign; a number beyond 127 bits is the nearest fraction.
fn whole(digits: &str, radix: u32) -> Scalar<'static> {
    if let Ok(number) = i128::from_str_radix(digits, radix) {
        return Scalar::Integer(number);
    }
    // The standard library rounds decimal digits right; the other bases have no sign.
    let near = digits.parse().ok().filter(|_| radix == 10).unwrap_or_else(|| {
        let digits = digits.chars().filter_map(|digit| digit.to_digit(radix));
        digits.fold(0_f64, |near, digit| near.mul_add(f64::from(radix), f64::from(digit)))
    });
    Scalar::Float(near)
}

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn float(word: &str, digits: &str) -> Option<Scalar<'static>> {
    let (mantissa, exponent) = digits
        .split_once(['e', 'E'])
        .map_or((digits, None), |(mantissa, exponent)| (mantissa, Some(exponent)));
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let exponent = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    let some = !before.is_empty() || !after.is_empty();
    if !(some && digits(before) && digits(after) && exponent) {
        return None;
    }
    word.parse().ok().map(Scalar::Float)
}

/// `1:30`, `22:22:22`: digits, then groups of one or two below sixty.
fn sexagesimal(digits: &str) -> bool {
    let mut groups = digits.split(':');
    let first = groups.next().is_some_and(|first| first.bytes().all(|b| b.is_ascii_digit() || b == b'_'));
    let mut count = 0;
    let rest = groups.all(|group| {
        count += 1;
        let group = group.split_once('.').map_or(group, |(whole, _)| whole);
        group.len() <= 2 && group.parse::<u8>().is_ok_and(|number| number < 60)
    });
    first && rest && count > 0
}

#[cfg(test)]
mod tests;
