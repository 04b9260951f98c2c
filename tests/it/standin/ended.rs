//! How a command ended.

use std::process::Output;

/// Its exit code and what it said.
pub(super) struct Ended {
    pub(super) code: i32,
    pub(super) out: String,
    pub(super) err: String,
}

impl Ended {
    #[expect(clippy::needless_pass_by_value, reason = "a command's output is read once")]
    pub(super) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Its output; it must have succeeded.
    pub(super) fn succeeded(self) -> String {
        assert_eq!(self.code, 0, "{self}");
        self.out
    }

    /// All that it said; it must have ended with this code.
    pub(super) fn failed(self, code: i32) -> String {
        assert_eq!(self.code, code, "{self}");
        self.out + &self.err
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit code {}\n--- out\n{}\n--- err\n{}", self.code, self.out, self.err)
    }
}
