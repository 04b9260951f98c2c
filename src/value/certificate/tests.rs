//! Certificates as `openssl` writes them, and what is none.

use super::*;

const OWN: &str = "-----BEGIN CERTIFICATE-----\n\
MIIBozCCAUqgAwIBAgIUHXr+GeA+HOD89J64ZjCSq67429owCgYIKoZIzj0EAwIw\n\
DzENMAsGA1UEAwwEc2hvcDAgFw0yNjExMjgxMjM4MDBaGA8yMTI2MTEwNDEyMzgw\n\
MFowDzENMAsGA1UEAwwEc2hvcDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPTI\n\
MJTYpLPDhx0RS+JUZ6QIInYC7YGiK/WeKXsu4xqtbS3cRAO5ABy/Ir2WL9KIbApV\n\
/bQNUdLi2JE6qF+exWSjgYEwfzAdBgNVHQ4EFgQUCsCsxMMxqm4+TQAKaaphOoZB\n\
syQwHwYDVR0jBBgwFoAUCsCsxMMxqm4+TQAKaaphOoZBsyQwDwYDVR0TAQH/BAUw\n\
AwEB/zAsBgNVHREEJTAjgg9zaG9wLmdsb2JleC5jb22CECouR2xvYmV4LmV4YW1w\n\
bGUwCgYIKoZIzj0EAwIDRwAwRAIgDMziE5dDalvLNIxU9gQnbD9WFrq4rH//mNUC\n\
WeuvpqoCIC7uLW/Uz3mFURsdMIHxq/t2xEKJWWcef5DrJdnzaQgm\n\
-----END CERTIFICATE-----\n\n";

#[test]
fn a_certificate_says_its_names_and_its_end() {
    let text = format!("Subject: CN = shop\n{OWN}\n{}", OWN.replace('\n', "\r\n"));
    let found = chain(&text).unwrap();
    assert_eq!(found.len(), 2, "text between them and other line breaks do not count");
    assert_eq!(found[0].names, ["shop.globex.com", "*.globex.example"], "in lower case");
    // `openssl x509 -enddate`: Nov  4 12:38:00 2126 GMT.
    assert_eq!(found[1].not_after, 4_949_469_480);
}

#[test]
fn a_wildcard_stands_for_one_label() {
    let names = ["shop.globex.com".to_owned(), "*.globex.example".to_owned()];
    for (name, expected) in [
        ("shop.globex.com", true),
        ("a.globex.example", true),
        ("globex.example", false),
        ("a.b.globex.example", false),
        ("x.shop.globex.com", false),
    ] {
        assert_eq!(covers(&names, name), expected, "{name}");
    }
}

#[test]
fn what_is_no_certificate_is_named_at_its_line() {
    let broken = OWN.replace("MIIB", "MIIC");
    let no_end = OWN.split("-----END").next().unwrap();
    for (text, at, why) in [
        (String::new(), "", "no certificate"),
        ("hello\nworld\n".to_owned(), "hello", "no certificate"),
        (no_end.to_owned(), "-----BEGIN CERTIFICATE-----", "this certificate has no end"),
        (format!("{no_end}{OWN}"), "-----BEGIN CERTIFICATE-----", "the certificate above has no end"),
        (broken, "-----BEGIN CERTIFICATE-----", "not a certificate"),
        (
            format!("{OWN}-----BEGIN EC PRIVATE KEY-----\nMHc=\n"),
            "-----BEGIN EC PRIVATE KEY-----",
            "a private key",
        ),
        (
            "-----BEGIN CERTIFICATE REQUEST-----\n".to_owned(),
            "-----BEGIN CERTIFICATE REQUEST-----",
            "`CERTIFICATE REQUEST`",
        ),
        (
            "-----END CERTIFICATE-----\n".to_owned(),
            "-----END CERTIFICATE-----",
            "the end of a certificate that has no",
        ),
    ] {
        let fault = chain(&text).unwrap_err();
        assert_eq!(&text[fault.start..fault.end], at, "{text}");
        assert!(fault.why.starts_with(why), "{text}: {}", fault.why);
    }
}
