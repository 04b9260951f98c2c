//! Whether the engine has the images that are wanted.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::super::client::{ANSWER, within};
use super::super::errors;
use super::{AT_ONCE, Question};
use crate::desired::observed::Observation;
use crate::desired::{Object, ObjectId, ObjectKind};
use crate::provider::Error;

/// An entry for each wanted image that is there.
pub(super) async fn observe(question: Question<'_>) -> Result<BTreeMap<ObjectId, Observation>, Error> {
    let looks = question.wanted(ObjectKind::Image).map(|(id, entry)| async move {
        let Object::Image(image) = &entry.object else { return Ok(None) };
        let call = question.engine.docker.inspect_image(&image.reference);
        match within(ANSWER, "look at an image", call).await? {
            Ok(seen) => {
                let present = question.present(entry.object.clone(), seen.id.unwrap_or_default());
                Ok(Some((id.clone(), Observation::Present(Box::new(present)))))
            }
            Err(error) if errors::is_missing(&error) => Ok(None),
            Err(error) => Err(errors::map("look at an image", &error)),
        }
    });
    let looks: Vec<_> = looks.collect();
    stream::iter(looks).buffered(AT_ONCE).try_filter_map(|found| async { Ok(found) }).try_collect().await
}
