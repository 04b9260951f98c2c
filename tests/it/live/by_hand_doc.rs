//! `docs/by-hand.md` and the commands of `docs/removing-a-customer.md`, typed word by word, with this fleet's names in the place
//! of the pages': what they say leaves a world that the next plan understands.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::bench::Bench;
use super::fleet::Run;
use crate::support::disk;

/// What the page's blocks below a heading say, of a language.
fn blocks(heading: &str, language: &str) -> String {
    blocks_of("docs/by-hand.md", heading, language)
}

/// The same of another page.
fn blocks_of(page: &str, heading: &str, language: &str) -> String {
    let text = disk::read(page);
    let (_, rest) = text.split_once(&format!("\n## {heading}\n")).unwrap();
    let section = rest.split("\n## ").next().unwrap();
    let mut lines = section.lines().map(str::trim_start);
    let mut said = String::new();
    while let Some(line) = lines.next() {
        if line == format!("```{language}") {
            for line in lines.by_ref().take_while(|line| *line != "```") {
                let line = line.strip_prefix("$ ").or_else(|| line.strip_prefix("> ")).unwrap_or(line);
                said.push_str(&format!("{line}\n"));
            }
        }
    }
    assert!(!said.is_empty(), "{heading}");
    said
}

struct Typist<'a> {
    bench: &'a Bench,
    place: TempDir,
    database: String,
}

impl Typist<'_> {
    /// In this fleet's names.
    fn named(&self, text: &str) -> String {
        let id = &self.bench.fleet.id;
        text.replace("acme-db-main-", &format!("{id}-db-main-"))
            .replace("acme-bench-shared-a-", &format!("{id}-bench-a-"))
            .replace("acme-bench-shared-b", &format!("{id}-bench-b"))
            .replace("globex.erp.example.com", &Bench::directory("one"))
            .replace("acme_globex_bb07dffb", &self.database)
            .replace(
                "tenantry apply\n",
                &format!(
                    "tenantry apply --auto-approve --new-fleet {}\n",
                    self.bench.fleet.directory.path().display()
                ),
            )
    }

    fn types(&self, text: &str) {
        let text = self.named(text);
        let binary = Path::new(env!("CARGO_BIN_EXE_tenantry")).parent().unwrap();
        let output = Command::new("bash")
            .args(["-euc", &format!("PATH={}:$PATH\n{text}", binary.display())])
            .current_dir(self.place.path())
            .env("XDG_STATE_HOME", self.bench.fleet.state.path())
            .output()
            .unwrap();
        let run = Run::of(output);
        assert_eq!(run.code, 0, "{text}\n{run}");
    }

    /// A block with the account for once there, and away again.
    fn as_root(&self, text: &str) {
        self.types(&blocks("An account for once", "console"));
        self.types(text);
        self.bench.sql("DROP USER once@'%'");
    }

    fn refused(&self, said: &[&str]) {
        let run = self.bench.fleet.run(&["plan", "--new-fleet"]);
        assert_eq!(run.code, 5, "{run}");
        for words in said {
            assert!(run.err.contains(words), "{words}: {run}");
        }
    }

    fn kept(&self) -> String {
        self.bench.sql(&format!("SELECT value FROM {}.tabSingles WHERE field = 'kept'", self.database))
    }
}

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn what_the_page_says_is_understood_by_the_next_plan() {
    let bench = Bench::new("bh", &[("one", "\"erpnext\"")]);
    bench.converges(&["one"]);
    let database = bench.database("one");
    let typist = Typist { place: tempfile::tempdir().unwrap(), database, bench: &bench };
    let (database, directory) = (&typist.database, Bench::directory("one"));
    let keep = format!("INSERT INTO {database}.tabSingles (doctype, field, value) VALUES ('x', 'kept', '1')");
    bench.sql(&keep);
    bench.sh(&format!("bench --site {directory} backup --backup-path /tmp/backup && cp /tmp/backup/*-database.sql.gz /tmp/database && cp /tmp/backup/*-site_config_backup.json /tmp/config"));
    let backend = bench.fleet.container("bench", "backend");
    for (from, to) in [("database", "globex.sql.gz"), ("config", "site_config_backup.json")] {
        let to = typist.place.path().join(to);
        bench.fleet.ask(&["cp", &format!("{backend}:/tmp/{from}"), to.to_str().unwrap()]);
    }

    // Root logs in on the server alone.
    let restore = format!(
        "bench --site {directory} restore --db-root-username root --db-root-password x /tmp/database"
    );
    let denied = bench.fleet.docker(&["exec", &backend, "sh", "-c", &restore]);
    assert!(denied.code != 0 && format!("{denied}").contains("1045"), "{denied}");

    bench.sql(&format!("DELETE FROM {database}.tabSingles WHERE field = 'kept'"));
    typist.as_root(&blocks("Restore a backup", "console"));
    assert_eq!(typist.kept(), "1");
    bench.converges(&["one"]);

    bench.sh(&format!("rm -r sites/{directory}"));
    typist.refused(&["error[guard/lost]: site `one` was there and is not whole: no directory"]);
    typist.types(&blocks("A directory that is lost", "console"));
    bench.converges(&["one"]);
    assert_eq!(typist.kept(), "1");

    bench.sql(&format!("DROP DATABASE {database}"));
    typist.refused(&["error[guard/lost]: site `one` was there and is not whole"]);
    typist.as_root(&blocks("Restore a backup", "console"));
    bench.converges(&["one"]);
    assert_eq!(typist.kept(), "1");

    // Lost as a whole: nothing but its route and its marks is left.
    bench.sh(&format!("rm -r sites/{directory}"));
    bench.sql(&format!("DROP DATABASE {database}; DROP USER {database}@'%'"));
    let said =
        ["is lost: no directory, no database", "it is still routed (bench-a.yml)", "(tenantry.objects)"];
    typist.refused(&said);
    let run = bench.fleet.apply();
    assert_eq!((run.code, bench.ping("one").as_str()), (5, "404"), "{run}");
    let run = bench.fleet.run(&["apply", "--auto-approve", "--new-fleet", "--anew", "site.one"]);
    assert_eq!(run.code, 0, "{run}");
    bench.converges(&["one"]);
    assert_eq!(typist.kept(), "");
    typist.as_root(&blocks("Restore a backup", "console"));
    assert_eq!(typist.kept(), "1");
    bench.converges(&["one"]);

    // Taken away, as a customer is who leaves.
    let leaving = |heading| blocks_of("docs/removing-a-customer.md", heading, "console");
    typist.types(&leaving("1. Make a backup"));
    bench.fleet.edit_file("tenants/one.kdl", "bench \"a\"", "bench \"a\"\n        suspended #true");
    bench.fleet.applied();
    typist.types(&blocks("An account for once", "console"));
    typist.types(&blocks("Take a site away", "console"));
    bench.sql(&typist.named(&blocks("Take a site away", "sql")));
    // A job that waited makes the directory again.
    bench.sh(&format!("for n in $(seq 200); do test -e sites/{directory} && exit; sleep 0.1; done; exit 1"));
    typist.types(&leaving("3. Drop the sites"));
    bench.sh(&format!("test ! -e sites/{directory} && test ! -e archived/sites/{directory}"));
    bench.fleet.write("tenants/one.kdl", "");
    assert_eq!(bench.fleet.planned(), [("delete".to_owned(), "site.one/route".to_owned())]);
    bench.converges(&[]);
    // A bench goes, and nothing of another one with it.
    bench.fleet.write("platform/b.kdl", "bench \"b\" { host \"h\" }\n");
    bench.fleet.applied();
    bench.fleet.write("platform/b.kdl", "");
    typist.refused(&["error[guard/data-without-tombstone]: bench `b` left the files"]);
    typist.types(&blocks("Take a bench or a database away", "console"));
    bench.converges(&[]);
    // Nothing of it is remembered.
    bench.site("one", "");
    bench.converges(&["one"]);
}
