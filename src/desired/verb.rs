//! Calls in words.

use super::call::Call;

impl Call {
    /// What it does, as an imperative for progress and failures: `create`, `put 3 files`.
    #[must_use]
    pub fn verb(&self) -> String {
        let files = |n: usize| if n == 1 { "1 file".to_owned() } else { format!("{n} files") };
        match self {
            Self::PullImage { .. } => "pull".to_owned(),
            Self::CreateNetwork { .. } | Self::CreateVolume { .. } | Self::CreateContainer { .. } => {
                "create".to_owned()
            }
            Self::RemoveNetwork { .. } | Self::RemoveVolume { .. } | Self::RemoveContainer { .. } => {
                "remove".to_owned()
            }
            Self::ConnectNetwork { network, .. } => format!("connect to {network}"),
            Self::DisconnectNetwork { network, .. } => format!("disconnect from {network}"),
            Self::PutFiles { files: put, .. } => format!("put {}", files(put.len())),
            Self::RemoveFiles { paths, .. } => format!("remove {}", files(paths.len())),
            Self::UpdateContainer { .. } => "update".to_owned(),
            Self::StartContainer { .. } => "start".to_owned(),
            Self::UnpauseContainer { .. } => "unpause".to_owned(),
            Self::StopContainer { .. } => "stop".to_owned(),
            Self::RestartContainer { .. } => "restart".to_owned(),
            Self::RenameContainer { name, .. } => format!("rename to {name}"),
            Self::AwaitHealthy { .. } => "wait until healthy".to_owned(),
            Self::AwaitExec { .. } => "wait for an earlier command".to_owned(),
            Self::SetSchema { .. } => "create the database, or set its character set".to_owned(),
            Self::ResetSchema { .. } => "empty the half-made database".to_owned(),
            Self::SetAccount { .. } => "set password, limits and grants".to_owned(),
            Self::VerifyRelease { .. } => "compare the image with the release".to_owned(),
            Self::VerifyMadeFor { .. } => "look for which release the bench's sites were made".to_owned(),
            Self::WriteBenchConfig { .. } => "write common_site_config.json and apps.txt".to_owned(),
            Self::DiscardSite { .. } => "remove the half-made site".to_owned(),
            Self::NewSite { .. } => "bench new-site".to_owned(),
            Self::WriteSiteConfig { .. } => "write site_config.json".to_owned(),
            Self::SetAdminPassword { .. } => "set the administrator's password".to_owned(),
            Self::InstallApp { app, force: false, .. } => format!("install {app}"),
            Self::InstallApp { app, force: true, .. } => format!("install {app} again"),
            Self::EnableScheduler { .. } => "enable the scheduler".to_owned(),
            Self::Routes { file, .. } => format!("write {file} and wait for the reload"),
        }
    }
}
