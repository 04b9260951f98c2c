//! Just enough of Rust's grammar to see what a file names.

/// The lines of a file without comments, numbered from 1. What stands in string literals stays.
pub fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter_map(|(index, line)| {
        let comment = line.find("// ").filter(|at| *at == 0 || line[..*at].ends_with(' '));
        let code = &line[..comment.unwrap_or(line.len())];
        (!code.trim_start().starts_with("//")).then_some((index + 1, code))
    })
}

/// Every path that begins with `crate::`, in `use` trees and in line, without that word and with its line.
pub fn crate_paths(text: &str) -> Vec<(usize, String)> {
    let mut code = String::new();
    let mut starts = Vec::new();
    for (number, line) in code_lines(text) {
        starts.push((code.len(), number));
        code.push_str(line);
        code.push('\n');
    }
    let mut found = Vec::new();
    for (at, word) in code.match_indices("crate::") {
        // `tenantry_crate::`, and macros that expand to `$crate::`, which name this crate all the same.
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let line =
            starts.iter().take_while(|(start, _)| *start <= at).last().map_or(0, |(_, number)| *number);
        let mut rest = &code[at + word.len()..];
        tree(String::new(), &mut rest, &mut |path| found.push((line, path)));
    }
    found
}

/// Reads one branch of a path: `a::b`, `a::{b, c::d}`.
fn tree(prefix: String, rest: &mut &str, found: &mut dyn FnMut(String)) {
    let mut path = prefix;
    loop {
        *rest = rest.trim_start();
        if let Some(inner) = rest.strip_prefix('{') {
            *rest = inner.trim_start();
            while !rest.is_empty() && !rest.starts_with('}') {
                tree(path.clone(), rest, found);
                *rest = rest.trim_start_matches([',', ' ', '\n']);
                // Anything else (`*`, a stray token) is skipped, so that the loop always moves on.
                if let Some(skipped) = rest.strip_prefix('*') {
                    *rest = skipped;
                }
            }
            *rest = rest.strip_prefix('}').unwrap_or(rest);
            return;
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word.is_empty() {
            // Not a path: the caller must not see the same place again.
            *rest = rest.get(rest.chars().next().map_or(0, char::len_utf8)..).unwrap_or_default();
            return;
        }
        path.push_str(word);
        *rest = after;
        match rest.strip_prefix("::") {
            Some(more) => {
                path.push_str("::");
                *rest = more;
            }
            None => break,
        }
    }
    if let Some(renamed) = rest.trim_start().strip_prefix("as ") {
        let end = renamed.find([',', ';', '}']).unwrap_or(renamed.len());
        *rest = &renamed[end..];
    }
    found(path);
}

#[test]
fn paths_are_found_in_trees_and_in_line() {
    let text = "use crate::{a::B, c, d::{e, F as G}};\n// crate::no\nlet x = crate::h::i(); // crate::no\n/// crate::no\n";
    let paths: Vec<String> =
        crate_paths(text).into_iter().map(|(line, path)| format!("{line} {path}")).collect();
    assert_eq!(paths, ["1 a::B", "1 c", "1 d::e", "1 d::F", "3 h::i"]);
}
