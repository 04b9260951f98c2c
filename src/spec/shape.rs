//! The table as data: every kind, block and field that the language has. The reference and the schema are made from it.

use crate::value::{Form, Kind};

/// A kind of declaration.
#[derive(Debug, Clone, Copy)]
pub struct KindShape {
    /// The kind.
    pub kind: Kind,
    /// What stands in it.
    pub block: &'static Shape,
}

/// A block: `word arg… field=value { field value }`.
#[derive(Debug)]
pub struct Shape {
    /// The word that it is known by.
    pub word: &'static str,
    /// What it is, one sentence.
    pub doc: &'static str,
    /// The fields that may stand as positional values, in order.
    pub args: &'static [&'static str],
    /// Its fields, in the order of the reference.
    pub fields: &'static [FieldShape],
}

/// A field of a block. It may be written as a child, or as a property where it is one value.
#[derive(Debug)]
pub struct FieldShape {
    /// Its name.
    pub name: &'static str,
    /// What it is, one sentence.
    pub doc: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// What stands in it.
    pub content: Content,
}

/// What stands in a field.
#[derive(Debug, Clone, Copy)]
pub enum Content {
    /// One value.
    Value(Form),
    /// The name of a declaration.
    Reference(Kind),
    /// Names of declarations, in order: `apps "erpnext" "hrms"`.
    References(Kind),
    /// A secret's reference: `(secret)"env:NAME"`.
    Secret,
    /// Only whether it is there.
    Flag,
    /// One block.
    Block(&'static Shape),
    /// Blocks, as many as there are.
    Blocks(&'static Shape),
    /// Keys of `site_config.json`.
    Config,
}

impl Content {
    /// Whether the field may be written several times.
    #[must_use]
    pub const fn repeats(self) -> bool {
        matches!(self, Self::References(_) | Self::Blocks(_))
    }
}

impl Shape {
    /// Whether its blocks have names: in YAML these are the keys of a map.
    #[must_use]
    pub const fn named(&self) -> bool {
        // The one positional value that is called so, in every table.
        matches!(self.args, [arg] if matches!(arg.as_bytes(), b"name"))
    }

    /// The field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }
}
