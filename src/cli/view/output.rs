//! Standard output and standard error: the only place that writes to them.

use std::io::{self, Write};
use std::sync::OnceLock;

/// Why standard output could not be written, the first time. A process has one.
static UNWRITTEN: OnceLock<String> = OnceLock::new();

/// Where a command's words go. A reader that went away is not an error.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// Colours.
    pub color: bool,
}

impl Output {
    /// A result: standard output, with a line end.
    pub fn line(self, text: impl AsRef<str>) {
        let mut out = io::stdout().lock();
        written(writeln!(out, "{}", text.as_ref()));
    }

    /// A result that brings its own line ends.
    pub fn text(self, text: impl AsRef<str>) {
        let mut out = io::stdout().lock();
        written(out.write_all(text.as_ref().as_bytes()).and_then(|()| out.flush()));
    }

    /// Why something that should be on standard output is not there: a full disk, a broken device.
    #[must_use]
    pub fn unwritten(self) -> Option<&'static str> {
        written(io::stdout().lock().flush());
        UNWRITTEN.get().map(String::as_str)
    }

    /// What is going on: standard error, with a line end.
    pub fn note(self, text: impl AsRef<str>) {
        let mut out = io::stderr().lock();
        let _ = writeln!(out, "{}", text.as_ref());
    }

    /// Standard error, as it is.
    pub fn raw_note(self, text: impl AsRef<str>) {
        let mut out = io::stderr().lock();
        let _ = out.write_all(text.as_ref().as_bytes());
        let _ = out.flush();
    }

    /// Standard output, for the protocol that a hook speaks with git.
    #[must_use]
    pub fn protocol(self) -> impl Write {
        io::stdout().lock()
    }

    /// Columns and rows of the terminal that standard error is; what terminals had before windows where it is none.
    #[must_use]
    pub fn size(self) -> (usize, usize) {
        let size = rustix::termios::tcgetwinsize(io::stderr()).ok();
        let size = size.filter(|size| size.ws_col > 0 && size.ws_row > 0);
        size.map_or((80, 24), |size| (size.ws_col.into(), size.ws_row.into()))
    }

    /// Paints text, where colours are on. `code` is the number of an ANSI style: 1 bold, 2 faint, 31 red, 32 green, 33 yellow.
    #[must_use]
    pub fn paint(self, code: u8, text: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Remembers a failure. A reader that went away has read what it wanted.
fn written(result: io::Result<()>) {
    if let Err(error) = result
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        UNWRITTEN.get_or_init(|| error.to_string());
    }
}
