//! The server's file of variables: `NAME=value` lines that mean the same to a shell. A line that a shell would read otherwise than it looks is
//! refused and not guessed at: a key that is read in another way makes other passwords.

use std::collections::BTreeMap;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::file;

/// Reads the file.
///
/// # Errors
/// When it cannot be read, others than its owner and group may read it, or a line has no plain meaning. The line itself may hold a secret
/// and is never shown.
pub(super) fn read(path: &Path) -> Result<BTreeMap<String, String>, String> {
    let shown = path.display();
    let failed = |error: io::Error| format!("the file of variables {shown} cannot be read: {error}");
    let text = file::read_text(path).and_then(|text| text.ok_or_else(|| io::ErrorKind::NotFound.into()));
    let text = text.map_err(failed)?;
    let mode = std::fs::metadata(path).map_err(failed)?.mode();
    if mode & 0o007 != 0 {
        return Err(format!("everybody may read the file of variables {shown}; chmod o-rwx {shown}"));
    }
    parse(&text).map_err(|(line, why)| format!("{shown}:{line}: {why}"))
}

/// The variables, or the line (from 1) and what is wrong with it.
fn parse(text: &str) -> Result<BTreeMap<String, String>, (usize, String)> {
    if text.starts_with('\u{feff}') {
        return Err((1, "the file begins with a byte order mark, which a shell does not skip; save it as UTF-8 without one".to_owned()));
    }
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    for (n, line) in text.split('\n').enumerate() {
        let number = n + 1;
        let (name, value) = match assignment(line) {
            Ok(Some(assignment)) => assignment,
            Ok(None) => continue,
            Err(why) => return Err((number, why)),
        };
        if let Some(first) = lines.insert(name.to_owned(), number) {
            return Err((number, format!("`{name}` stands in line {first} already; keep one of them")));
        }
        variables.insert(name.to_owned(), value.to_owned());
    }
    Ok(variables)
}

/// Name and value; `None` for an empty line and for a remark.
fn assignment(line: &str) -> Result<Option<(&str, &str)>, String> {
    let line = line.trim_start_matches([' ', '\t']);
    if line.contains('\r') {
        return Err("it ends with a carriage return, which a shell takes for a part of the value; sed -i 's/\\r$//' mends the file".to_owned());
    }
    if line.chars().any(|c| c.is_control() && c != '\t') {
        return Err("it has a control character".to_owned());
    }
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let exported = line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t']));
    let rest = exported.map_or(line, |rest| rest.trim_start_matches([' ', '\t']));
    let named = rest.split_once('=').filter(|(name, _)| is_name(name));
    let Some((name, value)) = named else {
        return Err("no variable; write NAME=value".to_owned());
    };
    value_of(value.trim_end_matches([' ', '\t'])).map(|value| Some((name, value)))
}

fn is_name(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// What a value is, where a shell reads in it what everybody does.
fn value_of(raw: &str) -> Result<&str, String> {
    let quote = raw.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = if let Some(quote) = quote {
        let inner = raw.get(1..).unwrap_or_default();
        let end = inner.find(quote).ok_or("the quote is not closed in this line")?;
        let (value, after) = (inner.get(..end).unwrap_or_default(), inner.get(end + 1..).unwrap_or_default());
        // A backslash keeps a double quote from being the end of the value.
        if quote == '"' {
            plain_in_double_quotes(value)?;
        }
        match after.trim_start_matches([' ', '\t']) {
            "" => {}
            rest if rest.starts_with('#') && rest.len() < after.len() => return Err(REMARK.to_owned()),
            _ => {
                return Err(
                    "text follows the quote that ends the value; put the whole value in one pair of quotes"
                        .to_owned(),
                );
            }
        }
        value
    } else {
        plain_without_quotes(raw)?;
        raw
    };
    if value.ends_with(|c: char| c.is_whitespace() && quote.is_none()) {
        return Err(
            "the value ends with a blank that is not seen; take it away, or put the value in single quotes"
                .to_owned(),
        );
    }
    Ok(value)
}

const REMARK: &str = "a remark follows the value; write it in a line of its own, or put all of it in single quotes where it is a part of the value";

fn plain_in_double_quotes(value: &str) -> Result<(), String> {
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek();
        match c {
            '$' | '`' => {
                return Err(format!("a shell puts something else in place of `{c}`; use single quotes"));
            }
            '\\' if next.is_none_or(|next| matches!(next, '$' | '`' | '\\')) => {
                return Err("a shell takes the backslash away; use single quotes, without it".to_owned());
            }
            _ => {}
        }
    }
    Ok(())
}

fn plain_without_quotes(value: &str) -> Result<(), String> {
    if let Some(at) = value.find([' ', '\t']) {
        let rest = value.get(at..).unwrap_or_default().trim_start_matches([' ', '\t']);
        return Err(if rest.starts_with('#') {
            REMARK.to_owned()
        } else {
            "a blank ends the value in a shell; put the value in single quotes, next to the `=`".to_owned()
        });
    }
    if value.starts_with('~') || value.contains(":~") {
        return Err(
            "a shell puts a home directory in place of `~`; write the path, or use single quotes".to_owned()
        );
    }
    match value.find(['\'', '"', '\\', '$', '`', ';', '&', '|', '<', '>', '(', ')', '{']) {
        Some(at) => {
            let c = value.get(at..).and_then(|rest| rest.chars().next()).unwrap_or_default();
            Err(format!("`{c}` means something to a shell; put the value in single quotes"))
        }
        None => Ok(()),
    }
}
