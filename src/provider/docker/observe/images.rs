//! Whether the engine has the images that are wanted.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, stream};

use super::super::client::{ANSWER, within};
use super::super::errors;
use super::{AT_ONCE, Question};
use crate::desired::observed::Observation;
use crate::desired::{Object, ObjectId, ObjectKind};

/// An entry for each wanted image that is there, or of which the engine cannot tell.
pub(super) async fn observe(question: Question<'_>) -> BTreeMap<ObjectId, Observation> {
    let looks = question.wanted(ObjectKind::Image).map(|(id, entry)| async move {
        let Object::Image(image) = &entry.object else { return None };
        let call = question.engine.docker.inspect_image(&image.reference);
        let what = format!("look at image {}", image.reference);
        let seen = match within(ANSWER, &what, call).await {
            Ok(Ok(seen)) => Ok(seen),
            Ok(Err(error)) if errors::is_missing(&error) => return None,
            Ok(Err(error)) => Err(errors::map(&what, &error)),
            Err(error) => Err(error),
        };
        let observation = match seen {
            Ok(seen) => {
                let present = question.present(entry.object.clone(), seen.id.unwrap_or_default());
                Observation::Present(Box::new(present))
            }
            Err(error) => Observation::Unreadable { behind: None, why: error.to_string() },
        };
        Some((id.clone(), observation))
    });
    let looks: Vec<_> = looks.collect();
    stream::iter(looks).buffered(AT_ONCE).filter_map(|found| async { found }).collect().await
}

/// The references of those that are to be pulled, because they are not there.
pub(super) fn pulled<'a>(question: Question<'a>, seen: &BTreeMap<ObjectId, Observation>) -> Vec<&'a str> {
    let wanted = question.wanted(ObjectKind::Image).filter(|(id, _)| !seen.contains_key(*id));
    let pulled = wanted.filter_map(|(_, entry)| match &entry.object {
        Object::Image(image) if image.pull => Some(image.reference.as_str()),
        _ => None,
    });
    pulled.collect()
}
