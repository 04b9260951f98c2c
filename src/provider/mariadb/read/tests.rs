//! Rows, understood.

use serde_json::json;

use super::super::client::rows;
use super::super::hash;
use super::read;
use crate::desired::mariadb::Account;
use crate::provider::Error;
use crate::world::Memory;
use crate::world::secret::Opener;

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02X}")).collect()
}

/// A line whose columns after the first are hexadecimal, but for those that begin with `=`.
fn line(columns: &[&str]) -> String {
    let rest = columns[1..].iter().map(|c| c.strip_prefix('=').map_or_else(|| hex(c), str::to_owned));
    format!("{}\t{}\n", columns[0], rest.collect::<Vec<_>>().join("\t"))
}

fn understood(lines: &[String]) -> super::Read {
    tried(lines).unwrap()
}

fn tried(lines: &[String]) -> Result<super::Read, Error> {
    let world = Memory::default();
    read(&rows(lines.concat().as_bytes()), "acme", &Opener::new(&world, "acme", None))
}

fn account(json: &serde_json::Value, more: &[String]) -> Account {
    let mut lines = vec![line(&["account", "u", "%", &json.to_string()])];
    lines.extend(more.iter().cloned());
    understood(&lines).accounts.remove("u").unwrap()
}

#[test]
fn an_account_has_its_limits_its_lock_and_its_grants() {
    let json = json!({"access": 64, "plugin": "mysql_native_password", "authentication_string": "*AB",
        "max_user_connections": 3, "max_statement_time": 0.5, "max_updates": 7, "account_locked": true});
    let seen = account(
        &json,
        &[
            line(&["account", "u", "172.%", "{}"]),
            line(&["columns", "Select_priv,Grant_priv"]),
            line(&["grant", "u", "%", "acme_x", "=YN"]),
            line(&["grant", "u", "172.%", "other", "=YN"]),
            line(&["table", "u", "%", "d", "t", "Select,"]),
            line(&["role", "u", "%", "admins"]),
        ],
    );
    assert_eq!((seen.connections, seen.statement_time, seen.locked), (3, 1, true));
    assert_eq!(seen.hourly, [("max_updates".to_owned(), 7)].into());
    assert_eq!(seen.hosts, ["%".to_owned(), "172.%".to_owned()].into());
    let grants = [("*", "RELOAD"), ("acme_x", "ALL"), ("d.t", "SELECT"), ("role admins", "MEMBER")];
    assert_eq!(seen.grants, grants.map(|(a, b)| (a.to_owned(), b.to_owned())).into());
    let world = Memory::default();
    assert_eq!(seen.password, hash::fingerprint("*AB", &Opener::new(&world, "acme", None)));
}

#[test]
fn another_way_in_is_another_password() {
    let plain = json!({"plugin": "mysql_native_password", "authentication_string": "*AB"});
    let with_socket = json!({"plugin": "mysql_native_password", "authentication_string": "*AB",
        "auth_or": [{}, {"plugin": "unix_socket"}]});
    let other = json!({"plugin": "ed25519", "authentication_string": "*AB"});
    let password = |json| account(json, &[]).password;
    assert_ne!(password(&plain), password(&with_socket));
    assert_ne!(password(&plain), password(&other));
    let nobody = json!({"max_user_connections": -1});
    assert_eq!(account(&nobody, &[]).connections, u64::MAX, "it is no absent limit");
}

#[test]
fn marks_tell_whose_it_is() {
    let read = understood(&[
        line(&["mark", "acme", "site.x/schema", "acme_x"]),
        line(&["mark", "acme", "site.y/schema", "acme_y"]),
        line(&["mark", "other", "site.z/schema", "acme_z"]),
        line(&["mark", "acme", "not an id", "acme_q"]),
        line(&["schema", "acme_x", "utf8mb4", "utf8mb4_bin"]),
    ]);
    assert_eq!(read.marks.len(), 2);
    assert_eq!(read.unreadable.keys().collect::<Vec<_>>(), ["acme_q"], "whose it is, nobody can say");
    assert_eq!(read.server.ours, ["acme_x".to_owned()].into(), "a mark alone is no database");
    assert_eq!(read.evidence("acme", "database", "acme_z"), "database `acme_z` belongs to fleet other");
    assert_eq!(
        read.evidence("acme", "account", "acme_w"),
        "account `acme_w` has no mark of fleet `acme` in tenantry.objects"
    );
}

#[test]
fn what_frappe_wrote_is_read_and_what_could_not_be_read_is_told() {
    let read = understood(&[
        line(&["apps", "acme_x", r#"["frappe", "erpnext"]"#]),
        line(&["administrator", "acme_x", "=1"]),
        line(&["scheduler", "acme_x", "1"]),
        line(&["administrator", "acme_y", "=0"]),
        line(&["unread", "acme_z", "=1205", "Lock wait timeout exceeded"]),
    ]);
    let x = &read.server.sites["acme_x"];
    assert_eq!(x.installed, ["frappe", "erpnext"]);
    assert!(x.has_administrator && x.scheduler);
    assert!(!read.server.sites["acme_y"].has_administrator);
    assert_eq!(read.server.unreadable["acme_z"], "Lock wait timeout exceeded (error 1205)");
    assert!(!read.server.sites.contains_key("acme_z"));
}

#[test]
fn what_cannot_be_understood_of_one_is_told_of_that_one() {
    let read = understood(&[
        line(&["apps", "acme_a", r#"["frappe", "#]),
        line(&["apps", "acme_b", "=NULL"]),
        line(&["jobs", "acme_c", "=NULL"]),
        line(&["scheduler", "acme_d", "=NULL"]),
        line(&["account", "acme_e", "%", "not JSON"]),
        line(&["account", "acme_f", "%", r#"{"access": "all"}"#]),
        line(&["account", "acme_g", "%", r#"{"max_user_connections": "many"}"#]),
        line(&["account", "acme_h", "%", r#"{"access": 0}"#]),
        line(&["columns", "Select_priv,Grant_priv"]),
        line(&["grant", "acme_h", "%", "acme_h", "=YNY"]),
        line(&["schema", "acme_i", "=XY", "utf8mb4_bin"]),
    ]);
    let sites: Vec<&str> = read.server.unreadable.keys().map(String::as_str).collect();
    assert_eq!(sites, ["acme_a", "acme_b", "acme_c"], "none of them is a site without apps");
    assert!(!read.server.sites["acme_d"].scheduler);
    let others: Vec<&str> = read.unreadable.keys().map(String::as_str).collect();
    assert_eq!(others, ["acme_e", "acme_f", "acme_g", "acme_h", "acme_i"]);
}

#[test]
fn a_row_that_nobody_understands_makes_the_server_unreadable() {
    for strange in ["schema\t41\n", "new\t41\n", "apps\t4\t41\n", "mark\t41\t41\t4\n", "Warning: x\n"] {
        let error = tried(&[line(&["administrator", "acme_x", "=1"]), strange.to_owned()]).unwrap_err();
        assert!(error.message.contains("cannot be understood"), "{}", error.message);
    }
}
