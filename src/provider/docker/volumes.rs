//! Named volumes: made and removed.

use bollard::models::VolumeCreateRequest;
use bollard::query_parameters::RemoveVolumeOptions;

use super::client::{ANSWER, Engine, within};
use super::found::{Mark, refuse, taken};
use super::{errors, labels};
use crate::desired::ObjectId;
use crate::desired::docker::Volume;
use crate::provider::{Error, Output};

impl Engine {
    /// Creates a volume. The engine hands out the existing one of that name without a word, so its mark is read.
    pub(super) async fn create_volume(
        &self,
        fleet: &str,
        id: &ObjectId,
        volume: &Volume,
    ) -> Result<Output, Error> {
        let what = format!("create volume {}", volume.name);
        let request = VolumeCreateRequest {
            name: Some(volume.name.clone()),
            driver: Some(volume.driver.clone()),
            driver_opts: Some(volume.options.clone().into_iter().collect()),
            labels: Some(labels::volume(fleet, id, volume).into_iter().collect()),
            cluster_volume_spec: None,
        };
        let made = self.within(ANSWER, &what, self.docker.create_volume(request)).await?;
        let mark = Mark::of(Some(&made.labels), fleet);
        if mark.is(id) { Ok(Output { handle: Some(made.name) }) } else { Err(taken(&words(&made), &mark)) }
    }

    /// Removes a volume that is ours.
    pub(super) async fn remove_volume(&self, fleet: &str, name: &str) -> Result<Output, Error> {
        let what = format!("remove volume {name}");
        let seen = match within(ANSWER, &what, self.docker.inspect_volume(name)).await? {
            Ok(seen) => seen,
            Err(error) if errors::is_missing(&error) => return Ok(Output::default()),
            Err(error) => return Err(errors::map(&what, &error)),
        };
        let mark = Mark::of(Some(&seen.labels), fleet);
        if !matches!(mark, Mark::Ours(_)) {
            return Err(refuse(&words(&seen), &mark));
        }
        match within(ANSWER, &what, self.docker.remove_volume(name, None::<RemoveVolumeOptions>)).await? {
            Err(error) if !errors::is_missing(&error) => Err(errors::map(&what, &error)),
            _ => Ok(Output::default()),
        }
    }
}

fn words(volume: &bollard::models::Volume) -> String {
    format!("volume {} ({})", volume.name, volume.driver)
}
