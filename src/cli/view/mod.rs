//! What people and programs read. With `diag/render` the only printers.

pub mod deployed_text;
pub mod events_human;
pub mod events_json;
pub mod felt;
pub mod line_diff;
pub mod markdown;
pub mod news_words;
mod output;
pub mod plan_json;
pub mod plan_text;
pub mod plan_value;
pub mod progress;
pub mod prometheus;
pub mod report_text;
pub mod review_json;
pub mod review_markdown;
pub mod review_text;
pub mod status_json;
pub mod status_text;
pub mod table;
mod value_diff;
pub mod value_words;

pub use output::Output;
