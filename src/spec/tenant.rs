//! `tenant`: a customer.

use super::field::{Flag, Reference};
use super::limits::{Limits, Plan};
use super::site::Site;
use super::table::block;
use crate::source::Spanned;
use crate::value::{Email, Name};

block! {
    /// A customer.
    Tenant = "tenant" ["name"] {
        /// Its name.
        name: Option<Spanned<Name>> = "name" required;
        /// Its first name, when it was renamed.
        id: Option<Spanned<Name>> = "id";
        /// What it pays for.
        plan: Option<Spanned<Reference<Plan>>> = "plan" required;
        /// Whom to write to.
        contact: Option<Spanned<Email>> = "contact";
        /// Its sites show a page and keep everything.
        suspended: Flag = "suspended";
        /// Limits, instead of the plan's.
        limits: Option<Box<Limits>> = "limits";
        /// Its sites; they may also stand alone, with `tenant`.
        sites: Vec<Site> = "site";
    }
}
