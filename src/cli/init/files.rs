//! What a fleet begins with: text files beside this one, with the few values put in their places.

use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};

use super::Ci;
use crate::value::{FleetId, Name};

/// A file to write.
pub(super) struct File {
    /// Where, from the fleet's directory.
    pub(super) path: &'static str,
    /// What is in it.
    pub(super) text: String,
    /// Whether it is to be run.
    pub(super) program: bool,
}

/// What the files depend on.
pub(super) struct Content<'a> {
    /// The fleet's name.
    pub(super) name: &'a Name,
    /// Its id.
    pub(super) id: &'a FleetId,
    /// On a Docker Engine, and not in the sandbox.
    pub(super) docker: bool,
    /// For which hosts of git.
    pub(super) ci: &'a [Ci],
}

const README: &str = "README.md";
const IGNORED: &str = ".gitignore";

impl Content<'_> {
    /// All of them.
    pub(super) fn files(&self) -> Vec<File> {
        let plain = |path, text: &str| File { path, text: text.to_owned(), program: false };
        let filled = |path, template| File { path, text: self.fill(path, template), program: false };
        let mut files = vec![
            filled("fleet.kdl", include_str!("files/fleet.kdl")),
            filled("platform/hosts.kdl", include_str!("files/platform/hosts.kdl")),
            plain("platform/benches.kdl", include_str!("files/platform/benches.kdl")),
            plain("plans/starter.kdl", include_str!("files/plans/starter.kdl")),
            plain("tenants/demo.kdl", include_str!("files/tenants/demo.kdl")),
            filled(README, include_str!("files/readme.md")),
            plain(IGNORED, include_str!("files/gitignore")),
        ];
        if !self.ci.is_empty() {
            let text = include_str!("files/ci.sh").to_owned();
            files.push(File { path: ".tenantry/ci.sh", text, program: true });
        }
        let workflows = [
            (Ci::Github, ".github/workflows/tenantry.yml", include_str!("files/github.yml")),
            (Ci::Gitlab, ".gitlab-ci.yml", include_str!("files/gitlab.yml")),
            (Ci::Forgejo, ".forgejo/workflows/tenantry.yml", include_str!("files/forgejo.yml")),
        ];
        let wanted = workflows.into_iter().filter(|(ci, ..)| self.ci.contains(ci));
        files.extend(wanted.map(|(_, path, text)| plain(path, text)));
        files
    }

    /// Name and id are letters, digits and hyphens, so that nothing has to be escaped anywhere.
    fn fill(&self, path: &str, template: &str) -> String {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let values = context! {
            name => self.name.as_str(),
            id => self.id.as_str(),
            docker => self.docker,
            engine => if self.docker { "docker" } else { "sandbox" },
            ci => !self.ci.is_empty(),
            key => key(self.name),
        };
        // The templates are our own, and the tests fill every one.
        environment.render_named_str(path, template, values).unwrap_or_default() + "\n"
    }
}

/// Whether a file that is there already may stay. Every new repository on a host of git has these.
pub(super) fn may_stay(path: &str) -> bool {
    [README, IGNORED].contains(&path)
}

/// What its owner should know of a file that stays.
pub(super) fn what_to_see_to(path: &str) -> &'static str {
    if path == IGNORED { "; let it name /generated/, *.env and *.key" } else { "" }
}

/// How the key of a fleet on a real engine is made once, and given to each run.
pub(super) fn key(name: &Name) -> [String; 2] {
    let file = format!("~/.{name}.env");
    let make = "echo \"export TENANTRY_KEY=$(openssl rand -hex 32)\"";
    [format!("[ -e {file} ] || (umask 077 && {make} >{file})"), format!(". {file}")]
}
