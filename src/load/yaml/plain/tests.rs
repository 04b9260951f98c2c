//! Tables of words and what they are.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::{Trap, plain};
use crate::load::Scalar;

#[test]
fn words_are_what_the_core_schema_says() {
    let whole = Scalar::Integer;
    let float = Scalar::Float;
    let table: &[(&str, Scalar<'_>)] = &[
        ("", Scalar::Null),
        ("~", Scalar::Null),
        ("NULL", Scalar::Null),
        ("True", Scalar::Bool(true)),
        ("FALSE", Scalar::Bool(false)),
        ("0", whole(0)),
        ("-12", whole(-12)),
        ("+7", whole(7)),
        ("0o17", whole(15)),
        ("0xfF", whole(255)),
        ("10.10", float(10.1)),
        ("1.", float(1.0)),
        (".5", float(0.5)),
        ("-1e3", float(-1000.0)),
        ("1E+2", float(100.0)),
        ("-.inf", float(f64::NEG_INFINITY)),
        (".INF", float(f64::INFINITY)),
        ("170141183460469231731687303715884105728", float(1.701_411_834_604_692_3e38)),
    ];
    for (word, scalar) in table {
        assert_eq!(plain((*word).into()).unwrap(), *scalar, "{word}");
    }
    assert!(matches!(plain(".NaN".into()), Ok(Scalar::Float(number)) if number.is_nan()));
}

#[test]
fn other_words_are_text() {
    for word in [
        "tRUE",
        "nUll",
        "-",
        ".",
        "+",
        "-.",
        "1e",
        "e1",
        "0xg",
        "0o8",
        "15.80.0",
        "2026-11-22",
        "1.2.3_4",
        "20/s",
        "2GiB",
        "79 EUR/month",
        "::1",
        "127.0.0.1",
        "nano",
        "yesterday",
        "one",
        "office",
        "-inf",
        ".infinity",
        "12:99",
        "1:2:x",
        "a:30",
        "y",
        "N",
        "0.0.0.0:80",
        "-.nan",
        "1__a",
    ] {
        assert_eq!(plain(word.into()), Ok(Scalar::String(word.into())), "{word}");
    }
}

#[test]
fn what_older_readers_take_for_something_else_is_refused() {
    for (word, trap) in [
        ("yes", Trap::Answer(true)),
        ("ON", Trap::Answer(true)),
        ("No", Trap::Answer(false)),
        ("off", Trap::Answer(false)),
        ("012", Trap::LeadingZero),
        ("-00", Trap::LeadingZero),
        ("1:30", Trap::Sexagesimal),
        ("190:20:30.15", Trap::Sexagesimal),
        ("1_000", Trap::Digits),
        ("-1_0.5", Trap::Digits),
        ("0b11", Trap::Digits),
        ("0xf_f", Trap::Digits),
        ("-0x1", Trap::Digits),
    ] {
        assert_eq!(plain(word.into()), Err(trap), "{word}");
    }
}
