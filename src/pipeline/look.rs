//! Looking at the hosts, and at what is remembered of them.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::{Hosts, sandbox_file};
use crate::apply::known::{Known, KnownHost};
use crate::desired::observed::{Holder, HostFacts, LeftHost, Lost, Observation, Observed};
use crate::desired::{Desired, ObjectId, ObjectKind};
use crate::provider::Host;
use crate::provider::real::Connection;
use crate::sandbox::Sandbox;
use crate::world::secret::Opener;

/// What is known of the hosts from earlier, and how those are reached that are no longer declared.
#[derive(Debug, Clone, Copy)]
pub struct Ways<'a> {
    /// The hosts that the fleet was on.
    pub known: &'a Known,
    /// The engine of hosts without an address.
    pub docker_host: Option<&'a str>,
    /// Where sandboxes are.
    pub state: &'a Path,
}

/// Looks at every host at once, and holds what is there to what is remembered.
pub async fn look(desired: &Desired, hosts: &Hosts, ways: Ways<'_>, opener: &Opener<'_>) -> Observed {
    let mut observed = observe(desired, hosts, opener).await;
    look_back(&mut observed, desired, ways, opener).await;
    remember(&mut observed, desired, ways);
    remember_left(&mut observed, desired, ways);
    observed
}

/// Looks at every host at once.
pub async fn observe(desired: &Desired, hosts: &Hosts, opener: &Opener<'_>) -> Observed {
    let looks = hosts.iter().map(|(identity, host)| host.observe(identity, desired, opener));
    let mut observed = Observed::default();
    for seen in futures_util::future::join_all(looks).await {
        observed.hosts.extend(seen.hosts);
        observed.extend(desired, seen.objects);
        for (id, all) in seen.elsewhere {
            let all = all.into_iter().map(|one| (id.clone(), Observation::Present(Box::new(one))));
            observed.extend(desired, all);
        }
    }
    for (identity, target) in &desired.hosts {
        observed.hosts.entry(identity.clone()).or_insert_with(|| HostFacts {
            name: target.name.clone(),
            unreadable: Some("nothing is known of it".to_owned()),
            ..HostFacts::default()
        });
    }
    observed
}

/// Asks every host for the room on its disk.
pub async fn disks(desired: &Desired, hosts: &Hosts, observed: &mut Observed) {
    let asked =
        hosts.iter().map(|(identity, host)| async move { (identity, host.disk(&desired.fleet).await) });
    for (identity, disk) in futures_util::future::join_all(asked).await {
        if let Some(facts) = observed.hosts.get_mut(identity).filter(|facts| facts.unreadable.is_none()) {
            facts.disk = disk;
        }
    }
}

/// Asks the locks who is at work, for those who only look: what looks like the rest of an interrupted run is then that run's
/// own work. A lock that cannot be asked changes nothing of what was seen.
pub async fn at_work(desired: &Desired, hosts: &Hosts, observed: &mut Observed) {
    let asked = hosts
        .iter()
        .map(|(identity, host)| async move { Some((identity, host.holder(&desired.fleet).await.ok()??)) });
    for (identity, info) in futures_util::future::join_all(asked).await.into_iter().flatten() {
        if let Some(facts) = observed.hosts.get_mut(identity) {
            let (run, who) = (info.id, info.who);
            facts.holder = Some(Holder { run, who, operation: info.operation, since: info.created });
        }
    }
    let busy = |behind: &ObjectId| {
        let present = observed.objects.get(behind)?.present()?;
        let holder = observed.hosts.get(&present.host)?.holder.as_ref()?;
        let own = format!("tenantry:{}:", holder.run);
        let works = present.status.busy.iter().any(|mark| mark.starts_with(&own));
        works.then(|| format!("`{}` of {} works on it", holder.operation, holder.who))
    };
    let words: Vec<(ObjectId, String)> = observed
        .objects
        .iter()
        .filter_map(|(id, observation)| match observation {
            Observation::Unreadable { behind: Some(behind), .. } => Some((id.clone(), busy(behind)?)),
            _ => None,
        })
        .collect();
    for (id, words) in words {
        if let Some(Observation::Unreadable { why, .. }) = observed.objects.get_mut(&id) {
            *why = words;
        }
    }
}

/// Looks at the hosts that are known from earlier and are not declared as they were: whether something of the fleet is left
/// there. A sandbox that became an engine was there to rehearse on.
async fn look_back(observed: &mut Observed, desired: &Desired, ways: Ways<'_>, opener: &Opener<'_>) {
    let Ways { known, docker_host, state } = ways;
    for (identity, host) in known {
        let declared = desired.hosts.get(identity);
        let there = |observed: &Observed, host: &str| -> BTreeSet<ObjectId> {
            let marked = observed.present().filter(|(id, _)| id.kind != ObjectKind::Image);
            let ours = marked.filter(|(_, present)| present.host == host);
            ours.map(|(id, _)| id.clone()).collect()
        };
        let moved = host.docker && !there(observed, identity).is_empty();
        if host.given_up || declared.is_some_and(|target| host.is_at(target) || !host.docker || moved) {
            continue;
        }
        let heir = desired.hosts.iter().find(|(_, target)| host.docker && host.is_at(target));
        let mut left = LeftHost { name: host.name.clone(), place: place(host), ..LeftHost::default() };
        if let Some((heir, _)) = heir {
            left.objects = there(observed, heir);
        } else {
            let way: Arc<dyn Host> = if host.docker {
                Arc::new(Connection::new(host.at.as_deref().or(docker_host)))
            } else {
                Arc::new(Sandbox::file(sandbox_file(state, &desired.fleet, identity)))
            };
            let seen = way.observe(identity, desired, opener).await;
            left.unreadable = seen.hosts.get(identity).and_then(|facts| facts.unreadable.clone());
            left.objects = there(&seen, identity);
        }
        if left.unreadable.is_some() || !left.objects.is_empty() {
            observed.left.insert(identity.clone(), left);
        }
    }
}

fn place(host: &KnownHost) -> String {
    match &host.at {
        Some(at) => format!("the engine at {at}"),
        None if host.docker => "the local engine".to_owned(),
        None => format!("the sandbox `{}`", host.name),
    }
}

/// Says of what was there and is nowhere now that it is lost, and of hosts that do not answer what was on them.
fn remember(observed: &mut Observed, desired: &Desired, ways: Ways<'_>) {
    for (identity, target) in &desired.hosts {
        let known = ways.known.get(identity).filter(|known| known.is_at(target));
        if observed.hosts.get(identity).is_none_or(|facts| facts.unreadable.is_some()) {
            observed.silent.insert(identity.clone(), known.and_then(|known| known.holds.clone()));
            continue;
        }
        // Whoever removes a sandbox's file begins anew.
        let is_gone = target.docker.is_none() && !sandbox_file(ways.state, &desired.fleet, identity).exists();
        let held = known.filter(|_| !is_gone).and_then(|known| known.holds.as_ref()).into_iter().flatten();
        for site in held.filter(|id| id.kind == ObjectKind::Site) {
            miss(observed, desired, site, &target.name);
        }
    }
}

/// Says the same of sites that were complete on a host which left the files, or is declared at another place: neither makes them
/// new ones.
fn remember_left(observed: &mut Observed, desired: &Desired, ways: Ways<'_>) {
    for (identity, known) in ways.known {
        let declared = desired.hosts.get(identity);
        // A sandbox is there to rehearse on: it becomes an engine, or its file is removed.
        let is_rehearsal = !known.docker
            && (declared.is_some() || !sandbox_file(ways.state, &desired.fleet, identity).exists());
        if is_rehearsal || declared.is_some_and(|target| known.is_at(target)) {
            continue;
        }
        for site in known.holds.iter().flatten().filter(|id| id.kind == ObjectKind::Site) {
            miss(observed, desired, site, &known.name);
        }
    }
}

/// A site that is wanted, of which nothing is there, was complete on a host when the fleet was applied before.
fn miss(observed: &mut Observed, desired: &Desired, site: &ObjectId, host: &str) {
    let own = [ObjectKind::Schema, ObjectKind::Account, ObjectKind::Site]
        .map(|kind| ObjectId::new(&site.of, kind, ""));
    let is_absent = |id: &ObjectId| {
        desired.objects.contains_key(id)
            && !observed.elsewhere.contains_key(id)
            && matches!(observed.objects.get(id), None | Some(Observation::Absent))
    };
    if !own.iter().all(is_absent) {
        return;
    }
    let answers = |id: &ObjectId| {
        let host = desired.objects.get(id).and_then(|entry| observed.hosts.get(&entry.host));
        host.is_some_and(|facts| facts.unreadable.is_none())
    };
    if !own.iter().all(answers) {
        return;
    }
    let lost = Lost {
        missing: vec!["no directory".to_owned(), "no database".to_owned()],
        left: Vec::new(),
        witnesses: vec![format!("it was complete on host `{host}` when the fleet was applied before")],
    };
    observed.objects.extend(own.map(|id| (id, Observation::Lost(Box::new(lost.clone())))));
}
