//! What is meant by what.

use super::suggest;

const WORDS: [&str; 9] =
    ["bench", "database-size", "connections", "site", "sites", "memory", "cpus", "host", "statement-time"];

#[test]
fn slips_of_the_finger_are_understood() {
    for (written, meant) in [
        ("bnech", "bench"),
        ("benhc", "bench"),
        ("memroy", "memory"),
        ("conections", "connections"),
        ("statment-time", "statement-time"),
        ("databse-size", "database-size"),
        ("hsot", "host"),
        ("cpu", "cpus"),
    ] {
        assert_eq!(suggest(written, WORDS), Some(meant), "{written}");
    }
}

#[test]
fn case_separators_plurals_and_beginnings_are_understood() {
    for (written, meant) in [
        ("Bench", "bench"),
        ("database_size", "database-size"),
        ("databaseSize", "database-size"),
        ("benches", "bench"),
        ("connection", "connections"),
        ("hosts", "host"),
        ("database", "database-size"),
        ("statement", "statement-time"),
    ] {
        assert_eq!(suggest(written, WORDS), Some(meant), "{written}");
    }
}

#[test]
fn what_is_like_nothing_gets_no_suggestion() {
    for written in ["", "x", "zz", "kubernetes", "price", "ab"] {
        assert_eq!(suggest(written, WORDS), None, "{written}");
    }
    assert_eq!(suggest("bench", ["bench"]), None, "the word itself is no suggestion");
}

#[test]
fn the_order_of_the_candidates_does_not_matter() {
    assert_eq!(suggest("cat", ["bat", "hat"]), Some("bat"));
    assert_eq!(suggest("cat", ["hat", "bat"]), Some("bat"));
}
