//! A fleet at a revision is the fleet that a checkout of it is.

mod blame;
mod compared;
mod git;
mod same;
mod wrong;
