//! Small checked values, one file each: parse, print, nothing else.

mod address;
mod money;

pub use address::{Address, Identity, Kind};
pub use money::Money;
