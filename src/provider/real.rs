//! A host with a real Docker Engine: what is asked of it goes to the backend whose thing it is.

use std::collections::BTreeMap;

use tokio::sync::OnceCell;

use super::docker::{self, Engine};
use super::host::{BoxFuture, Cx, Got, Held, Host, LockInfo, Login, Output};
use super::{Error, frappe, mariadb, traefik};
use crate::desired::Desired;
use crate::desired::call::Call;
use crate::desired::observed::{Disk, HostFacts, Observation, Observed};
use crate::world::secret::Opener;

/// The way to a host's engine, opened when it is first needed.
#[derive(Debug)]
pub struct Connection {
    at: Option<String>,
    engine: OnceCell<Engine>,
}

impl Connection {
    /// A way to the engine at an address, or to the local one. Nothing is sent yet.
    #[must_use]
    pub fn new(at: Option<&str>) -> Self {
        Self { at: at.map(str::to_owned), engine: OnceCell::new() }
    }

    /// The engine; one that did not answer is asked again the next time.
    async fn engine(&self) -> Result<&Engine, Error> {
        self.engine.get_or_try_init(|| Engine::connect(self.at.as_deref())).await
    }

    async fn look(&self, host: &str, desired: &Desired, opener: &Opener<'_>) -> Result<Observed, Error> {
        let engine = self.engine().await?;
        let mut observed = Box::pin(docker::observe::observe(engine, host, desired, opener)).await?;
        let routes = traefik::observe::observe(engine, host, desired, &observed).await;
        observed.overlay(desired, routes);
        let (databases, servers) = mariadb::observe::observe(engine, host, desired, &observed, opener).await;
        observed.extend(desired, databases);
        let benches = frappe::observe::observe(engine, host, desired, &observed, &servers, opener).await;
        observed.overlay(desired, benches);
        frappe::stale::mark(engine, host, &mut observed).await;
        Ok(observed)
    }
}

impl Host for Connection {
    fn observe<'a>(
        &'a self,
        host: &'a str,
        desired: &'a Desired,
        opener: &'a Opener<'a>,
    ) -> BoxFuture<'a, Observed> {
        Box::pin(async move {
            match Box::pin(self.look(host, desired, opener)).await {
                Ok(observed) => observed,
                Err(error) => unreadable(host, desired, &error),
            }
        })
    }

    fn call<'a>(&'a self, call: &'a Call, cx: Cx<'a>) -> BoxFuture<'a, Result<Output, Error>> {
        Box::pin(async move {
            let engine = self.engine().await?;
            match call {
                Call::Routes { container, file, set, remove } => {
                    let container = docker::apply::handle(container)?;
                    engine.must_be_ours(container, cx.fleet).await?;
                    let change = traefik::apply::Change { file, set, remove };
                    traefik::apply::routes(engine, container, &docker::exec::mark(cx.run, cx.step), change)
                        .await
                }
                Call::SetSchema { container, .. }
                | Call::ResetSchema { container, .. }
                | Call::SetAccount { container, .. } => {
                    let container = docker::apply::handle(container)?;
                    engine.must_be_ours(container, cx.fleet).await?;
                    let mark = docker::exec::mark(cx.run, cx.step);
                    mariadb::apply::call(engine, container, &mark, call, cx).await
                }
                Call::VerifyRelease { container, .. }
                | Call::VerifyMadeFor { container, .. }
                | Call::WriteBenchConfig { container, .. }
                | Call::DiscardSite { container, .. }
                | Call::NewSite { container, .. }
                | Call::WriteSiteConfig { container, .. }
                | Call::SetAdminPassword { container, .. }
                | Call::InstallApp { container, .. }
                | Call::EnableScheduler { container, .. } => {
                    let container = docker::apply::handle(container)?;
                    engine.must_be_ours(container, cx.fleet).await?;
                    let mark = docker::exec::mark(cx.run, cx.step);
                    frappe::apply::call(engine, container, &mark, call, cx).await
                }
                call => docker::apply::call(engine, call, cx).await,
            }
        })
    }

    fn lock<'a>(&'a self, fleet: &'a str, info: &'a LockInfo) -> BoxFuture<'a, Result<Box<dyn Held>, Error>> {
        Box::pin(async move { docker::lock::acquire(self.engine().await?, fleet, info).await })
    }

    fn holder<'a>(&'a self, fleet: &'a str) -> BoxFuture<'a, Result<Option<LockInfo>, Error>> {
        Box::pin(async move { docker::lock::holder(self.engine().await?, fleet).await })
    }

    fn certificates<'a>(
        &'a self,
        container: &'a str,
        missing: &'a (dyn Fn(&Got) -> bool + Send + Sync),
    ) -> BoxFuture<'a, Result<Option<Got>, Error>> {
        Box::pin(async move {
            let engine = self.engine().await?;
            let mut got = traefik::got::read(engine, container).await?;
            // The log says nothing that is needed where nothing is missing, and it can be long.
            if missing(&got) {
                let log = engine.log_end(container, traefik::got::LINES).await?;
                got.complaints = traefik::got::complaints(&log);
            }
            Ok(Some(got))
        })
    }

    fn disk<'a>(&'a self, fleet: &'a str) -> BoxFuture<'a, Option<Disk>> {
        Box::pin(async move { self.engine().await.ok()?.disk(fleet).await })
    }

    fn login<'a>(&'a self, fleet: &'a str, login: &'a Login) -> BoxFuture<'a, Result<String, Error>> {
        Box::pin(async move {
            let engine = self.engine().await?;
            engine.must_be_ours(&login.container, fleet).await?;
            // No step of any run: nobody has to wait for it, or to mend what it left.
            frappe::apply::login::link(engine, &login.container, "tenantry-login", login).await
        })
    }
}

/// A host that does not answer: nobody can say anything about what is on it.
fn unreadable(host: &str, desired: &Desired, error: &Error) -> Observed {
    let why = match &error.advice {
        Some(advice) => format!("{error} ({advice})"),
        None => error.to_string(),
    };
    let facts = HostFacts {
        name: desired.hosts.get(host).map_or_else(|| host.to_owned(), |target| target.name.clone()),
        engine: "Docker".to_owned(),
        unreadable: Some(why.clone()),
        ..HostFacts::default()
    };
    let here = desired.objects.iter().filter(|(_, entry)| entry.host == host);
    let objects =
        here.map(|(id, _)| (id.clone(), Observation::Unreadable { behind: None, why: why.clone() }));
    let hosts = BTreeMap::from([(host.to_owned(), facts)]);
    Observed { hosts, objects: objects.collect(), ..Observed::default() }
}
