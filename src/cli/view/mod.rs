//! What people and programs read. With `diag/render` the only printers.

pub mod deployed_text;
pub mod events_human;
pub mod events_json;
pub mod line_diff;
mod output;
pub mod plan_json;
pub mod plan_text;
pub mod plan_value;
pub mod report_text;
pub mod status_json;
pub mod status_text;
pub mod table;

pub use output::Output;
