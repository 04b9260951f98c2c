//! The server's file of variables means what a shell reads in it, or it is refused at its line.
#![expect(clippy::disallowed_methods, reason = "a file for two readers")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, TestRunner};
use tenantry::gitops::Settings;

use crate::support::random;

fn read(directory: &Path, text: &str) -> Result<BTreeMap<String, String>, String> {
    let file = directory.join("fleet.env");
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let settings = Settings {
        branch: "main".to_owned(),
        directory: String::new(),
        environment: Some(file),
        color: false,
    };
    settings.variables()
}

/// What a shell has in `NAME` after it has read the file.
fn by_shell(directory: &Path) -> Option<String> {
    let script = "set -eu; . ./fleet.env >/dev/null 2>&1; printf '%s.' \"$NAME\"";
    let output = Command::new("sh")
        .args(["-c", script])
        .current_dir(directory)
        .env_clear()
        .env("HOME", "/home/ana")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.strip_suffix('.').map(str::to_owned))?
}

#[test]
fn what_is_accepted_is_what_a_shell_reads() {
    let pieces = [
        "a", "B", "0", "'", "\"", "\\", "$", "`", "#", " #", "=", " ", "!", "{", "}", "~", "&", ";", "*",
        "(", "%", "\t", "é", ":", "$HOME", "\\n", "[", "?", "\u{a0}", "\\$",
    ];
    let value = proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..6);
    let quote = proptest::sample::select(vec!["", "'", "\""]);
    let lines = (quote, value).prop_map(|(quote, value)| format!("NAME={quote}{}{quote}\n", value.concat()));
    let place = tempfile::tempdir().unwrap();
    let (mut accepted, mut runner) = (0, TestRunner::new(Config::default()));
    for _ in 0..400 * random::times() {
        let text = lines.new_tree(&mut runner).unwrap().current();
        if let Ok(variables) = read(place.path(), &text) {
            accepted += 1;
            assert_eq!(by_shell(place.path()), Some(variables["NAME"].clone()), "{text:?}");
        }
    }
    assert!(accepted > 50, "{accepted}");
}

#[test]
fn plain_lines_are_accepted() {
    let place = tempfile::tempdir().unwrap();
    let text =
        "# of the fleet\n\n  A=one\nexport B='two $words # and `more`'\nC=\"it's a \\n\"  \nD=\nE=a#b=c%d*\n";
    let read = read(place.path(), text).unwrap();
    let expected =
        [("A", "one"), ("B", "two $words # and `more`"), ("C", "it's a \\n"), ("D", ""), ("E", "a#b=c%d*")];
    assert_eq!(read, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
}

#[test]
fn what_a_shell_would_read_otherwise_is_refused_at_its_line() {
    let place = tempfile::tempdir().unwrap();
    for (line, why) in [
        ("KEY=\"x\" # remark", "a remark follows the value"),
        ("KEY=x # remark", "a remark follows the value"),
        ("KEY='x'y", "text follows the quote"),
        ("KEY='x", "the quote is not closed"),
        ("KEY=\"a\\\"b\"", "takes the backslash away"),
        ("KEY=\"a\\\\b\"", "takes the backslash away"),
        ("KEY=$OTHER", "`$` means something to a shell"),
        ("export KEY={a,b}0123", "`{` means something to a shell"),
        ("KEY=\"$OTHER\"", "in place of `$`"),
        ("KEY=\"`id`\"", "in place of ``"),
        ("KEY=a b", "a blank ends the value"),
        ("KEY= a", "a blank ends the value"),
        ("KEY=a;b", "`;` means something"),
        ("KEY=~/key", "home directory"),
        ("KEY=a\r", "carriage return"),
        ("KEY=a\u{7}", "control character"),
        ("KEY=a\u{a0}", "a blank that is not seen"),
        ("KEY =a", "no variable; write NAME=value"),
        ("9KEY=a", "no variable; write NAME=value"),
        ("export", "no variable; write NAME=value"),
        ("A=2", "`A` stands in line 1 already"),
    ] {
        let error = read(place.path(), &format!("A=1\n{line}\n")).unwrap_err();
        assert!(error.contains("fleet.env:2: ") && error.contains(why), "{line:?}: {error}");
    }
    let error = read(place.path(), "\u{feff}A=1\n").unwrap_err();
    assert!(error.contains("fleet.env:1: the file begins with a byte order mark"), "{error}");
}
