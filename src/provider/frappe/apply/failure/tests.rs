//! What Frappe says when it fails, and what people are told of it.

use super::*;

fn said(text: &str) -> Error {
    explain(&["frappe", "--site", "a.example", "install-app", "--", "hrms"], 1, text, &["hunter2"])
}

#[test]
fn the_last_line_of_a_traceback_is_told_without_the_password() {
    let error = said(
        "\u{1b}[33mInstalling hrms...\u{1b}[0m\nTraceback (most recent call last):\n  File \"x.py\", line 1\n    \
         password = 'hunter2'\nValueError: hunter2 is no good\n",
    );
    assert_eq!(error.message, "bench install-app: ValueError: *** is no good (exit code 1)");
}

#[test]
fn what_is_known_has_a_kind_and_a_way_out() {
    for (text, kind) in [
        ("Site a.example already exists", ErrorKind::NameTaken),
        (
            "pymysql.err.OperationalError: (1045, \"Access denied for user 'x'@'%'\")",
            ErrorKind::WrongPassword,
        ),
        (
            "pymysql.err.OperationalError: (1130, \"172.22.0.4' is not allowed to connect to this MariaDB server\")",
            ErrorKind::WrongPassword,
        ),
        (
            "frappe.utils.file_lock.LockTimeoutError: Failed to aquire lock: install_app.",
            ErrorKind::LockTimeout,
        ),
        ("OperationalError: (2003, \"Can't connect to MySQL server on 'mariadb'\")", ErrorKind::ServerGone),
        (
            "(1226, \"User 'x' has exceeded the 'max_user_connections' resource\")",
            ErrorKind::TooManyConnections,
        ),
        (
            "redis.exceptions.ConnectionError: Error 111 connecting to redis-cache:6379.",
            ErrorKind::ServerGone,
        ),
        ("ModuleNotFoundError: No module named 'hrms'", ErrorKind::ReleaseDiffers),
        ("Your bench has an app called hrms, please choose another name for the site.", ErrorKind::Invalid),
        ("App hrms is Incompatible with Site a.example", ErrorKind::ReleaseDiffers),
        ("OSError: [Errno 28] No space left on device", ErrorKind::NoSpace),
    ] {
        let error = said(text);
        assert_eq!((error.kind, error.advice.is_some()), (kind, true), "{text}");
    }
}

#[test]
fn one_that_was_killed_says_so_and_not_how_far_it_was() {
    let text = "Updating DocTypes for frappe        : [======      ] 16%Killed";
    let error = explain(&["frappe", "new-site", "--", "a.example"], 137, text, &[]);
    assert_eq!(error.message, "bench new-site was killed (exit code 137)");
    assert!(error.advice.is_some());
}

#[test]
fn a_question_is_told_as_one() {
    let error = said("This will do things\nDo you want to continue? [y/N]: Aborted!\n");
    assert_eq!(
        error.message,
        "bench install-app asked a question that nobody can answer: Do you want to continue? [y/N]:"
    );
    let error = said(
        "Warning: echo\nMySQL root password: Traceback (most recent call last):\n  File \"g\"\nEOFError\n",
    );
    assert!(error.message.ends_with("answer: MySQL root password"), "{}", error.message);
    // `install-app` catches what Python or click raises, and goes on on the same line.
    for (said_first, last) in
        [("EOF when reading a line", "EOFError: EOF when reading a line"), ("", "click.exceptions.Abort")]
    {
        let error = said(&format!(
            "Installing hrms...\nMake sample data? [y/N]: An error occurred while installing hrms: {said_first}\n\
             Traceback with variables (most recent call last):\n  File \"x.py\", line 1\n{last}\n"
        ));
        assert!(error.message.ends_with("answer: Make sample data? [y/N]"), "{}", error.message);
    }
}

#[test]
fn a_long_line_is_cut() {
    assert!(said(&format!("Error: {}", "x".repeat(5000))).message.chars().count() < 400);
}
