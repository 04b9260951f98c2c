//! Standard output and standard error: the only place that writes to them.

use std::io::Write;

/// Where a command's words go. A reader that went away is not an error.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// Colours.
    pub color: bool,
}

impl Output {
    /// A result: standard output, with a line end.
    pub fn line(self, text: impl AsRef<str>) {
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{}", text.as_ref());
    }

    /// A result that brings its own line ends.
    pub fn text(self, text: impl AsRef<str>) {
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(text.as_ref().as_bytes());
        let _ = out.flush();
    }

    /// What is going on: standard error, with a line end.
    pub fn note(self, text: impl AsRef<str>) {
        let mut out = std::io::stderr().lock();
        let _ = writeln!(out, "{}", text.as_ref());
    }

    /// Standard error, as it is.
    pub fn raw_note(self, text: impl AsRef<str>) {
        let mut out = std::io::stderr().lock();
        let _ = out.write_all(text.as_ref().as_bytes());
        let _ = out.flush();
    }

    /// Standard output, for the protocol that a hook speaks with git.
    #[must_use]
    pub fn protocol(self) -> impl Write {
        std::io::stdout().lock()
    }

    /// Columns and rows of the terminal that standard error is; what terminals had before windows where it is none.
    #[must_use]
    pub fn size(self) -> (usize, usize) {
        let size = rustix::termios::tcgetwinsize(std::io::stderr()).ok();
        let size = size.filter(|size| size.ws_col > 0 && size.ws_row > 0);
        size.map_or((80, 24), |size| (size.ws_col.into(), size.ws_row.into()))
    }

    /// Paints text, where colours are on. `code` is the number of an ANSI style: 1 bold, 2 faint, 31 red, 32 green, 33 yellow.
    #[must_use]
    pub fn paint(self, code: u8, text: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
