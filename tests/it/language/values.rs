//! Small values: what is accepted prints as itself, what is hostile never passes.

use tenantry::value::{
    AppName, Bytes, Domain, DottedName, Email, Endpoint, FleetId, Image, Money, Name, NanoCpus, Rate,
    Seconds, SiteName, Textual, Url, Version, Word, shown,
};

fn good<T: Textual + std::fmt::Display>(texts: &[&str]) {
    for text in texts {
        let value = T::parse(text).unwrap_or_else(|invalid| panic!("{text}: {}", invalid.why));
        assert_eq!(value.to_string(), *text);
        let schema = tenantry::spec::schema::form(T::FORM);
        let validator = jsonschema::validator_for(&schema).unwrap();
        assert!(validator.is_valid(&serde_json::Value::from(*text)), "{text} is refused by {schema}");
    }
}

fn bad<T: Textual>(texts: &[&str]) {
    for text in texts {
        assert!(T::parse(text).is_err(), "{text} was accepted as {}", T::FORM.name);
    }
}

/// Each with what is offered instead.
fn offers<T: Textual>(pairs: &[(&str, &str)]) {
    for (text, instead) in pairs {
        let invalid = T::parse(text).err().unwrap_or_else(|| panic!("{text} was accepted"));
        assert_eq!(invalid.instead.as_deref(), Some(*instead), "{text}");
        assert!(T::parse(instead).is_ok(), "{instead} is offered and refused");
    }
}

#[test]
fn good_values_print_as_they_were_written() {
    good::<Name>(&["a", "v15-a", "0", &"a".repeat(40)]);
    good::<DottedName>(&["erp-15.80", "a"]);
    good::<Domain>(&["erp.globex.example", "xn--mnchen-3ya.example", "a.b"]);
    good::<SiteName>(&["globex", "erp.globex.example"]);
    good::<AppName>(&["erpnext", "print_designer", "_x9"]);
    good::<FleetId>(&["acme", "a1", "abcdefghijkl"]);
    good::<Image>(&[
        "redis:7.2",
        "frappe/erpnext:v15.80.0",
        "registry.example:5000/a/b_c--d:T_1",
        "localhost/a",
        "a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    ]);
    good::<Bytes>(&["2GiB", "512MiB", "1TiB", "3KiB", "5GB", "1kB"]);
    good::<Seconds>(&["300d", "6h", "5m", "1d", "59s"]);
    good::<Money>(&["79 EUR/month", "948.50 USD/year"]);
    good::<Rate>(&["20/s", "1/m", "500/h"]);
    good::<Version>(&["10.11", "15.80.0", "16.0.0-beta.1", "11"]);
    good::<NanoCpus>(&["1.5", "2", "0.000000001"]);
    good::<Email>(&["it@globex.example", "a.b+c@x.example"]);
    good::<Url>(&["https://github.com/frappe/hrms", "ssh://git@example.com/a.git"]);
    good::<Endpoint>(&["unix:///run/docker.sock", "tcp://10.0.0.1:2376", "ssh://deploy@10.0.0.11:22"]);
}

#[test]
fn bad_values_are_refused() {
    bad::<Name>(&["", "-a", "a-", "a.b", "a_b", "Ä", &"a".repeat(41)]);
    bad::<DottedName>(&["a..b", ".a", "a."]);
    bad::<Domain>(&[
        "globex",
        "*.example.com",
        "a..b",
        "-a.b",
        "a.b-",
        "1.2.3.4",
        "münchen.example",
        &"a.".repeat(130),
    ]);
    bad::<AppName>(&["", "9a", "a.b", "ERPNext!"]);
    bad::<FleetId>(&["", "9a", "a-b", "abcdefghijklm", "Acme"]);
    bad::<Image>(&["", "A/b", "a:", "a:b:c", "a@sha256:12", "/a", "a//b", "a b", "-a", "a:-x"]);
    bad::<Bytes>(&["", "GiB", "1.5GiB", "-1GiB", "99999999999TiB", "1PiB"]);
    bad::<Seconds>(&["", "0s", "1w", "s", "99999999999999999999d", "1h30m"]);
    bad::<Money>(&[
        "79",
        "79 EUR",
        "79/month",
        "79 EURO/month",
        "79 EUR/week",
        "-1 EUR/month",
        "1.234 EUR/month",
    ]);
    bad::<Rate>(&["0/s", "20/d", "/s", "x/s", "18446744073709551615/s"]);
    bad::<Version>(&["", "1.", ".1", "1..2", "latest", "1-"]);
    bad::<NanoCpus>(&["0", "-1", "1e3", "1.0000000001", "inf", "999999", "1."]);
    bad::<Email>(&["a", "@b.example", "a@b", "a b@c.example", ".a@b.example"]);
    bad::<Url>(&[
        "github.com/x",
        "ftp://x.example",
        "https://",
        "https://u:p@x.example/",
        "file:///etc/passwd",
    ]);
    bad::<Endpoint>(&[
        "10.0.0.1",
        "unix://rel",
        "ssh://-oProxyCommand=x",
        "ssh://u@-oX",
        "tcp://h",
        "ssh://u:p@h",
    ]);
    bad::<Word>(&["", "a b", "-rf", "../x", "a\nb"]);
}

#[test]
fn what_was_probably_meant_is_offered_and_would_be_accepted() {
    offers::<Name>(&[("Globex", "globex"), ("a_b", "a-b"), ("A B", "a-b")]);
    offers::<Domain>(&[
        ("ERP.Globex.example", "erp.globex.example"),
        ("a.b.", "a.b"),
        ("https://a.example/", "a.example"),
    ]);
    offers::<AppName>(&[("ERPNext", "erpnext"), ("print-designer", "print_designer")]);
    offers::<Bytes>(&[
        ("2gb", "2GB"),
        ("1000001KB", "1000001kB"),
        ("512M", "512MiB"),
        ("4294967296", "4GiB"),
        ("1500", "1500B"),
    ]);
    offers::<Seconds>(&[("300", "300s")]);
    offers::<Rate>(&[("20", "20/s")]);
    offers::<Version>(&[("v15.80.0", "15.80.0")]);
    offers::<Money>(&[("79 eur/month", "79 EUR/month")]);
}

#[test]
fn hostile_text_passes_no_value_and_is_shown_harmlessly() {
    let long = "a".repeat(301);
    let hostile = [
        "a\"b",
        "a'b",
        "a`b",
        "{{ x }}",
        "../x",
        "a/../b",
        "a\nb",
        "a\0b",
        "a\u{202e}b",
        "a\u{200b}b",
        "$(x)",
        "a;b",
        "a b",
        "a\\b",
        "<a>",
        "a|b",
        "%s%n\r",
        &long,
    ];
    bad::<Name>(&hostile);
    bad::<DottedName>(&hostile);
    bad::<Domain>(&hostile);
    bad::<SiteName>(&hostile);
    bad::<AppName>(&hostile);
    bad::<FleetId>(&hostile);
    bad::<Image>(&hostile);
    bad::<Bytes>(&hostile);
    bad::<Seconds>(&hostile);
    bad::<Money>(&hostile);
    bad::<Rate>(&hostile);
    bad::<Version>(&hostile);
    bad::<NanoCpus>(&hostile);
    bad::<Email>(&hostile);
    bad::<Url>(&hostile);
    bad::<Endpoint>(&hostile);
    bad::<Word>(&hostile);
    bad::<std::net::IpAddr>(&hostile);
    for text in hostile {
        let shown = shown(text);
        assert!(
            shown.chars().count() <= 60 && !shown.contains(['`', '\n', '\0', '\r', '\u{202e}', '\u{200b}']),
            "{shown}"
        );
    }
}
