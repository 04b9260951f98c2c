//! Plans: what they promise, and that every half of one leads to the same end.

mod fixture;
mod names;
mod progress;
mod promises;
mod recovery;
mod random;
mod refusals;
mod saved;
mod view;
mod world;
