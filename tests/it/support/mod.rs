//! What several tests use.

pub mod case;
pub mod diff;
pub mod disk;
pub mod git;
pub mod pool;
pub mod random;
pub mod run;
pub mod source;
pub mod used;
