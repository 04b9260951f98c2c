//! Limits and plans: each limit is the nearest one of its layers.

use super::context::{Context, written};
use crate::model::{Backup, Layer, Layered, Limits, Meta, Plan, RequestRate};
use crate::spec::{self, Count};
use crate::value::{Bytes, NanoCpus, Rate, Seconds};

/// A layer and the limits that are written in it.
pub(super) type Given<'s> = (Layer, Option<&'s spec::Limits>);

pub(super) fn limits(layers: &[Given<'_>], context: &mut Context<'_>) -> Limits {
    macro_rules! nearest {
        ($field:ident, $name:literal, $show:expr, $read:expr) => {
            context.nearest(
                concat!("limits.", $name),
                $show,
                layers
                    .iter()
                    .map(|(layer, limits)| written(*layer, limits.and_then(|l| l.$field.as_ref()), $read)),
            )
        };
    }
    let number = u64::to_string;
    let bytes = |value: &u64| Bytes(*value).to_string();
    Limits {
        sites: nearest!(sites, "sites", number, |v| *v),
        users: nearest!(users, "users", number, |v| *v),
        database_size: nearest!(database_size, "database-size", bytes, |v: &Bytes| v.0),
        files_size: nearest!(files_size, "files-size", bytes, |v: &Bytes| v.0),
        connections: nearest!(connections, "connections", number, |v: &Count| v.get()),
        statement_time: nearest!(
            statement_time,
            "statement-time",
            |v| Seconds(*v).to_string(),
            |v: &Seconds| v.0
        ),
        requests: context.nearest(
            "limits.requests",
            show_requests,
            layers.iter().map(|(layer, limits)| requests(*layer, limits.and_then(|l| l.requests.as_deref()))),
        ),
        memory: nearest!(memory, "memory", bytes, |v: &Bytes| v.0),
        nano_cpus: nearest!(cpus, "cpus", |v| NanoCpus(*v).to_string(), |v: &NanoCpus| v.0),
        processes: nearest!(processes, "processes", number, |v: &Count| v.get()),
    }
}

/// One block is one value: a nearer `requests` replaces the further one whole.
fn requests(layer: Layer, requests: Option<&spec::Requests>) -> Option<Layered<RequestRate>> {
    let requests = requests?;
    let rate = requests.rate.as_ref()?;
    let value = RequestRate {
        average: rate.value.average,
        period: rate.value.period,
        burst: requests.burst.as_ref().map(|burst| burst.value.get()),
        in_flight: requests.in_flight.as_ref().map(|in_flight| in_flight.value.get()),
    };
    Some(Layered { value, layer, span: Some(rate.span) })
}

fn show_requests(requests: &RequestRate) -> String {
    let mut text = Rate { average: requests.average, period: requests.period }.to_string();
    for (name, value) in [("burst", requests.burst), ("in-flight", requests.in_flight)] {
        if let Some(value) = value {
            text.push_str(&format!(" {name}={value}"));
        }
    }
    text
}

pub(super) fn plan(declared: &spec::Plan, meta: Meta, context: &mut Context<'_>) -> Option<Plan> {
    let backup = match declared.backup.as_deref() {
        Some(backup) => Some(Backup {
            every: backup.every.clone()?.map(|every| every.0),
            keep: backup.keep.clone()?.map(Count::get),
        }),
        None => None,
    };
    Some(Plan {
        meta,
        price: declared.price.clone(),
        limits: limits(&[(Layer::Plan, declared.limits.as_deref())], context),
        backup,
    })
}
