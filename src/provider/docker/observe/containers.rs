//! Containers: ours read back whole, with their files, and what stands under the names that we would choose.

use std::collections::{BTreeMap, BTreeSet};

use bollard::models::{
    ContainerInspectResponse, ContainerStateStatusEnum, ContainerSummary, HealthStatusEnum,
};
use futures_util::{StreamExt as _, stream};

use super::super::client::{ANSWER, within};
use super::super::found::{Mark, container_words};
use super::super::{errors, read};
use super::{AT_ONCE, Question, gather, name};
use crate::desired::content::Content;
use crate::desired::docker::{Container, File, Provided};
use crate::desired::observed::{Halt, Observation, Present, Status};
use crate::desired::{Object, ObjectId, ObjectKind};
use crate::provider::{Error, ErrorKind};

/// Names that our containers answer to, by engine id and network.
pub(super) type Attached = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// One container of ours, looked at.
struct Look {
    id: ObjectId,
    created: String,
    result: Result<Present, Error>,
}

/// An entry for each container that is there and either ours or in our way.
pub(super) async fn observe(
    question: Question<'_>,
    containers: &[ContainerSummary],
) -> (BTreeMap<ObjectId, Observation>, Attached) {
    let ours: Vec<(ObjectId, &ContainerSummary)> = containers
        .iter()
        .filter_map(|c| question.identity(c.labels.as_ref(), ObjectKind::Container).map(|id| (id, c)))
        .collect();
    let images = images(question, ours.iter().filter_map(|(_, c)| c.image_id.clone()).collect()).await;
    let nothing = Ok(Provided::default());
    let looks: Vec<_> = ours
        .into_iter()
        .map(|(id, summary)| {
            let provided = summary.image_id.as_ref().and_then(|id| images.get(id)).unwrap_or(&nothing);
            look(question, id, summary, provided)
        })
        .collect();
    let looks: Vec<Option<Look>> = stream::iter(looks).buffered(AT_ONCE).collect().await;
    let mut looks: Vec<Look> = looks.into_iter().flatten().collect();
    looks.sort_by(|a, b| a.created.cmp(&b.created));

    let mut attached = Attached::new();
    let mut found = BTreeMap::<ObjectId, Result<Vec<Present>, Error>>::new();
    for Look { id, result, .. } in looks {
        if let Ok(Present { object: Object::Container(container), handle, .. }) = &result {
            attached.insert(handle.clone(), container.networks.clone());
        }
        let all = found.entry(id).or_insert_with(|| Ok(Vec::new()));
        match (all.as_mut(), result) {
            (Ok(known), Ok(present)) => known.push(present),
            (Ok(_), Err(error)) => *all = Err(error),
            (Err(_), _) => {}
        }
    }
    let mut objects = foreign(question, containers, &found.keys().cloned().collect());
    for (id, all) in found {
        let wanted = wanted(question, &id).map(|container| container.name.clone());
        let first = |present: &Present| match &present.object {
            Object::Container(container) => Some(&container.name) == wanted.as_ref(),
            _ => false,
        };
        let observation = match all {
            Ok(all) => gather(all, first),
            Err(error) => Some(Observation::Unreadable { behind: None, why: error.to_string() }),
        };
        objects.extend(observation.map(|observation| (id, observation)));
    }
    (objects, attached)
}

fn wanted<'a>(question: Question<'a>, id: &ObjectId) -> Option<&'a Container> {
    match &question.desired.objects.get(id)?.object {
        Object::Container(container) => Some(container),
        _ => None,
    }
}

fn foreign(
    question: Question<'_>,
    containers: &[ContainerSummary],
    ours: &BTreeSet<ObjectId>,
) -> BTreeMap<ObjectId, Observation> {
    let named: BTreeMap<&str, &ContainerSummary> = containers.iter().map(|c| (name(c), c)).collect();
    question
        .wanted(ObjectKind::Container)
        .filter(|(id, _)| !ours.contains(id))
        .filter_map(|(id, _)| {
            let seen = named.get(wanted(question, id)?.name.as_str())?;
            let mark = Mark::of(seen.labels.as_ref(), &question.desired.fleet);
            let created = seen.created.and_then(|s| jiff::Timestamp::from_second(s).ok());
            let created = created.map(|at| at.to_string()).unwrap_or_default();
            let image = seen.image.as_deref().unwrap_or("no image");
            let evidence = format!("{} {}", container_words(name(seen), image, &created), mark.words());
            Some((id.clone(), Observation::Foreign { evidence }))
        })
        .collect()
}

/// What each image brings; an image that was removed from under its containers brings nothing.
async fn images(question: Question<'_>, ids: BTreeSet<String>) -> BTreeMap<String, Result<Provided, Error>> {
    let looks = ids.into_iter().map(|id| async move {
        let what = "look at an image";
        match within(ANSWER, what, question.engine.docker.inspect_image(&id)).await {
            Ok(Ok(image)) => Some((id, Ok(read::provided(image)))),
            Ok(Err(error)) if errors::is_missing(&error) => None,
            Ok(Err(error)) => Some((id, Err(errors::map(what, &error)))),
            Err(error) => Some((id, Err(error))),
        }
    });
    let looks: Vec<_> = looks.collect();
    stream::iter(looks).buffered(AT_ONCE).filter_map(|found| async { found }).collect().await
}

/// Looks at one container; `None` when it went away meanwhile.
async fn look(
    question: Question<'_>,
    id: ObjectId,
    summary: &ContainerSummary,
    provided: &Result<Provided, Error>,
) -> Option<Look> {
    let handle = summary.id.clone()?;
    let what = format!("look at container {}", name(summary));
    let seen = match question.engine.container(&handle, &what).await {
        Ok(seen) => seen?,
        Err(error) => return Some(Look { id, created: String::new(), result: Err(error) }),
    };
    let created = seen.created.clone().unwrap_or_default();
    let provided = match provided {
        Ok(provided) => provided,
        Err(error) => return Some(Look { id, created, result: Err(error.clone()) }),
    };
    match present(question, &id, summary, &seen, provided).await {
        Err(error) if error.kind == ErrorKind::NotFound => None,
        result => Some(Look { id, created, result }),
    }
}

async fn present(
    question: Question<'_>,
    id: &ObjectId,
    summary: &ContainerSummary,
    seen: &ContainerInspectResponse,
    provided: &Provided,
) -> Result<Present, Error> {
    let declared = wanted(question, id);
    let handle = seen.id.clone().unwrap_or_default();
    let mut container = read::container(seen, provided, declared);
    let files = declared.map(|container| &container.files);
    let mut stored =
        question.engine.get_each(&handle, files.into_iter().flatten().map(|(path, _)| path)).await?;
    for (path, file) in files.into_iter().flatten() {
        if let Some(stored) = stored.remove(path) {
            let content = match file.content {
                Content::Text(_) => Content::Text(String::from_utf8_lossy(&stored.bytes).into_owned()),
                _ => Content::Sealed(question.opener.fingerprint(&stored.bytes)),
            };
            let file = File { content, mode: stored.mode, uid: stored.uid, gid: stored.gid };
            container.files.insert(path.clone(), file);
        }
    }
    let marks = question.engine.running_marks(seen.exec_ids.as_deref().unwrap_or_default()).await?;
    let state = seen.state.clone().unwrap_or_default();
    let halt = match state.status {
        Some(ContainerStateStatusEnum::PAUSED) => Some(Halt::Paused),
        Some(ContainerStateStatusEnum::RESTARTING) => Some(Halt::Restarting),
        Some(ContainerStateStatusEnum::REMOVING | ContainerStateStatusEnum::DEAD) => Some(Halt::Leaving),
        _ => None,
    };
    let health = question.engine.health_of_late(seen).await;
    let status = Status {
        running: state.running == Some(true) && halt.is_none(),
        health: health
            .filter(|status| !matches!(status, HealthStatusEnum::EMPTY | HealthStatusEnum::NONE))
            .map(|status| status.to_string()),
        text: summary.status.clone().unwrap_or_default(),
        // The lock's own exec is not a step's.
        busy: marks.into_iter().filter(|mark| mark.starts_with("tenantry:")).collect(),
        isolated: read::is_isolated(seen),
        fresh: state.status == Some(ContainerStateStatusEnum::CREATED),
        halt,
        image: summary.image_id.clone(),
        started: state.started_at.clone(),
        stale: false,
    };
    let object = Object::Container(Box::new(container));
    Ok(Present { provided: provided.clone(), status, ..question.present(object, handle) })
}
