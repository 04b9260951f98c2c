//! Frontends that ask their upstreams where these are no more. nginx looks a name up once, when it starts; containers that were
//! stopped and started by others than us may have changed addresses since. Its own health check sees nothing of it.

use futures_util::future::join_all;

use super::diff::looks_up_once;
use crate::desired::observed::{Observation, Observed, Present};
use crate::desired::{ObjectId, ObjectKind};
use crate::provider::inside::{Inside, Script};

/// In the arguments of commands that only read: they are no step's, so nobody waits for them.
const LOOK: &str = "reads-frontend";
/// One request through nginx to each upstream. Whatever they answer, they are there; nginx says 502 or 504 where nobody is.
const PROBE: &str = r#"for path in /api/method/ping "/socket.io/?EIO=4&transport=polling"; do
case $(curl -s -o /dev/null -m 5 -w "%{http_code}" "http://127.0.0.1:8080$path") in 502|504) exit 7;; esac
done"#;
/// What the probe ends with where nobody answered.
const NOBODY: i64 = 7;

/// Marks the frontends of a host that have to start again. Only those are asked behind which something started later than they did.
pub async fn mark(inside: &dyn Inside, host: &str, observed: &mut Observed) {
    let suspects: Vec<(ObjectId, String)> =
        suspects(host, observed).map(|(id, frontend)| (id.clone(), frontend.handle.clone())).collect();
    let probes = suspects.into_iter().map(|(id, handle)| async move {
        let said = inside.exec(&handle, LOOK, Script::new(PROBE, &[])).await;
        said.is_ok_and(|said| said.code == NOBODY).then_some((id, handle))
    });
    for (id, handle) in join_all(probes).await.into_iter().flatten() {
        if let Some(Observation::Present(present)) = observed.objects.get_mut(&id) {
            present.status.stale = present.handle == handle;
        }
    }
}

/// Frontends that run, and started before a healthy container that they lead to.
fn suspects<'a>(host: &'a str, observed: &'a Observed) -> impl Iterator<Item = (&'a ObjectId, &'a Present)> {
    let containers = || {
        observed
            .objects
            .iter()
            .filter(|(id, _)| id.kind == ObjectKind::Container)
            .filter_map(|(id, one)| Some((id, one.present()?)))
    };
    containers().filter(move |(id, frontend)| {
        frontend.host == host
            && frontend.status.running
            && ["backend", "websocket"].into_iter().any(|role| {
                let need = ObjectId::new(&id.of, ObjectKind::Container, role);
                let upstream = observed.objects.get(&need).and_then(Observation::present);
                looks_up_once(id, &need)
                    && upstream.map(Present::serving).is_some_and(|upstream| {
                        upstream.status.is_ready() && started(upstream) > started(frontend)
                    })
            })
    })
}

fn started(present: &Present) -> Option<jiff::Timestamp> {
    present.status.started.as_deref()?.parse().ok()
}
