//! Pulling images, with progress.

use std::collections::BTreeMap;

use bollard::models::CreateImageInfo;
use bollard::query_parameters::CreateImageOptions;
use futures_util::StreamExt as _;

use super::client::{ANSWER, Engine, within};
use super::errors;
use crate::provider::{Error, ErrorKind, Output};

/// Seconds in which a registry must send something.
const SILENCE: u64 = 300;

impl Engine {
    /// Pulls an image unless it is there.
    pub(super) async fn pull(
        &self,
        reference: &str,
        progress: &(dyn Fn(&str) + Send + Sync),
    ) -> Result<Output, Error> {
        let what = format!("pull {reference}");
        if let Some(id) = self.image(reference, &what).await? {
            return Ok(Output { handle: Some(id) });
        }
        let options =
            CreateImageOptions { from_image: Some(tagged(reference)), ..CreateImageOptions::default() };
        let mut stream = std::pin::pin!(self.docker.create_image(Some(options), None, None));
        let mut layers = Layers::default();
        while let Some(piece) = within(SILENCE, &what, stream.next()).await? {
            let piece = piece.map_err(|error| pull_error(&what, errors::map(&what, &error)))?;
            if let Some(words) = layers.note(&piece) {
                progress(&words);
            }
        }
        match self.image(reference, &what).await? {
            Some(id) => Ok(Output { handle: Some(id) }),
            None => Err(Error::new(
                ErrorKind::ImageMissing,
                format!("{what}: the engine pulled it and has it not"),
            )),
        }
    }

    async fn image(&self, reference: &str, what: &str) -> Result<Option<String>, Error> {
        match within(ANSWER, what, self.docker.inspect_image(reference)).await? {
            Ok(image) => Ok(Some(image.id.unwrap_or_default())),
            Err(error) if errors::is_missing(&error) => Ok(None),
            Err(error) => Err(errors::map(what, &error)),
        }
    }
}

/// Without a tag the engine would pull every one there is.
fn tagged(reference: &str) -> String {
    let last = reference.rsplit('/').next().unwrap_or(reference);
    if last.contains([':', '@']) { reference.to_owned() } else { format!("{reference}:latest") }
}

fn pull_error(what: &str, error: Error) -> Error {
    let lower = error.message.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    if matches!(error.kind, ErrorKind::NoSpace | ErrorKind::Unreachable | ErrorKind::Timeout) {
        return error;
    }
    if has(&["pull access denied", "repository does not exist"]) {
        return Error::new(ErrorKind::ImageMissing, error.message)
            .advise("check its name; if it is private, `docker login` on that host");
    }
    if error.kind == ErrorKind::Denied || has(&["unauthorized", "authentication required", "denied"]) {
        return Error::new(ErrorKind::Denied, error.message)
            .advise("`docker login` to its registry on that host");
    }
    if has(&["manifest unknown", "not found", "no such image"]) {
        return Error::new(ErrorKind::ImageMissing, error.message).advise("check its name and tag");
    }
    if has(&["no such host", "connection refused", "timeout", "unreachable", "temporary failure", "dial tcp"])
    {
        return Error::new(ErrorKind::ImageMissing, error.message).advise(format!(
            "the engine cannot reach the registry; `docker {what}` on that host shows the same"
        ));
    }
    error
}

/// How far each layer is, in bytes.
#[derive(Default)]
struct Layers {
    seen: BTreeMap<String, (i64, i64, bool)>,
    said: String,
}

impl Layers {
    /// New words, when there are any.
    fn note(&mut self, piece: &CreateImageInfo) -> Option<String> {
        let (id, status) = (piece.id.clone()?, piece.status.as_deref()?);
        let layer = match status {
            "Pulling fs layer" | "Waiting" | "Downloading" | "Download complete" | "Extracting"
            | "Verifying Checksum" | "Pull complete" | "Already exists" => self.seen.entry(id).or_default(),
            _ => return None,
        };
        if status == "Downloading"
            && let Some(detail) = &piece.progress_detail
        {
            (layer.0, layer.1) = (detail.current.unwrap_or(0), detail.total.unwrap_or(0));
        }
        if matches!(status, "Download complete" | "Extracting" | "Pull complete" | "Already exists") {
            layer.0 = layer.1;
        }
        layer.2 |= matches!(status, "Pull complete" | "Already exists");
        let done = self.seen.values().filter(|layer| layer.2).count();
        let (current, total) =
            self.seen.values().fold((0, 0), |sum, layer| (sum.0 + layer.0, sum.1 + layer.1));
        let percent = (current.max(0) * 100).checked_div(total).unwrap_or(0);
        let words = format!("{percent} %, {done} of {} layers", self.seen.len());
        (words != self.said).then(|| {
            self.said.clone_from(&words);
            words
        })
    }
}

#[cfg(test)]
mod tests;
