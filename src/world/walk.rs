//! The fleet files of a directory: those that a commit of it would have.

use std::fs;
use std::path::{Path, PathBuf};

use super::directory::{io_error, refused};
use super::ignored::{EXCLUDE, Ignored, Said};
use super::tracked::{Around, Tracked, around};
use super::{MANIFEST, WorldError, is_fleet_file};

/// The most entries of a linked directory that are looked at.
const LOOKED_AT: usize = 10_000;

/// Lists the fleet files below `root`, sorted.
///
/// # Errors
/// When a part cannot be listed, or nobody can say whether it belongs to the fleet.
pub(super) fn list(root: &Path) -> Result<Vec<String>, WorldError> {
    let around = around(root);
    let mut walk = Walk { root, around: &around, files: Vec::new() };
    let (git, only_tracked) = walk.above()?;
    walk.directory("", &git, &Ignored::default(), only_tracked)?;
    walk.sparse()?;
    walk.files.sort();
    Ok(walk.files)
}

struct Walk<'a> {
    root: &'a Path,
    around: &'a Around,
    files: Vec<String>,
}

impl Walk<'_> {
    /// What the `.gitignore` files above the fleet's directory say, within its repository, and whether they leave the directory itself out. A
    /// machine's own settings of git say nothing: the same directory is the same fleet everywhere.
    fn above(&self) -> Result<(Ignored, bool), WorldError> {
        let mut ignored = Ignored::default();
        let (mut at, mut out) = (String::new(), false);
        let Some(top) = &self.around.top else { return Ok((ignored, out)) };
        for part in self.around.prefix.split_terminator('/') {
            if let Some(text) = patterns(&top.join(&at).join(".gitignore"))? {
                ignored = ignored.with_gitignore(&at, &text);
            }
            at.push_str(part);
            out |= ignored.said(&at, true) == Said::Out;
            at.push('/');
        }
        Ok((ignored, out))
    }

    /// `path` is from the fleet's directory, with its `/`. Where git ignores the directory, only what it tracks in there counts.
    fn directory(
        &mut self,
        path: &str,
        git: &Ignored,
        own: &Ignored,
        only_tracked: bool,
    ) -> Result<(), WorldError> {
        let at = self.root.join(path);
        let mut entries = Vec::new();
        for entry in fs::read_dir(&at).map_err(|source| io_error(&at, source))? {
            entries.push(entry.map_err(|source| io_error(&at, source))?);
        }
        // What `build` wrote describes the fleet; it is no part of it.
        if !path.is_empty() && entries.iter().any(|entry| entry.file_name() == MANIFEST) {
            return Ok(());
        }
        let top = format!("{}{path}", self.around.prefix);
        let git = match patterns(&at.join(".gitignore"))? {
            Some(text) => git.with_gitignore(&top, &text),
            None => git.clone(),
        };
        let own = self.exclude(path, own)?;
        for entry in entries {
            let (name, full) = (entry.file_name(), entry.path());
            let kind = entry.file_type().map_err(|source| io_error(&full, source))?;
            let lossy = name.to_string_lossy();
            let relative = format!("{path}{lossy}");
            let said = own.said(&relative, kind.is_dir());
            if said == Said::Out || (said == Said::Nothing && lossy.starts_with('.')) {
                continue;
            }
            let ignored = said == Said::Nothing
                && (only_tracked || git.said(&format!("{top}{lossy}"), kind.is_dir()) == Said::Out);
            if kind.is_dir() {
                let below = format!("{relative}/");
                if !ignored || self.tracks(&format!("{top}{lossy}/"), &full)? {
                    self.directory(&below, &git, &own, ignored)?;
                }
                continue;
            }
            if !kind.is_symlink() && !is_fleet_file(&lossy) {
                continue;
            }
            if ignored && !self.tracks(&format!("{top}{lossy}"), &full)? {
                continue;
            }
            if kind.is_symlink() {
                self.link(&full, Path::new(&relative))?;
            }
            if is_fleet_file(&lossy) {
                if name.to_str().is_none() {
                    return Err(refused(Path::new(&relative), "its name is not UTF-8"));
                }
                self.files.push(relative);
            }
        }
        Ok(())
    }

    /// With the `.tenantryignore` of a directory.
    fn exclude(&self, path: &str, own: &Ignored) -> Result<Ignored, WorldError> {
        let file = self.root.join(path).join(EXCLUDE);
        let shown = format!("{path}{EXCLUDE}");
        if fs::symlink_metadata(&file).is_ok_and(|meta| !meta.is_file()) {
            return Err(refused(Path::new(&shown), "it is no file of its own; write the patterns into one"));
        }
        match patterns(&file)? {
            Some(text) => own.with_exclude(path, &text).map_err(|odd| WorldError::Pattern {
                path: shown,
                line: odd.line,
                why: odd.why,
            }),
            None => Ok(own.clone()),
        }
    }

    /// Whether git tracks something that it is told to ignore. `path` is from the top; a directory's ends with `/`.
    fn tracks(&self, path: &str, full: &Path) -> Result<bool, WorldError> {
        let of =
            |tracked: &Tracked| if path.ends_with('/') { tracked.below(path) } else { tracked.has(path) };
        match &self.around.tracked {
            Ok(tracked) => Ok(of(tracked)),
            // Nobody can say; where there is no fleet file nobody asks.
            Err(_) if full.is_dir() && !may_have_fleet_files(full) => Ok(false),
            Err(why) => Err(WorldError::Io {
                path: path.to_owned(),
                source: std::io::Error::other(format!(
                    "`.gitignore` excludes it, and whether git tracks it all the same cannot be said, because the index cannot be \
                     read ({why}); list it in `{EXCLUDE}` if it is none of the fleet's"
                )),
            }),
        }
    }

    /// A tracked file that a sparse checkout keeps away would look removed.
    fn sparse(&self) -> Result<(), WorldError> {
        let Ok(tracked) = &self.around.tracked else { return Ok(()) };
        for path in tracked.sparse(&self.around.prefix) {
            let relative = path.get(self.around.prefix.len()..).unwrap_or(path);
            if is_fleet_file(relative) && !self.root.join(relative).exists() && !self.left_out(relative)? {
                let why = "it is tracked and a sparse checkout leaves it out; git sparse-checkout disable";
                return Err(refused(Path::new(relative), why));
            }
        }
        Ok(())
    }

    /// Whether a path that is not there would be left out.
    fn left_out(&self, relative: &str) -> Result<bool, WorldError> {
        let (mut own, mut at) = (Ignored::default(), String::new());
        let mut parts = relative.split('/').peekable();
        while let Some(part) = parts.next() {
            own = self.exclude(&at, &own)?;
            at.push_str(part);
            let said = own.said(&at, parts.peek().is_some());
            if said == Said::Out || (said == Said::Nothing && part.starts_with('.')) {
                return Ok(true);
            }
            at.push('/');
        }
        Ok(false)
    }

    /// A link to a file within the fleet is that file (mounted configuration looks like this). Whatever else it leads
    /// to would be missing from the fleet without a word, so it is an error.
    fn link(&self, full: &Path, relative: &Path) -> Result<(), WorldError> {
        let fleet_file = is_fleet_file(&relative.to_string_lossy());
        let target = match full.canonicalize() {
            Ok(target) => target,
            Err(source) if fleet_file => return Err(io_error(relative, source)),
            Err(_) => return Ok(()),
        };
        if target.is_dir() {
            return if fleet_file || may_have_fleet_files(&target) {
                Err(refused(
                    relative,
                    "it is a link to a directory with fleet files, which is not followed; list it in `.tenantryignore` if it is none of the fleet's",
                ))
            } else {
                Ok(())
            };
        }
        let root = self.root.canonicalize().map_err(|source| io_error(self.root, source))?;
        if fleet_file && !target.starts_with(root) {
            return Err(refused(relative, "it is a link that leads out of the fleet's directory"));
        }
        Ok(())
    }
}

/// The text of a file of patterns; `None` where there is none. git follows no link to one.
fn patterns(path: &Path) -> Result<Option<String>, WorldError> {
    match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_file() => {}
        _ => return Ok(None),
    }
    #[expect(clippy::disallowed_methods, reason = "the real World is where files are read")]
    let bytes = fs::read(path).map_err(|source| io_error(path, source))?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

/// Whether a directory has fleet files, as far as one looks: what cannot be read or is too large to be looked through may have some.
fn may_have_fleet_files(directory: &Path) -> bool {
    let mut left: Vec<PathBuf> = vec![directory.to_owned()];
    let mut looked_at = 0;
    while let Some(directory) = left.pop() {
        if directory.join(MANIFEST).exists() {
            continue;
        }
        let Ok(entries) = fs::read_dir(directory) else { return true };
        for entry in entries {
            looked_at += 1;
            let Ok(entry) = entry else { return true };
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if name.starts_with('.') {
                continue;
            }
            if is_fleet_file(&name) || looked_at > LOOKED_AT {
                return true;
            }
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                left.push(entry.path());
            }
        }
    }
    false
}
