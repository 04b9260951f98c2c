//! That what is held would be found out: worlds in which it is lost, each by one hand.

use std::collections::BTreeMap;

use tenantry::desired::content::Content;
use tenantry::desired::docker::{File, Volume};
use tenantry::desired::mariadb::Schema;
use tenantry::sandbox::Sandbox;
use tenantry::sandbox::state::{Database, Databases, Mark, Marked, State, Stored};

use super::fleet::{Fleet, Tenant};
use super::kept::Kept;
use super::ways::Ways;

const DOCUMENT: &str = "s.c.example.net/site_config.json";

fn volume(state: &mut State, name: &str, mark: &str) {
    let (project, key) = ("p".to_owned(), "k".to_owned());
    let driver = "local".to_owned();
    let thing =
        Stored::new(Volume { name: name.to_owned(), project, key, driver, options: BTreeMap::default() });
    let mark = Some(Mark::new("hx", &mark.parse().unwrap()));
    state.volumes.insert(name.to_owned(), Marked { mark, thing });
}

fn databases(state: &mut State) -> &mut Databases {
    &mut state.volumes.get_mut("data").unwrap().thing.databases
}

fn database(state: &mut State, has_administrator: bool) {
    let (character_set, collation) = ("utf8mb4".to_owned(), "utf8mb4_unicode_ci".to_owned());
    let mut database = Database::new(Schema { name: "one".to_owned(), character_set, collation });
    database.has_administrator = has_administrator;
    database.installed = vec!["frappe".to_owned(), "crm".to_owned()];
    databases(state).schemas.insert("one".to_owned(), database);
    mark(state, "site.s/schema");
}

fn mark(state: &mut State, object: &str) {
    let marks = databases(state).marks.entry("hx".to_owned()).or_default();
    marks.insert(object.parse().unwrap(), "one".to_owned());
}

fn document(state: &mut State, path: &str, tenant: &str) {
    let mark = format!(r#"{{"fleet": "hx", "identity": "site.s/site", "tenant": "{tenant}"}}"#);
    let text = format!(r#"{{"db_name": "one", "tenantry": {mark}}}"#);
    let file = File { content: Content::Text(text), mode: 0o640, uid: 1000, gid: 1000 };
    state.volumes.get_mut("sites").unwrap().thing.files.insert(path.to_owned(), file);
}

fn forget(state: &mut State) {
    state.volumes.get_mut("sites").unwrap().thing.delete("s.c.example.net");
}

/// A bench with a site, its server, and another bench without any.
fn whole(state: &mut State) {
    volume(state, "sites", "bench.b/volume/sites");
    volume(state, "logs", "bench.b/volume/logs");
    volume(state, "data", "database.d/volume/data");
    volume(state, "empty", "bench.c/volume/sites");
    database(state, true);
    document(state, DOCUMENT, "tenant.t");
}

type Hand = fn(&mut State);

/// What is said when these hands are at work on the whole world, one after another.
fn said(hands: &[Hand]) -> String {
    let place = tempfile::tempdir().unwrap();
    let world = Sandbox::file(place.path().join("host.h.json"));
    let mut kept = Kept::new(place.path().to_owned());
    world.edit(whole).unwrap();
    kept.look().unwrap();
    assert_eq!(kept.count(), (1, 1));
    for hand in hands {
        world.edit(*hand).unwrap();
    }
    kept.look().err().unwrap_or_default()
}

#[test]
fn what_is_lost_for_a_moment_is_lost() {
    let cases: [(&[Hand], &str); 12] = [
        (
            &[|s| drop(databases(s).schemas.remove("one")), |s| database(s, true)],
            "lost: database one in data",
        ),
        (&[|s| database(s, false), |s| database(s, true)], "lost: database one in data"),
        (
            &[|s| databases(s).schemas.get_mut("one").unwrap().installed.truncate(1)],
            "lost: installed crm in one",
        ),
        (&[|s| drop(databases(s).marks.remove("hx")), |s| mark(s, "site.u/schema")], "database one in data"),
        (&[|s| mark(s, "site.u/schema")], "site.s/schema is site.s/schema site.u/schema now"),
        (&[forget, |s| document(s, DOCUMENT, "tenant.t")], "lost: directory s.c.example.net in sites"),
        (&[|s| document(s, DOCUMENT, "tenant.u")], "is site.s/site of tenant.u on one now"),
        (&[|s| document(s, "t.c.example.net/site_config.json", "tenant.t")], "is in two places"),
        (&[|s| drop(s.volumes.remove("sites")), whole], "lost: volume sites"),
        (&[|s| drop(s.volumes.remove("logs"))], "lost: volume logs"),
        (&[|s| drop(s.volumes.remove("data")), whole], "lost: volume data"),
        (&[|s| drop(s.volumes.remove("empty"))], ""),
    ];
    for (number, (hands, words)) in cases.into_iter().enumerate() {
        let said = said(hands);
        assert!(said.contains(words) && said.is_empty() == words.is_empty(), "{number}: {said:?}");
    }
}

#[test]
fn a_refusal_is_explained_by_this_very_history() {
    let whole = Fleet::small();
    let mut since = whole.clone();
    since.tenants.insert("n1".to_owned(), Tenant::new("n1", "b"));
    since.databases.get_mut("d").unwrap().version = "11.4".to_owned();
    let site = since.tenants.get_mut("t1").unwrap().sites.get_mut("t1").unwrap();
    site.apps.push("hrms".to_owned());
    since.benches.get_mut("b").unwrap().release = "r2".to_owned();
    let mut ways = Ways::default();
    let refusals = [
        "error[guard/older-server]: `database.d` would run MariaDB 10.11 on the data of MariaDB 11.4",
        "error[guard/app-removed]: `hrms` would be removed from `site.t1/site`",
        "error[guard/release-change]: `bench.b` would change its release under `n1.c.example.net`",
        "error[guard/data-without-tombstone]: site `n1` left the files but is still there, with its data",
    ];
    for refusal in refusals {
        assert!(!ways.explain(refusal, &whole), "{refusal}");
    }
    ways.went(&since);
    for refusal in refusals {
        assert!(ways.explain(refusal, &whole), "{refusal}");
    }
    for refusal in [
        "error[guard/older-server]: `database.d` would run MariaDB 10.6 on the data of MariaDB 11.4",
        "error[guard/app-removed]: `hrms` would be removed from `site.t2/site`",
        "error[guard/release-change]: `bench.b` would change its release under `n1.c.example.net` and `n2.c.example.net`",
        "error[guard/data-without-tombstone]: site `t2` left the files but is still there, with its data",
        "error[guard/lost]: site `t1` was there and is lost: no directory, no database",
    ] {
        assert!(!ways.explain(refusal, &whole), "{refusal}");
    }
}
