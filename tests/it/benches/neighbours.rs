//! What is at work, fails or starts anew, and what of the rest is left alone by it.

use std::collections::BTreeSet;

use tenantry::apply::{Options, Outcome};
use tenantry::desired::content::Content;
use tenantry::sandbox::State;
use tenantry::sandbox::state::Phase;

use super::{Bench, id};

#[test]
fn the_password_that_a_command_at_work_logs_in_with_is_left_to_it() {
    let bench = Bench::applied();
    // As after a run that was killed under `bench new-site`.
    bench.server(|server| {
        for account in server.accounts.values_mut() {
            account.password = Content::Sealed("for once".to_owned());
        }
    });
    let work = |state: &mut State| {
        let mut all = state.containers.values_mut();
        let backend = all.find(|container| container.thing.container.service == "backend").unwrap();
        backend.thing.busy.push("tenantry:killed:s-1".to_owned());
    };
    bench.sandbox.edit(work).unwrap();
    let plan = bench.plan();
    assert!(plan.refusals.is_empty(), "{:#?}", plan.refusals);
    let verbs: Vec<String> = plan.steps.iter().map(|step| step.call.verb()).collect();
    assert_eq!(verbs, ["wait for an earlier command"]);
    let deferred: Vec<String> = plan.deferred.iter().map(|deferred| deferred.id.to_string()).collect();
    assert!(deferred.contains(&"site.one/account".to_owned()), "{deferred:?}");
    bench.apply(&plan, &Options::default());
    bench.settle(1);
}

#[test]
fn a_site_that_fails_keeps_no_other_from_its_route() {
    let mut bench = Bench::new();
    let site = |name: &str, apps: &str| format!("site \"{name}\" {{ bench \"b\"; apps {apps} }}\n");
    let sites = ["a", "b", "c"]
        .map(|name| site(name, if name == "b" { "\"erpnext\"" } else { "\"never_installs\"" }));
    bench.tenant = format!("tenant \"t\" {{ plan \"p\"\n{} }}", sites.concat());
    let plan = bench.plan();
    let report = bench.apply(&plan, &Options::default());
    let change = plan.changes.iter().find(|change| change.id == id("site.b/route")).unwrap();
    for step in &change.steps {
        assert_eq!(report.steps[step.0 as usize].outcome, Outcome::Done);
    }
    let left = bench.plan();
    let left: BTreeSet<String> = left.changes.iter().map(|change| change.id.of.clone()).collect();
    assert_eq!(left, ["site.a", "site.c"].map(str::to_owned).into());
}

#[test]
fn a_redis_that_starts_restarts_no_frontend() {
    let bench = Bench::applied();
    let stop = |state: &mut State| {
        let mut all = state.containers.values_mut();
        let redis = all.find(|container| container.thing.container.service == "redis-cache").unwrap();
        redis.thing.phase = Phase::Exited(0);
    };
    bench.sandbox.edit(stop).unwrap();
    assert_eq!(bench.one_change("bench.b/container/redis-cache")[0], "start");
    bench.settle(1);
}
