//! What the client says, understood.

use super::{Row, failed, number, rows, stopped};
use crate::provider::inside::Said;
use crate::provider::{Error, ErrorKind};

fn said(code: i64, stderr: &str) -> Error {
    let said = Said { code, stdout: Vec::new(), stderr: stderr.as_bytes().to_vec() };
    failed("database x", &said)
}

#[test]
fn each_error_has_its_kind_and_its_advice() {
    let cases = [
        (
            "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)",
            ErrorKind::WrongPassword,
            "initialised",
        ),
        (
            "ERROR 1698 (28000): Access denied for user 'root'@'localhost'",
            ErrorKind::WrongPassword,
            "old secret",
        ),
        ("ERROR 1040 (08004): Too many connections", ErrorKind::TooManyConnections, "extra_port"),
        (
            "ERROR 1226 (42000): User 'root' has exceeded the 'max_user_connections' resource (current value: 1)",
            ErrorKind::TooManyConnections,
            "KILL",
        ),
        (
            "ERROR 1205 (HY000) at line 9: Lock wait timeout exceeded; try restarting transaction",
            ErrorKind::LockTimeout,
            "PROCESSLIST",
        ),
        (
            "ERROR 2002 (HY000): Can't connect to local server through socket '/run/mysqld/mysqld.sock' (2)",
            ErrorKind::ServerGone,
            "docker logs",
        ),
        (
            "ERROR 2013 (HY000) at line 3: Lost connection to server during query",
            ErrorKind::ServerGone,
            "next apply",
        ),
        ("ERROR 1114 (HY000) at line 3: The table 'objects' is full", ErrorKind::NoSpace, "room"),
        (
            "ERROR 1227 (42000) at line 3: Access denied; you need (at least one of) the SUPER privilege(s)",
            ErrorKind::Denied,
            "SHOW GRANTS",
        ),
    ];
    for (text, kind, advice) in cases {
        let error = said(1, text);
        assert_eq!(error.kind, kind, "{text}");
        assert!(error.advice.as_deref().is_some_and(|a| a.contains(advice)), "{text}: {error:?}");
        assert!(error.message.starts_with("database x: "), "{error}");
    }
}

#[test]
fn the_statement_that_failed_is_not_repeated() {
    let text = "--------------\nSET @tenantry_hash = '*ABC'\n--------------\n\nERROR 32001 (45000) at line 24: left alone\n";
    let error = said(1, text);
    assert_eq!(error.message, "database x: left alone (error 32001)");
    assert_eq!(number(&error), Some(32_001));
}

#[test]
fn what_is_no_error_of_a_server_is_told_as_it_is() {
    assert_eq!(said(137, "").kind, ErrorKind::ServerGone);
    let missing = said(127, "the image has no client: neither `mariadb` nor `mysql`");
    assert_eq!((missing.kind, number(&missing)), (ErrorKind::ExecFailed, None));
    assert!(said(120, "cat: can't open").message.contains("/run/secrets/root-password"));
    let down = Error::new(ErrorKind::Conflict, "run: Container 12 is not running");
    assert!(stopped("x", down).is_transient());
    let other = Error::new(ErrorKind::Conflict, "Container 12 is paused");
    assert_eq!(stopped("x", other.clone()), other);
}

#[test]
fn hostile_bytes_stay_in_their_column() {
    let name = "a\tb\nc\u{1f600}`'\\";
    let digits: String = name.bytes().map(|byte| format!("{byte:02X}")).collect();
    let rows = rows(format!("schema\t{digits}\tNULL\n\nmark\t\n").as_bytes());
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].word(0), "schema");
    assert_eq!(rows[0].text(1).unwrap(), name);
    rows[0].text(2).expect_err("NULL is no digits");
    assert_eq!((rows[1].text(1).unwrap(), rows[0].count()), (String::new(), 3));
    assert_eq!(rows[1], Row(vec!["mark".to_owned(), String::new()]));
    assert_eq!(rows[1].word(9), "");
}

#[test]
fn what_is_no_text_in_hexadecimal_is_an_error() {
    for bad in ["F", "4G", "4142C", "FF", "0xFF", " 41"] {
        let rows = rows(format!("schema\t{bad}\n").as_bytes());
        rows[0].text(1).expect_err(bad);
    }
}
