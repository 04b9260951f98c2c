//! Exit codes: stable, documented in `docs/operations.md`.

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// The files are wrong, the world said no, or the command line was wrong.
    Error = 1,
    /// `plan --detailed-exitcode` found changes.
    Changes = 2,
    /// Another run holds a host.
    Locked = 3,
    /// An engine does not let us in.
    Denied = 4,
    /// A guard refused something.
    Refused = 5,
    /// What a saved plan read has changed since.
    Stale = 6,
    /// Some of the plan was applied, some failed.
    Partial = 7,
    /// The user stopped it, or did not approve.
    Cancelled = 8,
}

/// `diff` ends as diff(1) does.
impl Exit {
    /// Both compile, and they differ.
    pub const DIFFERENT: Self = Self::Error;
    /// There is nothing to compare.
    pub const TROUBLE: Self = Self::Changes;
}
