//! The real hosts.
