//! A file of variables is read alike by a shell and by compose, whatever is in it.

use std::path::Path;
use std::process::Command;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, TestRunner};
use tenantry::provider::docker::render::env_file::line;

use crate::support::random;

/// What either reader gives a meaning to, and some that neither does.
const PIECES: [&str; 34] = [
    "a", "B", "0", "'", "\"", "\\", "$", "`", "#", " #", "=", " ", "!", "{", "}", "~", "&", ";", "|", "<",
    "*", "(", ")", "%", "\t", "\n", "é", ":", "${HOME}", "$HOME", "\\n", "\\x41", "\\0101", "$$",
];

/// Values for which there is a line; what stays out is looked at below.
fn values() -> Vec<String> {
    let piece = proptest::sample::select(PIECES.to_vec());
    let value = proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat());
    let values = proptest::collection::vec(value, 300);
    let mut runner = TestRunner::new(Config::default());
    let values = values.new_tree(&mut runner).unwrap().current();
    let values: Vec<String> = values.into_iter().filter(|v| line("X", v.as_bytes()).is_ok()).collect();
    assert!(values.len() > 200 && values.iter().any(|v| v.contains('\'')), "{values:?}");
    values
}

fn write(directory: &Path, values: &[String]) {
    let lines = values.iter().enumerate().map(|(n, value)| line(&format!("V{n}"), value.as_bytes()).unwrap());
    put(&directory.join("secrets.env"), &lines.collect::<String>());
}

#[expect(clippy::disallowed_methods, reason = "a file for the readers")]
fn put(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}

#[test]
fn a_shell_reads_every_value_as_it_is() {
    for _ in 0..random::times() {
        a_shell_reads(&values());
    }
}

fn a_shell_reads(values: &[String]) {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path(), values);
    let names: Vec<String> = (0..values.len()).map(|n| format!("\"$V{n}\"")).collect();
    let script = format!("set -eu; set -a; . ./secrets.env; printf '%s\\0' {}", names.join(" "));
    for shell in ["sh", "bash"] {
        let output =
            Command::new(shell).args(["-c", &script]).current_dir(directory.path()).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{shell}: {output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let read: Vec<&str> = text.strip_suffix('\0').unwrap().split('\0').collect();
        assert_eq!(read, values, "{shell}");
    }
}

#[test]
#[ignore = "needs Docker Compose: run tests/run"]
fn compose_reads_every_value_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let values = values();
    write(directory.path(), &values);
    let variables: String = (0..values.len()).map(|n| format!("      V{n}: ${{V{n}?}}\n")).collect();
    let file = format!("name: envfile\nservices:\n  one:\n    image: busybox\n    environment:\n{variables}");
    put(&directory.path().join("compose.yaml"), &file);
    let output = Command::new("docker")
        .args(["compose", "--env-file", "secrets.env", "config", "--format", "json"])
        .current_dir(directory.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let config: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for (n, value) in values.iter().enumerate() {
        let read = config["services"]["one"]["environment"][format!("V{n}")].as_str().unwrap();
        // What `config` prints can be read again.
        assert_eq!(read.replace("$$", "$"), *value, "V{n}");
    }
}

#[test]
fn what_the_two_would_read_differently_has_no_line() {
    for value in ["'`", "`\\", "a\r\nb", "a\0b"] {
        assert!(line("X", value.as_bytes()).is_err(), "{value:?}");
    }
    assert!(line("X", b"\xff").is_err());
    assert_eq!(line("X", b"`$x`").unwrap(), "X='`$x`'\n");
    assert_eq!(line("X", b"it's $5\\").unwrap(), "X=\"it's \\$5\\\\\"\n");
}
