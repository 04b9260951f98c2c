//! Whatever a directory is called, a name and an id come out.

use std::path::Path;

use proptest::prelude::*;

use super::{id, name};
use crate::value::{FleetId, Name, Textual as _};

fn both(directory: &str) -> (String, String) {
    let name = name(Path::new(directory));
    (name.as_str().to_owned(), id(&name).as_str().to_owned())
}

#[test]
fn what_may_be_kept_is() {
    let long = "a-very-long-name-of-forty-characters-or-more-than-that";
    for (directory, name, id) in [
        ("/srv/acme-cloud", "acme-cloud", "acmecloud"),
        ("My Fleet (new)", "my-fleet-new", "myfleetnew"),
        ("2026_hosting", "2026-hosting", "hosting"),
        ("--x--", "x", "x"),
        ("42", "42", "fleet"),
        ("日本", "fleet", "fleet"),
        ("/", "fleet", "fleet"),
        ("..", "fleet", "fleet"),
        ("$(reboot)\n\"}", "reboot", "reboot"),
        (long, "a-very-long-name-of-forty-characters-or", "averylongnam"),
    ] {
        assert_eq!(both(directory), (name.to_owned(), id.to_owned()), "{directory}");
    }
}

proptest! {
    #![proptest_config(crate::random::cases(256))]
    #[test]
    fn both_are_always_valid(directory in any::<String>()) {
        let (name, id) = both(&directory);
        prop_assert!(Name::parse(&name).is_ok() && FleetId::parse(&id).is_ok(), "{name} {id}");
    }
}
