//! The macro by which every block and kind is declared once: its struct, its reader and its table come from one text.

/// Declares a block. `required` after a field's word makes it required; the words in brackets may stand as positional
/// values.
macro_rules! block {
    (
        #[doc = $doc:literal] $(#[doc = $more:literal])*
        $name:ident = $word:literal [$($arg:literal),*] {
            $(#[doc = $field_doc:literal] $field:ident: $type:ty = $field_word:literal $($required:ident)?;)*
        }
    ) => {
        #[doc = $doc]
        $(#[doc = $more])*
        #[derive(Debug, Clone, Default)]
        pub struct $name {
            $(#[doc = $field_doc] pub $field: $type,)*
            /// From the first to the last character.
            pub whole: Option<$crate::source::Span>,
            /// Fields that were written and could not be read: they are not absent.
            pub broken: Vec<&'static str>,
        }

        impl $crate::spec::block::Block for $name {
            const SHAPE: &'static $crate::spec::shape::Shape = &$crate::spec::shape::Shape {
                word: $word,
                doc: concat!($doc $(, $more)*),
                args: &[$($arg),*],
                fields: &[$($crate::spec::shape::FieldShape {
                    name: $field_word,
                    doc: $field_doc,
                    required: $crate::spec::table::required!($($required)?),
                    content: <$type as $crate::spec::field::Field>::CONTENT,
                }),*],
            };

            fn take(
                &mut self,
                field: usize,
                item: $crate::spec::block::Item<'_, '_>,
                diagnostics: &mut $crate::diag::Diagnostics,
            ) {
                let mut index = 0;
                $(
                    if index == field {
                        return $crate::spec::field::Field::take(&mut self.$field, $field_word, item, diagnostics);
                    }
                    index += 1;
                )*
                // Every place that the reader knows comes from the same list.
                debug_assert!(field < index);
            }

            fn tell(
                &self,
                listener: &mut dyn FnMut(&'static $crate::spec::shape::FieldShape, String, $crate::source::Span),
            ) {
                let mut fields = Self::SHAPE.fields.iter();
                $(
                    if let Some(shape) = fields.next() {
                        $crate::spec::field::Field::tell(&self.$field, &mut |text, span| listener(shape, text, span));
                    }
                )*
            }

            fn place(&mut self, whole: $crate::source::Span) {
                self.whole = Some(whole);
            }

            fn spoil(&mut self, field: &'static str) {
                self.broken.push(field);
            }
        }
    };
}

macro_rules! required {
    () => {
        false
    };
    (required) => {
        true
    };
}

/// A set of words of which one is written; its table lists them and its refusal suggests.
macro_rules! choice {
    ($(#[doc = $doc:literal])* $name:ident = $form:literal { $($(#[doc = $variant_doc:literal])* $variant:ident = $word:literal,)* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[doc = $variant_doc])* $variant,)*
        }

        impl $crate::value::Textual for $name {
            const FORM: $crate::value::Form = $crate::value::Form {
                name: $form,
                accepts: $crate::spec::table::listed!($($word)*),
                example: $crate::spec::table::first!($($word)*),
                json: $crate::value::Json::Words(&[$($word),*]),
            };

            fn parse(text: &str) -> Result<Self, $crate::value::Invalid> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => {
                        let invalid = $crate::value::Invalid::new("is none of the known words");
                        Err(match $crate::diag::suggest(text, [$($word),*]) {
                            Some(near) => invalid.instead(near),
                            None => invalid,
                        })
                    }
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self { $(Self::$variant => $word,)* })
            }
        }
    };
}

macro_rules! listed {
    ($first:literal $($rest:literal)*) => {
        concat!("`", $first, "`" $(, " or `", $rest, "`")*)
    };
}

macro_rules! first {
    ($first:literal $($rest:literal)*) => {
        concat!("\"", $first, "\"")
    };
}

pub(super) use {block, choice, first, listed, required};
