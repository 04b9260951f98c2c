//! The same random calls on a real MariaDB and on its model in the sandbox: the same errors, and the same to be seen after
//! each. The sandbox is made in the likeness of the real host, strangers included.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tenantry::desired::ObjectKind;
use tenantry::desired::call::{Call, StepId};
use tenantry::desired::mariadb::{Account, Schema};
use tenantry::desired::observed::{Observation, Observed};
use tenantry::provider::host::Cx;
use tenantry::provider::{Error, Host};
use tenantry::sandbox::Sandbox;

use super::bed::{HOST, oid};
use super::server::Server;
use crate::sandbox::{Random, seed};

const CALLS: usize = 40;
const SITES: [&str; 3] = ["x", "y", "stranger"];

/// What is seen of databases and accounts.
fn seen(observed: &Observed) -> BTreeMap<String, Value> {
    let ours =
        observed.objects.iter().filter(|(id, _)| matches!(id.kind, ObjectKind::Schema | ObjectKind::Account));
    ours.filter_map(|(id, observation)| {
        let value = match observation {
            Observation::Present(present) => json!(present.object),
            Observation::Absent => return None,
            Observation::Foreign { .. } => json!("foreign"),
            Observation::Lost(lost) => json!({"lost": lost}),
            Observation::Unreadable { .. } => json!("unreadable"),
        };
        Some((id.to_string(), value))
    })
    .collect()
}

fn call(server: &Server, random: &mut Random) -> Call {
    let site = random.pick(&SITES);
    let container = server.handle.clone();
    let sets = [("utf8mb4", "utf8mb4_unicode_ci"), ("latin1", "latin1_swedish_ci")];
    let (character_set, collation) = random.pick(&sets);
    let schema = Schema {
        character_set: character_set.to_owned(),
        collation: collation.to_owned(),
        ..server.schema(site)
    };
    let id = oid(&format!("site.{site}/schema"));
    match random.below(8) {
        0..=2 => Call::SetSchema { container, id, schema },
        3 => Call::ResetSchema { container, id, schema },
        _ => {
            let mut account: Account = server.account(site);
            account.connections = random.pick(&[0, 5, 24]);
            account.statement_time = random.pick(&[0, 300]);
            account.locked = random.below(4) == 0;
            if random.below(3) == 0 {
                account.grants =
                    account.grants.keys().map(|key| (key.clone(), "SELECT".to_owned())).collect();
            }
            Call::SetAccount {
                container,
                id: oid(&format!("site.{site}/account")),
                account: Box::new(account),
                revoke: random.below(2) == 0,
                strays: BTreeSet::new(),
            }
        }
    }
}

async fn on(sandbox: &Sandbox, server: &Server, call: &Call) -> Result<(), Error> {
    let opener = server.bed.opener();
    let progress = |_: &str| {};
    let cx = Cx {
        fleet: &server.bed.fleet,
        run: "testrun",
        step: StepId(7),
        opener: &opener,
        progress: &progress,
    };
    sandbox.call(call, cx).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn the_sandbox_and_the_server_agree_call_by_call() {
    let seed = seed("TENANTRY_TEST_SEED");
    println!("seed {seed}; run it again with TENANTRY_TEST_SEED={seed}");
    let mut random = Random::new(seed);
    let mut server = Server::new("alike", &[]).await;
    for site in SITES {
        server.want(site);
    }
    let stranger = server.database("stranger");
    server.sql(&format!("CREATE DATABASE `{stranger}`; CREATE USER `{stranger}`@`%` IDENTIFIED BY 'theirs'"));
    let observed = server.bed.observe().await;
    assert_eq!(seen(&observed).values().filter(|value| **value == "foreign").count(), 2);
    let sandbox = Sandbox::from_observed(&observed, &server.bed.desired, HOST).unwrap();
    let mut told = Vec::new();
    let mut failed = 0;
    for _ in 0..CALLS {
        let call = call(&server, &mut random);
        let real = server.bed.call(&call).await.map(drop);
        let model = on(&sandbox, &server, &call).await;
        told.push(format!("{call:?}\n    server:  {real:?}\n    sandbox: {model:?}"));
        failed += usize::from(real.is_err());
        let (real, model) = (real.map_err(|error| error.kind), model.map_err(|error| error.kind));
        let there = seen(&server.bed.observe().await);
        let modelled = seen(&sandbox.observe(HOST, &server.bed.desired, &server.bed.opener()).await);
        assert!(real == model && there == modelled, "{}\n{there:#?}\n{modelled:#?}", told.join("\n  "));
    }
    assert!(
        failed > 0 && failed < CALLS,
        "calls that all end alike prove little: {failed} of {CALLS} failed"
    );
}
