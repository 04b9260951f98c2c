//! The room on an engine's disk, which the engine itself tells nobody: a container of ours is asked, since the root of each lies on
//! that disk. And how much of it an image may take.

use std::collections::BTreeMap;
use std::time::Duration;

use bollard::query_parameters::ListImagesOptions;

use super::client::{ANSWER, Engine};
use super::stale;
use crate::desired::observed::Disk;
use crate::provider::Error;

/// How many containers are asked at most: not each has a `df`.
const ASKED: usize = 3;
/// How long one may take for its answer.
const PATIENCE: Duration = Duration::from_secs(5);

impl Engine {
    /// The room on its disk, where a running container of a fleet can tell it.
    pub async fn disk(&self, fleet: &str) -> Option<Disk> {
        for container in stale::running(self, fleet).await.ok()?.iter().take(ASKED) {
            let words = ["df", "-P", "-k", "/"].map(str::to_owned).to_vec();
            let said = self.run_words(container, words, None, None, "ask for the room on the disk");
            if let Ok(Ok(said)) = tokio::time::timeout(PATIENCE, said).await
                && let Some(disk) = read(&String::from_utf8_lossy(&said.stdout))
            {
                return Some(disk);
            }
        }
        None
    }
}

/// Of each image, the bytes of the largest of its repository that is there: one that is pulled will take about as much, less what
/// the two share.
pub(super) async fn sizes(engine: &Engine, references: &[&str]) -> Result<BTreeMap<String, u64>, Error> {
    let images = engine.docker.list_images(None::<ListImagesOptions>);
    let images = engine.within(ANSWER, "list images", images).await?;
    let size = |reference: &str| {
        let alike = images
            .iter()
            .filter(|image| image.repo_tags.iter().any(|tag| repository(tag) == repository(reference)));
        alike.filter_map(|image| u64::try_from(image.size).ok()).max()
    };
    Ok(references.iter().filter_map(|of| Some(((*of).to_owned(), size(of)?))).collect())
}

/// `frappe/erpnext` of `frappe/erpnext:v15.80` or `frappe/erpnext@sha256:…`.
fn repository(reference: &str) -> &str {
    let name = reference.split('@').next().unwrap_or(reference);
    match name.rsplit_once(':') {
        // What follows the colon of a registry's port has a slash.
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => name,
    }
}

/// What `df -P -k` says: a line of headings, then size, used and available in KiB as second to fourth word (POSIX).
fn read(text: &str) -> Option<Disk> {
    let words: Vec<&str> = text.lines().nth(1)?.split_whitespace().collect();
    let bytes = |word: &str| word.parse::<u64>().ok()?.checked_mul(1024);
    let (total, free) = (bytes(words.get(1)?)?, bytes(words.get(3)?)?);
    (total > 0).then_some(Disk { total, free })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_line_of_df_is_read_and_nothing_else() {
        let said =
            "Filesystem     1024-blocks     Used Available Capacity Mounted on\noverlay 100 60 30 67% /\n";
        assert_eq!(read(said), Some(Disk { total: 100 << 10, free: 30 << 10 }));
        for other in
            ["", "df: no such file", "Filesystem\n", "a\noverlay - - - - /\n", "a\noverlay 0 0 0 - /\n"]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn a_repository_is_a_reference_without_tag_and_digest() {
        for (reference, name) in [
            ("frappe/erpnext:v15.80", "frappe/erpnext"),
            ("localhost:5000/erp", "localhost:5000/erp"),
            ("localhost:5000/erp:1", "localhost:5000/erp"),
            ("erp@sha256:00", "erp"),
            ("erp:1@sha256:00", "erp"),
        ] {
            assert_eq!(repository(reference), name);
        }
    }
}
