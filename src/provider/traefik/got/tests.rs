//! What Traefik says of what it could not get, and its storage.

use super::*;

/// A line of Traefik 3.7's log, its colours included.
fn line(domain: &str, error: &str) -> String {
    format!(
        "\u{1b}[90m2026-11-28T12:29:00Z\u{1b}[0m \u{1b}[31mERR\u{1b}[0m \u{1b}[1mUnable to obtain ACME certificate for domains\u{1b}[0m \
         \u{1b}[36merror=\u{1b}[0m\u{1b}[31m\u{1b}[1m{}\u{1b}[0m\u{1b}[0m \u{1b}[36mACME CA=\u{1b}[0mhttps://ca/dir \
         \u{1b}[36mdomains=\u{1b}[0m[\"{domain}\"] \u{1b}[36mproviderName=\u{1b}[0msingle.acme \
         \u{1b}[36mrule=\u{1b}[0m\"Host(`{domain}`) || Host(`other.example`)\"",
        serde_json::to_string(error).unwrap()
    )
}

#[test]
fn the_last_complaint_about_a_name_says_what_is_missing() {
    let of = |kind: &str, detail: &str| {
        format!(
            "unable to generate a certificate for the domains [x.example]: resolver: one or more domains had a problem: \
             [x.example: invalid authorization: acme: error: 400 :: urn:ietf:params:acme:error:{kind} :: {detail}]"
        )
    };
    let url = "http://x.example:80/.well-known/acme-challenge/abc";
    for (error, expected) in [
        (
            of("connection", &format!("Get \"{url}\": could not resolve URL \"{url}\"")),
            "no A or AAAA record of this name is found (Get ",
        ),
        (
            of("dns", "DNS problem: NXDOMAIN looking up A for x.example"),
            "no A or AAAA record of this name is found (DNS problem",
        ),
        (
            of("connection", "192.0.2.1: Fetching: Connection refused"),
            "the authority does not reach this name at port 80 (192.0.2.1",
        ),
        (
            of("unauthorized", &format!("192.0.2.1: Invalid response from {url}: 404")),
            "something else answers at this name (192.0.2.1",
        ),
        (
            of("rateLimited", "too many failed authorizations"),
            "before; the authority refuses for a while (too many",
        ),
        (
            "cannot get ACME client: dial tcp: lookup ca: no such host".to_owned(),
            "cannot get ACME client: dial tcp",
        ),
    ] {
        let log = format!(
            "{}\nINF something else error=x\n{}\n",
            line("x.example", "before"),
            line("x.example", &error)
        );
        let found = complaints(&log);
        assert_eq!(found.keys().collect::<Vec<_>>(), ["x.example"], "{error}");
        assert!(found["x.example"].starts_with(expected), "{}", found["x.example"]);
    }
    // Whoever is refused for a while still has to set the record; once there is another answer the refusal is over.
    let missing = of("dns", "DNS problem: NXDOMAIN looking up A for x.example");
    let refused = "acme: error: 429 :: POST :: https://ca/order :: urn:ietf:params:acme:error:rateLimited :: too many failed authorizations (5)";
    let log = |errors: &[&str]| {
        errors.iter().map(|error| format!("{}\n", line("x.example", error))).collect::<String>()
    };
    let told = |errors: &[&str]| complaints(&log(errors)).remove("x.example").unwrap();
    assert_eq!(
        told(&[&missing, refused, refused]),
        "no A or AAAA record of this name is found (DNS problem: NXDOMAIN looking up A for x.example); the authority refuses for a while (too many \
         failed authorizations (5))"
    );
    assert!(told(&[&missing, refused, "before"]).ends_with("before"));

    let renewal = "ERR Error renewing ACME certificate: {x.example [y.example]} error=\"acme: no\" providerName=single.acme";
    let found = complaints(renewal);
    assert_eq!(
        found.into_iter().collect::<Vec<_>>(),
        [("x.example".to_owned(), "acme: no".to_owned()), ("y.example".to_owned(), "acme: no".to_owned()),]
    );
}

#[test]
fn a_storage_that_cannot_be_read_is_not_an_empty_one_and_tells_no_value() {
    assert_eq!(storage(br#"{"single": {"Account": null, "Certificates": null}}"#), Ok(Vec::new()));
    for harmed in [
        &br#"{"single": {"Certificates": [{"certificate": "c2VjcmV0"}]}}"#[..],
        br#"{"single": {"Certificates": [{"certificate": "s3cret!"}]}}"#,
        br#"{"single": {"Certificates": "s3cret"}}"#,
        br#"{"single": {"Certificates": [{"certificate": "s3cr"#,
    ] {
        let why = storage(harmed).unwrap_err();
        assert!(!why.contains("s3cr") && !why.contains("secret"), "{why}");
    }
}
