//! What a failed `bench` command says, to an error that people can act on: the last useful line, never a traceback, and
//! no password.

use crate::provider::{Error, ErrorKind};

/// Words by which a failure is known, what kind it is, and what to do. The first that is found counts.
const KNOWN: &[(&[&str], ErrorKind, &str)] = &[
    (&["No space left on device"], ErrorKind::NoSpace, "make room on the host"),
    (
        &["LockTimeoutError", "Failed to aquire lock", "Lock may be held"],
        ErrorKind::LockTimeout,
        "another bench command works on the site; plan again when it has ended",
    ),
    (
        &["Too many connections", "max_user_connections", "(1040,", "(1203,", "(1226,"],
        ErrorKind::TooManyConnections,
        "raise `connections`, or wait until fewer people use the site",
    ),
    (
        // A server that has no account for anybody of this network says 1130, before it asks who it is.
        &[
            "Access denied for user",
            "(1045,",
            "ERROR 1045",
            "(1130,",
            "ERROR 1130",
            "this account is locked",
            "(4151,",
        ],
        ErrorKind::WrongPassword,
        "plan again: the account is compared, and set again where it differs",
    ),
    (&["Unknown database", "(1049,"], ErrorKind::NotFound, "plan again: the database is made then"),
    (
        &[
            "Can't connect to MySQL",
            "Can't connect to server",
            "Lost connection to MySQL",
            "server has gone away",
            "(2002,",
            "(2003,",
            "(2006,",
            "(2013,",
        ],
        ErrorKind::ServerGone,
        "the database server went away; plan again when it is healthy",
    ),
    (
        &["redis.exceptions.ConnectionError", "connecting to redis", "Redis server"],
        ErrorKind::ServerGone,
        "a Redis of the bench does not answer; plan again when it is healthy",
    ),
    (
        &["please choose another name for the site"],
        ErrorKind::Invalid,
        "no site of a bench may have the name of an app of its image",
    ),
    (&[" already exists"], ErrorKind::NameTaken, "plan again: what is there is looked at first"),
    (
        &["No module named", "not in apps.txt", "is not installed on the bench"],
        ErrorKind::ReleaseDiffers,
        "the image cannot run an app that its release names; correct `apps`, or the image",
    ),
    (
        &["is Incompatible with Site", "IncompatibleApp"],
        ErrorKind::ReleaseDiffers,
        "this app does not go with this Frappe; use a release that has both in versions that fit",
    ),
    (
        &["IncorrectSitePath", " does not exist"],
        ErrorKind::NotFound,
        "plan again: what is there is looked at first",
    ),
];

/// How a shell tells of a program that SIGKILL ended: somebody's, or the kernel's for want of memory.
const KILLED: i64 = 137;
/// The longest line that is repeated.
const LONGEST: usize = 300;

/// The error of a command that ended with a code.
#[must_use]
pub fn explain(words: &[&str], code: i64, text: &str, secrets: &[&str]) -> Error {
    let text = plain(text);
    let name = words.iter().skip_while(|word| **word == "frappe" || **word == "--site");
    let name = name.copied().find(|word| COMMANDS.contains(word)).unwrap_or("command");
    if let Some(question) = question(&text) {
        let question = hide(&question, secrets);
        return Error::new(
            ErrorKind::ExecFailed,
            format!("bench {name} asked a question that nobody can answer: {question}"),
        )
        .advise("run the command by hand in the backend to answer it, then plan again");
    }
    if code == KILLED {
        return Error::new(ErrorKind::ExecFailed, format!("bench {name} was killed (exit code {code})"))
            .advise("apply again, what it left half-made is mended; if nobody killed it, raise the bench's `memory`");
    }
    let line = hide(last(&text).unwrap_or("it said nothing"), secrets);
    let message = format!("bench {name}: {line}");
    // What it said last tells more than what a traceback went through on its way.
    let known = |text: &str| KNOWN.iter().find(|(words, ..)| words.iter().any(|word| text.contains(word)));
    match known(&line).or_else(|| known(&text)) {
        Some((_, kind, advice)) => Error::new(*kind, message).advise(*advice),
        None => Error::new(ErrorKind::ExecFailed, format!("{message} (exit code {code})"))
            .advise("mend what it complains of and apply again, what it left half-made is mended"),
    }
}

/// The commands that we run.
const COMMANDS: [&str; 4] = ["new-site", "install-app", "set-admin-password", "scheduler"];

/// What was asked, where a command ended because nothing answered.
fn question(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let ends = |line: &str| line.ends_with("Aborted!");
    if let Some(at) = lines.iter().rposition(|line| ends(line)).filter(|at| at + 1 == lines.len()) {
        let same = lines[at].trim_end_matches("Aborted!").trim();
        let before = at.checked_sub(1).and_then(|at| lines.get(at)).copied().unwrap_or("");
        let asked = if same.is_empty() { before } else { same };
        return Some(shorten(asked));
    }
    // `install-app` catches it, and prints a traceback behind the question, on the same line.
    if lines.last().is_some_and(|line| ENDED.iter().any(|end| line.starts_with(end))) {
        let before =
            |line: &str| BEHIND.iter().find_map(|behind| Some(line.split_once(behind)?.0.to_owned()));
        let mut asked = lines.iter().filter_map(|line| before(line)).map(|asked| asked.trim_end().to_owned());
        let asked = asked.rfind(|asked| !asked.is_empty());
        return Some(shorten(asked.as_deref().map_or("for a password", |asked| asked.trim_end_matches(':'))));
    }
    None
}

/// The last line of a command that nobody answered.
const ENDED: [&str; 2] = ["EOFError", "click.exceptions.Abort"];
/// What follows a question at once.
const BEHIND: [&str; 2] = ["An error occurred while installing ", "Traceback (most recent call last)"];

/// The last line that says something: no rule, no place in a program, no variable.
fn last(text: &str) -> Option<&str> {
    let says = |line: &&str| {
        !line.is_empty()
            && !line.starts_with(char::is_whitespace)
            && line.chars().any(char::is_alphanumeric)
            && !line.starts_with("Traceback")
    };
    text.lines().rev().map(str::trim_end).find(says)
}

/// Without the escapes that colour it.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => {
                if chars.next() == Some('[') {
                    let _ = chars.by_ref().find(char::is_ascii_alphabetic);
                }
            }
            '\r' => plain.push('\n'),
            c if c.is_control() && c != '\n' && c != '\t' => {}
            c => plain.push(c),
        }
    }
    plain
}

fn shorten(line: &str) -> String {
    if line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    line.chars().take(LONGEST).chain(['…']).collect()
}

fn hide(line: &str, secrets: &[&str]) -> String {
    let hidden = secrets
        .iter()
        .filter(|secret| !secret.is_empty())
        .fold(line.to_owned(), |line, secret| line.replace(secret, "***"));
    shorten(&hidden)
}

#[cfg(test)]
mod tests;
