//! `tenantry schema`: the JSON Schema of fleet files in YAML, for editors.

use crate::spec::schema;

use super::{Exit, Output};

pub(super) fn run(output: Output) -> Exit {
    output.text(schema::text());
    Exit::Done
}
