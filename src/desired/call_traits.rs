//! What holds of each call, said by every one of them: there is no default, so that a new call has to say it too.

use super::Object;
use super::call::{Arg, Call};
use super::content::{Content, Takes};

/// What `bench` commands take turns at.
const BENCH: &str = "bench";

impl Call {
    /// What calls take turns at: `bench` in a container, of which so many are under way as [`Step::at_once`] says, or one
    /// of Traefik's files, which a call reads, changes and writes back.
    ///
    /// [`Step::at_once`]: super::change::Step::at_once
    #[must_use]
    pub fn turns(&self) -> Option<(&Arg, &str)> {
        match self {
            Self::NewSite { container, .. }
            | Self::SetAdminPassword { container, .. }
            | Self::InstallApp { container, .. }
            | Self::EnableScheduler { container, .. } => Some((container, BENCH)),
            Self::Routes { container, file, .. } => Some((container, file)),
            _ => None,
        }
    }

    /// Whether it is a `bench` command, which takes seconds to minutes.
    #[must_use]
    pub fn works_in_bench(&self) -> bool {
        self.turns().is_some_and(|(_, what)| what == BENCH)
    }

    /// Whether the call may be made again after it failed half-way, or when nobody knows what became of it: the
    /// connection may have gone while the engine goes on.
    #[must_use]
    pub const fn may_repeat(&self) -> bool {
        match self {
            // What is there already is pulled in no time.
            Self::PullImage { .. }
            // Ours under that name is taken for the one that was to be made; anybody else's is refused.
            | Self::CreateNetwork { .. }
            | Self::CreateVolume { .. }
            | Self::CreateContainer { .. }
            // Already gone is done.
            | Self::RemoveNetwork { .. }
            | Self::RemoveVolume { .. }
            | Self::RemoveContainer { .. }
            | Self::RemoveFiles { .. }
            | Self::DisconnectNetwork { .. }
            | Self::DiscardSite { .. }
            // The same twice is the same.
            | Self::ConnectNetwork { .. }
            | Self::PutFiles { .. }
            | Self::UpdateContainer { .. }
            | Self::RenameContainer { .. }
            | Self::StartContainer { .. }
            | Self::UnpauseContainer { .. }
            | Self::StopContainer { .. }
            | Self::RestartContainer { .. }
            // They only look.
            | Self::AwaitHealthy { .. }
            | Self::AwaitExec { .. }
            | Self::VerifyRelease { .. }
            | Self::VerifyMadeFor { .. }
            // SQL that makes what is not there and sets the rest; emptying what is empty does nothing.
            | Self::SetSchema { .. }
            | Self::ResetSchema { .. }
            | Self::SetAccount { .. }
            // Documents are written whole, or not at all.
            | Self::WriteBenchConfig { .. }
            | Self::WriteSiteConfig { .. }
            | Self::Routes { .. }
            // Short commands that set one thing.
            | Self::SetAdminPassword { .. }
            | Self::EnableScheduler { .. } => true,
            // What `bench` left of a site or of an app has to be looked at first.
            Self::NewSite { .. } | Self::InstallApp { .. } => false,
        }
    }

    /// What it opens when it is made, and what takes it.
    #[must_use]
    pub fn contents(&self) -> Vec<(&Content, Takes)> {
        match self {
            Self::CreateContainer { container, .. } => {
                container.files.values().map(|file| (&file.content, Takes::Bytes)).collect()
            }
            Self::PutFiles { files, .. } => {
                files.values().map(|file| (&file.content, Takes::Bytes)).collect()
            }
            Self::SetAccount { account, .. } => vec![(&account.password, Takes::Bytes)],
            Self::NewSite { database_password, admin_password, .. } => {
                vec![(database_password, Takes::Text), (admin_password, ADMINISTRATOR)]
            }
            Self::WriteSiteConfig { secrets, .. } => {
                secrets.values().map(|secret| (secret, Takes::Text)).collect()
            }
            Self::SetAdminPassword { password, .. } => vec![(password, ADMINISTRATOR)],
            Self::PullImage { .. }
            | Self::CreateNetwork { .. }
            | Self::RemoveNetwork { .. }
            | Self::CreateVolume { .. }
            | Self::RemoveVolume { .. }
            | Self::ConnectNetwork { .. }
            | Self::DisconnectNetwork { .. }
            | Self::RemoveFiles { .. }
            | Self::UpdateContainer { .. }
            | Self::StartContainer { .. }
            | Self::UnpauseContainer { .. }
            | Self::StopContainer { .. }
            | Self::RestartContainer { .. }
            | Self::RemoveContainer { .. }
            | Self::RenameContainer { .. }
            | Self::AwaitHealthy { .. }
            | Self::AwaitExec { .. }
            | Self::SetSchema { .. }
            | Self::ResetSchema { .. }
            | Self::VerifyRelease { .. }
            | Self::VerifyMadeFor { .. }
            | Self::WriteBenchConfig { .. }
            | Self::DiscardSite { .. }
            | Self::InstallApp { .. }
            | Self::EnableScheduler { .. }
            | Self::Routes { .. } => Vec::new(),
        }
    }
}

/// A longer password is stored, and no login form takes it (Frappe's `MAX_PASSWORD_SIZE`).
const ADMINISTRATOR: Takes = Takes::Typed(512);

impl Object {
    /// What is opened when it is made, and what takes it.
    #[must_use]
    pub fn contents(&self) -> Vec<(&Content, Takes)> {
        match self {
            Self::Container(container) => {
                container.files.values().map(|file| (&file.content, Takes::Bytes)).collect()
            }
            Self::Account(account) => vec![(&account.password, Takes::Bytes)],
            Self::Site(site) => {
                let own = [(&site.database_password, Takes::Text), (&site.admin_password, ADMINISTRATOR)];
                let config = site.secret_config.values().map(|secret| (secret, Takes::Text));
                own.into_iter().chain(config).collect()
            }
            Self::Image(_)
            | Self::Network(_)
            | Self::Volume(_)
            | Self::Route(_)
            | Self::Schema(_)
            | Self::BenchConfig(_) => Vec::new(),
        }
    }
}
