//! One scalar to one typed value, with the form that was expected and, where it is known, the fix.

use std::borrow::Cow;
use std::num::NonZeroU64;

use crate::diag::{Code, Diagnostic, Edit, Help, suggest};
use crate::load::{Scalar, Value};
use crate::source::{Span, Spanned, Syntax};
use crate::value::{Form, Json, Textual, shown};

/// A type that one scalar becomes.
pub(super) trait FromScalar: Sized {
    /// What it looks like.
    const FORM: Form;

    /// Reads it.
    fn from_scalar(value: &Value<'_>) -> Result<Self, Box<Diagnostic>>;
}

impl<T: Textual> FromScalar for T {
    const FORM: Form = T::FORM;

    fn from_scalar(value: &Value<'_>) -> Result<Self, Box<Diagnostic>> {
        no_tag(value, Self::FORM.name)?;
        let number = match &value.scalar {
            Scalar::String(text) => return parse(text, value.span),
            Scalar::Integer(number) => Some(number.to_string()),
            Scalar::Float(number) => Some(number.to_string()),
            Scalar::Bool(_) | Scalar::Null => None,
        };
        if let Some(text) = number.as_deref().and_then(T::from_number) {
            return parse(&text, value.span);
        }
        let diagnostic = wrong_type(Self::FORM, value);
        Err(Box::new(match &value.scalar {
            Scalar::Integer(number) if let Some(text) = T::offer(*number) => diagnostic.fix(
                format!("write it with its unit, as text: `\"{text}\"`"),
                value.span,
                format!("\"{text}\""),
            ),
            Scalar::Integer(_) | Scalar::Float(_) => quote(diagnostic, value.span),
            _ => diagnostic,
        }))
    }
}

fn parse<T: Textual>(text: &str, span: Span) -> Result<T, Box<Diagnostic>> {
    T::parse(text).map_err(|invalid| {
        let diagnostic = Diagnostic::error(
            Code::BIND_BAD_VALUE,
            format!("`{}` is not {}: it {}", shown(text), T::FORM.name, invalid.why),
        )
        .at(span, format!("not {}", T::FORM.name));
        Box::new(match invalid.instead {
            Some(instead) => diagnostic
                .fix(format!("did you mean `{instead}`?"), span, format!("\"{instead}\""))
                .note(format!("accepted: {}", T::FORM.accepts)),
            None => diagnostic.help(format!("accepted: {}", T::FORM.accepts)),
        })
    })
}

/// Text of no form of its own: names of declarations, which `resolve` looks up.
pub(super) fn text<'v>(value: &'v Value<'_>, form: Form) -> Result<&'v str, Box<Diagnostic>> {
    no_tag(value, form.name)?;
    match &value.scalar {
        Scalar::String(text) => Ok(text),
        Scalar::Integer(_) | Scalar::Float(_) => Err(Box::new(quote(wrong_type(form, value), value.span))),
        Scalar::Bool(_) | Scalar::Null => Err(Box::new(wrong_type(form, value))),
    }
}

macro_rules! whole_number {
    ($($type:ty = $form:expr;)*) => {
        $(impl FromScalar for $type {
            const FORM: Form = $form;

            fn from_scalar(value: &Value<'_>) -> Result<Self, Box<Diagnostic>> {
                no_tag(value, Self::FORM.name)?;
                match &value.scalar {
                    Scalar::Integer(number) => Self::try_from(*number).map_err(|_| Box::new(out_of_range(Self::FORM, *number, value.span))),
                    Scalar::String(text) if text.parse::<Self>().is_ok() => {
                        Err(Box::new(wrong_type(Self::FORM, value).fix("write the number without quotes", value.span, text.as_ref())))
                    }
                    _ => Err(Box::new(wrong_type(Self::FORM, value))),
                }
            }
        })*
    };
}

whole_number! {
    u64 = Form { name: "a whole number", accepts: "a whole number, not below zero", example: "25", json: Json::Whole { least: 0, most: None } };
    Count = Form { name: "a whole number above zero", accepts: "a whole number above zero", example: "4", json: Json::Whole { least: 1, most: None } };
    Port = Form { name: "a port", accepts: "a whole number from 1 to 65535", example: "8080", json: Json::Whole { least: 1, most: Some(65535) } };
}

/// A number above zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count(NonZeroU64);

/// A TCP port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Port(std::num::NonZeroU16);

macro_rules! above_zero {
    ($($type:ident: $inner:ty, $plain:ty;)*) => {
        $(impl $type {
            /// The number.
            #[must_use]
            pub const fn get(self) -> $plain {
                self.0.get()
            }
        }

        impl TryFrom<i128> for $type {
            type Error = ();

            fn try_from(number: i128) -> Result<Self, ()> {
                <$plain>::try_from(number).ok().and_then(<$inner>::new).map(Self).ok_or(())
            }
        }

        impl std::str::FromStr for $type {
            type Err = ();

            fn from_str(text: &str) -> Result<Self, ()> {
                text.parse().map(Self).map_err(|_| ())
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        })*
    };
}

above_zero! {
    Count: NonZeroU64, u64;
    Port: std::num::NonZeroU16, u16;
}

impl FromScalar for bool {
    const FORM: Form =
        Form { name: "a yes or no", accepts: "one of two words", example: "#true", json: Json::Bool };

    fn from_scalar(value: &Value<'_>) -> Result<Self, Box<Diagnostic>> {
        no_tag(value, Self::FORM.name)?;
        match &value.scalar {
            Scalar::Bool(yes) => Ok(*yes),
            _ => Err(Box::new(
                wrong_type(Self::FORM, value).help(
                    value
                        .span
                        .syntax()
                        .pick("write `#true` or `#false`", "write `true` or `false`, without quotes"),
                ),
            )),
        }
    }
}

/// `expected a duration, found a whole number`, at the value.
pub(super) fn wrong_type(form: Form, value: &Value<'_>) -> Diagnostic {
    Diagnostic::error(
        Code::BIND_WRONG_TYPE,
        format!("expected {}, found {}", form.name, found(&value.scalar)),
    )
    .at(value.span, format!("expected {}", form.name))
    .note(format!("accepted: {}, e.g. `{}`", form.accepts, form.written(value.span.syntax())))
}

fn found(scalar: &Scalar<'_>) -> &'static str {
    match scalar {
        Scalar::String(_) => "text",
        Scalar::Integer(_) => "a whole number",
        Scalar::Float(_) => "a number",
        Scalar::Bool(_) => "a yes or no",
        Scalar::Null => "nothing (null)",
    }
}

fn out_of_range(form: Form, number: i128, span: Span) -> Diagnostic {
    Diagnostic::error(Code::BIND_BAD_VALUE, format!("`{number}` is not {}", form.name))
        .at(span, "out of range")
        .help(format!("accepted: {}", form.accepts))
}

/// Offers quotes around what was written, whatever it is: the digits of `10.10` are kept.
fn quote(mut diagnostic: Diagnostic, span: Span) -> Diagnostic {
    let edit =
        |at: u32| Edit { span: Span { source: span.source, start: at, end: at }, text: "\"".to_owned() };
    diagnostic.help.push(Help {
        text: "put it between quotes".to_owned(),
        edits: vec![edit(span.start), edit(span.end)],
        leave: None,
    });
    diagnostic
}

fn no_tag(value: &Value<'_>, what: &str) -> Result<(), Box<Diagnostic>> {
    value.tag.as_ref().map_or(Ok(()), |tag| Err(Box::new(unknown_tag(tag, what, &[]))))
}

/// A `(tag)` that has no meaning where it stands.
pub(super) fn unknown_tag(tag: &Spanned<Cow<'_, str>>, what: &str, known: &[&str]) -> Diagnostic {
    let word = shown(&tag.value);
    if tag.span.syntax() == Syntax::Yaml {
        return unknown_key(&word, tag, what, known);
    }
    let diagnostic =
        Diagnostic::error(Code::BIND_UNKNOWN_TAG, format!("the tag `({word})` means nothing on {what}"))
            .at(tag.span, "no meaning here");
    match known {
        [] if tag.value == "secret" => {
            diagnostic.help("this field holds no secret; write its value without the tag")
        }
        [] => diagnostic.help("take the tag away"),
        known => match suggest(&tag.value, known.iter().copied()) {
            Some(near) => diagnostic.help(format!("did you mean `({near})`?")),
            None => diagnostic.help(format!("the tag here is `({})`", known.join(")`, `("))),
        },
    }
}

/// `{secret: …}` where no secret belongs, or another key where one does: YAML has keys for what are tags in KDL.
fn unknown_key(word: &str, tag: &Spanned<Cow<'_, str>>, what: &str, known: &[&str]) -> Diagnostic {
    let diagnostic =
        Diagnostic::error(Code::BIND_UNKNOWN_TAG, format!("`{{{word}: …}}` means nothing on {what}"))
            .at(tag.span, "no meaning here");
    match suggest(&tag.value, known.iter().copied()) {
        Some(near) => diagnostic.fix(format!("did you mean `{near}`?"), tag.span, near),
        None if known.is_empty() => diagnostic.help("this field holds no secret; write its value alone"),
        None => diagnostic.help(format!("the key here is `{}`", known.join("`, `"))),
    }
}
