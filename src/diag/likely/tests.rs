//! What is covered, and what is not.

use super::{may_be_secret, ranges};
use crate::source::Syntax;

fn covered(text: &str, syntax: Syntax) -> Vec<&str> {
    ranges(text, syntax).into_iter().map(|range| &text[range]).collect()
}

#[test]
fn the_value_of_a_telling_key_is_covered_however_it_is_written() {
    for (text, secret) in [
        (r#"config { mail_password "hunter2" }"#, r#""hunter2""#),
        (r#"config mail_password="hunter2" other="x""#, r#""hunter2""#),
        (r#"site "s" { bench "x"; config { api_key hunter2; port 3 } }"#, "hunter2"),
        (r##"smtp-pass #"a "b" c"#"##, r##"#"a "b" c"#"##),
        (r#""mail_password" "a\"b" // note"#, r#""a\"b""#),
        ("mail_password \"\"\"\n  hunter2\n  \"\"\"\n", "\"\"\"\n  hunter2\n  \"\"\""),
        (r#"mail_password "hunter2"#, r#""hunter2"#),
    ] {
        assert_eq!(covered(text, Syntax::Kdl), [secret], "{text}");
    }
    assert_eq!(covered(r#"tokens "a" "b""#, Syntax::Kdl), [r#""a""#, r#""b""#]);
    for (text, secret) in [
        ("mail_password: hunter 2", "hunter 2"),
        ("config: {mail_password: hunter2, x: 1}", "hunter2"),
        ("config: {\"mail_password\": 'it''s', x: 1}", "'it'"),
        ("tokens: [a, b]", "[a, b]"),
        ("  token: |\n    hunter2", "|\n    hunter2"),
    ] {
        assert_eq!(covered(text, Syntax::Yaml)[0], secret, "{text}");
    }
}

#[test]
fn references_flags_and_other_words_stay_visible() {
    for text in [
        r#"admin-password (secret)"env:ADMIN""#,
        "config { mail_password #null }",
        r#"config { token { name "x" } }"#,
        r#"engine "docker" at="ssh://deploy@10.0.0.11""#,
        r#"contact "it@globex.example""#,
        r#"key (secret)"file:secrets/fleet.key""#,
        "cache // the token is kept elsewhere",
    ] {
        assert!(covered(text, Syntax::Kdl).is_empty(), "{text}");
    }
    for text in [r#"token: {secret: "env:TOKEN"}"#, "token: {secret: file:/x}", "the token is kept elsewhere"]
    {
        assert!(covered(text, Syntax::Yaml).is_empty(), "{text}");
    }
    assert!(!may_be_secret("max_file_size") && !may_be_secret("keyboard") && may_be_secret("Stripe-Key"));
}

#[test]
fn who_logs_in_by_a_url_is_covered() {
    assert_eq!(covered(r#"at="tcp://root:pw@h:1""#, Syntax::Kdl), ["root:pw"]);
    assert_eq!(covered(r#"repository "https://ghp_x@github.com/a/b@c""#, Syntax::Kdl), ["ghp_x"]);
}
