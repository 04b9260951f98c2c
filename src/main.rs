//! Arguments, the real world, run, exit code.

fn main() {}
