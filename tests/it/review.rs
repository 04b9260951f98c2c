//! `diff`: what a change of the files means, from two compiles alone.

mod command;
mod fixture;
mod known;
mod markdown;
mod size;
mod snapshots;
