//! `docs/gitops.md`, typed word by word: its server is this machine, reached by OpenSSH.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use super::pushed::Servers;
use crate::support::disk;
use crate::support::git::{git, path};

/// The blocks of commands with the place where they are typed.
fn blocks() -> Vec<(String, Vec<String>)> {
    let mut blocks = Vec::new();
    let text = disk::read("docs/gitops.md");
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(place) = line.strip_prefix("<!-- ").and_then(|line| line.strip_suffix(" -->")) else {
            continue;
        };
        assert_eq!(lines.next(), Some("```console"), "after {line}");
        let block = lines.by_ref().take_while(|line| *line != "```");
        blocks.push((
            place.to_owned(),
            block.map(|line| line.strip_prefix("$ ").unwrap().to_owned()).collect(),
        ));
    }
    blocks
}

struct Typist {
    server: PathBuf,
    mine: PathBuf,
    address: String,
    ssh: String,
}

impl Typist {
    /// Types a block into a shell; what it prints.
    fn types(&self, place: &str, lines: &[String]) -> String {
        let at = match place {
            "on the server" => self.server.clone(),
            "on your machine" => self.mine.clone(),
            "on your machine, in fleet" => self.mine.join("fleet"),
            other => panic!("nobody types {other:?}"),
        };
        let binary = Path::new(env!("CARGO_BIN_EXE_tenantry")).parent().unwrap();
        let template = git(&at);
        let mut shell = Command::new("sh");
        shell
            .arg("-e")
            .arg("-c")
            .arg(format!("exec 2>&1\n{}", lines.join("\n")))
            .current_dir(&at)
            .env_clear();
        shell.envs(template.get_envs().filter_map(|(name, value)| Some((name, value?))));
        // The server's name stands for this machine.
        shell
            .env("PATH", format!("{}:{}", binary.display(), path()))
            .env("HOME", &self.server)
            .env("USER", "ana")
            .env("GIT_SSH_COMMAND", &self.ssh)
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", format!("url.{}.insteadOf", self.address))
            .env("GIT_CONFIG_VALUE_0", "git@server:");
        let output = shell.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{place}: {lines:?}\n{text}");
        text
    }
}

#[test]
#[ignore = "needs OpenSSH's server: run tests/run"]
fn from_an_empty_server_to_push_to_deploy() {
    let (server, mine) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let servers = Servers::start(server.path());
    let (address, ssh) = servers.ssh("");
    let typist = Typist { server: server.path().to_owned(), mine: mine.path().to_owned(), address, ssh };
    let blocks = blocks();
    assert_eq!(blocks.len(), 6);
    let began = Instant::now();
    let said: Vec<String> = blocks.iter().map(|(place, lines)| typist.types(place, lines)).collect();
    assert!(began.elapsed().as_secs() < 600, "the page promises ten minutes");

    assert!(said[0].contains("is now checked, shown and applied by"), "{}", said[0]);
    assert!(said[1].contains("remote: Apply complete!") && said[1].contains("is applied."), "{}", said[1]);
    let (review, deployed) = said[2].split_once("Nothing was applied, and nothing is kept.").unwrap();
    assert!(review.contains("site.globex"), "{review}");
    assert!(deployed.contains("remote: Apply complete!") && deployed.contains("site.globex"), "{deployed}");
    assert!(said[3].contains("Notes (tenantry):\n    tenantry: done\n"), "{}", said[3]);
    for line in ["nothing is pending", "globex.erp.localhost", "post-receive  runs ", "done by "] {
        assert!(said[4].contains(line), "{line:?}\n{}", said[4]);
    }
    for line in ["nothing of them is applied until", ": the database moves, until 18:00", "Nothing waits."] {
        assert!(said[5].contains(line), "{line:?}\n{}", said[5]);
    }
}
