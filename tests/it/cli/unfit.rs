//! Secrets that a plan needs: told by `plan`, and refused before the first step where whoever gets them takes none such.

use std::fs;

use super::fleet::Fleet;

#[test]
fn a_password_that_nobody_could_log_in_with_is_refused_before_the_first_step() {
    let fleet = Fleet::new();
    let path = fleet.beside("admin");
    let declared = format!("bench \"main\"\n        admin-password (secret)\"file:{path}\"");
    fleet.edit("tenants/globex.kdl", "bench \"main\"", &declared);
    let long = "x".repeat(4_000);
    let cases: [(&[u8], &str); 4] = [
        (long.as_bytes(), "4000 characters, and 512 at most are taken"),
        (b"two\nlines", "a line break or another character in it that nobody can type"),
        ("\u{FEFF}marked".as_bytes(), "a line break or another character in it that nobody can type"),
        (b"\xFF\xF0", "no text in UTF-8"),
    ];
    for (bytes, why) in cases {
        fs::write(&path, bytes).unwrap();
        let words = [
            "error: 1 secret that the plan needs is not taken where it goes; nothing was done",
            why,
            "admin`",
        ];
        fleet.demand(&["apply", "--auto-approve"], 1, &words);
        fleet.demand(
            &["plan"],
            0,
            &["warning: 1 secret that the plan needs is not taken where it goes here", why],
        );
    }
    assert!(!fleet.world().exists(), "nothing was done");
    fs::write(&path, "é".repeat(512)).unwrap();
    fleet.demand(&["apply", "--auto-approve"], 0, &["Apply complete!"]);
    // The next one is refused as well.
    fs::write(&path, long).unwrap();
    let before = fs::read(fleet.world()).unwrap();
    fleet.demand(&["apply", "--auto-approve"], 1, &["512 at most are taken"]);
    assert_eq!(fs::read(fleet.world()).unwrap(), before);
}

#[test]
fn a_secret_of_a_document_that_is_no_text_is_not_changed_into_some() {
    let fleet = Fleet::new();
    let path = fleet.beside("token");
    let declared = format!("max_file_size 52428800\n            api_token (secret)\"file:{path}\"");
    fleet.edit("tenants/globex.kdl", "max_file_size 52428800", &declared);
    fs::write(&path, b"\xFF\xF0").unwrap();
    fleet.demand(&["apply", "--auto-approve"], 1, &["no text in UTF-8", "nothing was done"]);
}

#[test]
fn plan_says_which_secrets_of_a_new_site_are_not_to_be_had() {
    let fleet = Fleet::applied();
    let site = "tenant \"new\" {\n    plan \"starter\"\n    site \"new\" {\n        bench \"main\"\n        config {\n            mail_password (secret)\"env:NO_SUCH_MAIL\"\n        }\n    }\n}\n";
    fleet.write("tenants/new.kdl", site);
    let words = [
        "warning: 1 secret that the plan needs is not to be had here; there `apply` would do nothing",
        "  the variable NO_SUCH_MAIL is not set: `env:NO_SUCH_MAIL`",
        "help: apply where they can be read",
    ];
    fleet.demand(&["plan"], 0, &words);
}
