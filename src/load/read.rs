//! World to text: every file read, and everything that can be wrong with it before its grammar.

use rayon::prelude::*;

use super::MANY;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{SourceMap, Span};
use crate::world::{World, WorldError};

/// Reads that may wait for the disk at the same time; on a cold cache 16 are 4 times as fast as one a core.
const READERS: usize = 16;

/// Reads all files of a fleet. What could not be read is in the diagnostics and never counts as empty.
pub fn read(world: &dyn World, diagnostics: &mut Diagnostics) -> SourceMap {
    let mut sources = SourceMap::default();
    let paths = match world.files() {
        Ok(paths) => paths,
        Err(error) => {
            diagnostics.push(not_listed(&error));
            return sources;
        }
    };
    if paths.is_empty() {
        diagnostics.push(
            Diagnostic::error(Code::LOAD_NO_FILES, format!("`{}` has no fleet files", world.root()))
                .note("files that end in `.kdl`, `.yaml` or `.yml` are looked for; hidden ones, what `.tenantryignore` excludes and what git ignores do not count")
                .help("name the fleet's directory; `examples/quickstart` is one to begin from"),
        );
    }
    for (path, bytes) in paths.iter().zip(read_all(world, &paths)) {
        match bytes.map(String::from_utf8) {
            Ok(Ok(text)) => {
                sources.add(path.as_str(), text);
            }
            Ok(Err(error)) => diagnostics.push(not_utf8(path, &error, &mut sources)),
            Err(error) => diagnostics.push(not_read(path, &error)),
        }
    }
    sources
}

fn read_all(world: &dyn World, paths: &[String]) -> Vec<Result<Vec<u8>, WorldError>> {
    let pool = (paths.len() >= MANY).then(|| rayon::ThreadPoolBuilder::new().num_threads(READERS).build());
    match pool {
        Some(Ok(pool)) => pool.install(|| paths.par_iter().map(|path| world.read(path)).collect()),
        // Few files, or a machine that gives no more threads.
        _ => paths.iter().map(|path| world.read(path)).collect(),
    }
}

fn not_listed(error: &WorldError) -> Diagnostic {
    let (message, help) = match error {
        WorldError::Missing { path } => (
            format!("the directory `{path}` does not exist"),
            "name the fleet's directory; `examples/quickstart` is one to begin from",
        ),
        WorldError::NotADirectory { path } => {
            (format!("`{path}` is not a directory"), "name the directory that holds the fleet's files")
        }
        WorldError::Io { path, source } => (
            format!("`{path}` cannot be listed: {source}"),
            "every part of the fleet has to be readable: a part that is left out would look removed",
        ),
        WorldError::Pattern { .. } => {
            (error.to_string(), "the patterns are those of `.gitignore`, one a line")
        }
        WorldError::TooLarge { .. } => (error.to_string(), "list it in `.tenantryignore`"),
    };
    Diagnostic::error(Code::LOAD_NO_DIRECTORY, message).help(help)
}

fn not_read(path: &str, error: &WorldError) -> Diagnostic {
    match error {
        WorldError::TooLarge { bytes, limit, .. } => Diagnostic::error(
            Code::LOAD_TOO_LARGE,
            format!("`{path}` has {bytes} bytes, and {limit} at most are read"),
        )
        .help("split it, or list it in `.tenantryignore` if it is none of the fleet's"),
        WorldError::Io { source, .. } => {
            Diagnostic::error(Code::LOAD_UNREADABLE, format!("`{path}` cannot be read: {source}"))
        }
        WorldError::Missing { .. } | WorldError::NotADirectory { .. } | WorldError::Pattern { .. } => {
            Diagnostic::error(Code::LOAD_UNREADABLE, format!("`{path}` went away while it was read"))
                .help("run it again when nothing else changes the files")
        }
    }
}

/// The text before the bad byte is as it was, so its offset is the same in what is shown.
fn not_utf8(path: &str, error: &std::string::FromUtf8Error, sources: &mut SourceMap) -> Diagnostic {
    let at = error.utf8_error().valid_up_to();
    let bytes = error.as_bytes();
    let byte = bytes.get(at).copied().unwrap_or_default();
    let source = sources.add_excerpt(path, String::from_utf8_lossy(bytes));
    let start = u32::try_from(at).unwrap_or(u32::MAX);
    let span = Span { source, start, end: start.saturating_add(3) };
    let utf16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    Diagnostic::error(Code::LOAD_NOT_UTF8, format!("`{path}` is not UTF-8"))
        .at(span, format!("the byte 0x{byte:02X} at offset {at} is no part of a character"))
        .help(if utf16 {
            "it looks like UTF-16: save it again as UTF-8"
        } else {
            "save the file again with the encoding UTF-8"
        })
}
