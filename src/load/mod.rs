//! 1. World to Documents: text into one spanned tree. Never fails on bad text: a tree and diagnostics, side by side.

pub mod kdl;
mod node;

pub use node::{Document, Node, Scalar, Value};
