//! The fleet's key: what a new fleet does not begin with, and that a key which works derives the same passwords for ever.

use std::fs;

use tenantry::world::secret::{Opener, Secret, SecretRef};
use tenantry::world::{Memory, key};

use super::fleet::Fleet;

fn keyed() -> (Fleet, String) {
    let fleet = Fleet::new();
    let path = fleet.beside("key");
    fleet.edit("fleet.kdl", "id \"quick\"", &format!("id \"quick\"\n    key (secret)\"file:{path}\""));
    (fleet, path)
}

/// Keys that new fleets do not begin with, and what is said of each.
const ODD: [(&str, &str); 7] = [
    ("k", "it has 1 byte, and 16 are the fewest"),
    ("                 ", "it begins or ends with white space"),
    ("\u{FEFF}sixteen bytes or more", "it begins with a byte order mark"),
    ("sixteen bytes or more\n\n", "it begins or ends with white space"),
    ("sixteen bytes or more\r\n\r\n", "it begins or ends with white space"),
    ("sixteen bytes\r\nor more", "there is a line break or another control character in it"),
    (" sixteen bytes or more", "it begins or ends with white space"),
];

#[test]
fn a_new_fleet_does_not_begin_with_an_odd_key() {
    let (fleet, path) = keyed();
    for (text, words) in ODD {
        fs::write(&path, text).unwrap();
        for command in [&["plan"][..], &["apply", "--auto-approve"]] {
            let run = fleet.demand(command, 5, &["error[guard/weak-key]", words]);
            assert!(!format!("{run}").contains("sixteen"), "{run}");
        }
        fleet.demand(&["secrets", "--format", "env"], 0, &["warning: a new fleet would be refused", words]);
    }
    assert!(!fleet.world().exists(), "nothing was done");
    for good in ["sixteen bytes or more", "sixteen bytes or more\n", "sixteen bytes or more\r\n"] {
        fs::write(&path, good).unwrap();
        fleet.demand(&["plan"], 0, &[]);
    }
}

#[test]
fn a_fleet_that_was_applied_is_warned_and_goes_on() {
    for (text, words) in ODD {
        let (fleet, path) = keyed();
        // An earlier release took any key. The edge alone has no password; what is there makes it a fleet that has begun.
        fs::write(&path, "sixteen bytes or more").unwrap();
        let whole = fs::read_to_string(fleet.directory.path().join("fleet.kdl")).unwrap();
        let edge = format!(
            "fleet \"quick\" {{\n    id \"quick\"\n    key (secret)\"file:{path}\"\n}}\nhost \"local\" {{\n    engine \"sandbox\"\n}}\n\
             edge \"local\" {{\n    host \"local\"\n    http 8080\n}}\n"
        );
        let tenants = fleet.directory.path().join("tenants");
        fs::rename(&tenants, fleet.beside("tenants")).unwrap();
        fleet.write("fleet.kdl", &edge);
        fleet.demand(&["apply", "--auto-approve"], 0, &[]);
        fs::rename(fleet.beside("tenants"), &tenants).unwrap();
        fleet.write("fleet.kdl", &whole);
        fs::write(&path, text).unwrap();
        let warned = ["warning: the fleet's key", words, "keep it as it is"];
        fleet.demand(&["apply", "--auto-approve"], 0, &warned);
        fleet.demand(&["plan"], 0, &["No changes.", "warning: the fleet's key"]);
    }
}

#[test]
fn a_key_that_was_harmed_gives_nobody_another_password() {
    let (fleet, path) = keyed();
    fs::write(&path, "sixteen bytes or more").unwrap();
    fleet.demand(&["apply", "--auto-approve"], 0, &[]);
    for (text, words) in ODD {
        fs::write(&path, text).unwrap();
        let told = [
            "error[guard/weak-key]",
            "is not the one that the fleet was applied with",
            words,
            "put the key back",
        ];
        for command in [&["plan"][..], &["apply", "--auto-approve"]] {
            let run = fleet.demand(command, 5, &told);
            assert!(!format!("{run}").contains("keep it as it is"), "{run}");
        }
    }
    fs::write(&path, "sixteen bytes or more").unwrap();
    fleet.demand(&["plan"], 0, &["No changes."]);
}

#[test]
fn bytes_that_are_no_text_may_be_any() {
    let bytes: Vec<u8> = (0..32).map(|n| if n == 5 { b'\n' } else { 0xF0 + n % 16 }).collect();
    assert!(key::faults(&bytes).is_empty());
    assert_eq!(key::faults(&[0xFF, 0xFE, b'k', 0]).len(), 2);
}

/// Computed by another program from the key's bytes: HMAC-SHA256 over the parts, each behind its length in eight bytes.
#[test]
fn a_key_derives_the_same_passwords_for_ever() {
    let world = Memory::default();
    let derive = |key: &[u8]| {
        let opener = Opener::new(&world, "acme", Some(Secret::new(key.to_vec())));
        let reference = SecretRef::Derived {
            purpose: "database-root".to_owned(),
            identity: "database.main".to_owned(),
            generation: 0,
        };
        String::from_utf8(opener.open(&reference).unwrap().expose().to_vec()).unwrap()
    };
    assert_eq!(derive(b"k"), "63b1ea5c127a6dec7d9e5cbeb690df219e27c78c");
    assert_eq!(derive(b"sixteen bytes or more"), "305879788940e1f14231c19a1415372d6f91fd70");
    assert_eq!(derive(b" k\n"), "d200573326c2e7600668518fa8987bfcb236d978");
    assert_eq!(derive(b"\xEF\xBB\xBFk\r"), "4793140cac972293f2f4ea427baf8b1ac305032f");
    assert_eq!(derive(b"\n"), "ffb6b366ee4ebffbef2fe9e8aed0d752d273ea01");
}
