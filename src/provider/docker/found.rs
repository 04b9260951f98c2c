//! Things that are already there: whether they are ours, and what they are when they are not.

use bollard::models::ContainerInspectResponse;

use super::archive::short;
use super::client::{ANSWER, Engine, within};
use super::{errors, labels};
use crate::desired::ObjectId;
use crate::provider::{Error, ErrorKind};

#[expect(clippy::disallowed_types, reason = "the engine's labels come in one; it is only looked up in")]
pub(super) type Labels = std::collections::HashMap<String, String>;

/// Whose something is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// This fleet's, with what it says it is.
    Ours(String),
    /// Another fleet's.
    Other(String),
    /// Nobody's that we know of.
    None,
}

impl Mark {
    /// Reads a mark.
    pub(super) fn of(labels: Option<&Labels>, fleet: &str) -> Self {
        let get = |key: &str| labels.and_then(|l| l.get(key)).cloned();
        match get(labels::FLEET) {
            Some(owner) if owner == fleet => Self::Ours(get(labels::IDENTITY).unwrap_or_default()),
            Some(owner) => Self::Other(owner),
            None => Self::None,
        }
    }

    pub(super) fn is(&self, id: &ObjectId) -> bool {
        matches!(self, Self::Ours(identity) if *identity == id.to_string())
    }

    /// The end of the sentence that begins with what it is.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Ours(identity) => format!("is {identity} of this fleet"),
            Self::Other(fleet) => format!("belongs to fleet {fleet}"),
            Self::None => "has no tenantry mark".to_owned(),
        }
    }
}

/// The refusal to touch what is not ours.
pub(super) fn refuse(evidence: &str, mark: &Mark) -> Error {
    Error::new(ErrorKind::Conflict, format!("{evidence} {}; it is left alone", mark.words()))
}

/// The error of a name that something else has.
pub(super) fn taken(evidence: &str, mark: &Mark) -> Error {
    Error::new(ErrorKind::NameTaken, format!("{evidence} {}", mark.words()))
        .advise("remove or rename it, or let Tenantry adopt it")
}

/// A container in a few words.
pub(super) fn container_words(name: &str, image: &str, created: &str) -> String {
    let name = name.trim_start_matches('/');
    // `2026-11-22T20:18:11.123456789Z`: people need no more than the minute.
    let minute = created.get(..16).unwrap_or(created).replace('T', " ");
    format!("container {name} ({image}, created {minute})")
}

pub(super) fn container_evidence(seen: &ContainerInspectResponse) -> String {
    let image = seen.config.as_ref().and_then(|c| c.image.as_deref()).unwrap_or("no image");
    container_words(
        seen.name.as_deref().unwrap_or("without a name"),
        image,
        seen.created.as_deref().unwrap_or_default(),
    )
}

pub(super) fn container_labels(seen: &ContainerInspectResponse) -> Option<&Labels> {
    seen.config.as_ref()?.labels.as_ref()
}

impl Engine {
    /// Looks at a container; `None` when there is none.
    pub(super) async fn container(
        &self,
        container: &str,
        what: &str,
    ) -> Result<Option<ContainerInspectResponse>, Error> {
        match within(ANSWER, what, self.docker.inspect_container(container, None)).await? {
            Ok(seen) => Ok(Some(seen)),
            Err(error) if errors::is_missing(&error) => Ok(None),
            Err(error) => Err(errors::map(what, &error)),
        }
    }

    /// Refuses a container that is not there or not ours.
    ///
    /// # Errors
    /// Not found, in conflict, or what the engine said.
    pub async fn must_be_ours(&self, container: &str, fleet: &str) -> Result<(), Error> {
        self.our_container(container, fleet, "look at a container").await.map(drop)
    }

    /// Looks at a container that must be there and ours, before something is done to it.
    pub(super) async fn our_container(
        &self,
        container: &str,
        fleet: &str,
        what: &str,
    ) -> Result<ContainerInspectResponse, Error> {
        let Some(seen) = self.container(container, what).await? else {
            let message = format!("{what}: there is no container {}", short(container));
            return Err(Error::new(ErrorKind::NotFound, message));
        };
        match Mark::of(container_labels(&seen), fleet) {
            Mark::Ours(_) => Ok(seen),
            mark => Err(refuse(&container_evidence(&seen), &mark)),
        }
    }
}
