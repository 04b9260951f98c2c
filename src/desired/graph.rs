//! The order of objects. petgraph stays inside.
