//! Benches and sites on the sandbox: made once, held to what is wanted, and never more than that.

mod neighbours;
mod refusals;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::{Value, json};
use tenantry::apply::{Event, Events, FailPoint, Options, Outcome, Report, When};
use tenantry::desired::call::Call;
use tenantry::desired::content::Content;
use tenantry::desired::fields::Consequence;
use tenantry::desired::observed::Observed;
use tenantry::desired::{Object, ObjectId};
use tenantry::pipeline::{self, Compiled, Hosts};
use tenantry::plan::{Plan, Policy};
use tenantry::provider::Host;
use tenantry::sandbox::{Sandbox, State};
use tenantry::world::Memory;

const FLEET: &str = r#"
fleet "f" { id "f"; sites-under "example.org"; key (secret)"env:KEY" }
host "h" { engine "sandbox" }
edge "h" { host "h"; http 8080 }
database "main" { mariadb "10.11"; host "h"; root (secret)"env:ROOT" }
plan "p" { limits { sites 3; requests "5/s" } }
app "erpnext"
app "hrms" { requires "erpnext" }
app "never_installs"
release "r" { frappe "15.80.0"; image "erp:1"; apps "erpnext" "hrms" "never_installs" }
bench "b" { release "r"; host "h"; database "main" }
"#;

const TENANT: &str = r#"
tenant "t" {
    plan "p"
    site "one" { bench "b"; apps "erpnext"; admin-password (secret)"env:ADMIN"; config { max_file_size 5; api_key (secret)"env:API" } }
}
"#;

struct Silent;

impl Events for Silent {
    fn emit(&self, _: &Event) {}
}

/// A fleet and a sandbox that it is on.
struct Bench {
    fleet: String,
    tenant: String,
    variables: BTreeMap<&'static str, &'static str>,
    sandbox: Arc<Sandbox>,
}

impl Bench {
    fn new() -> Self {
        Self {
            fleet: FLEET.to_owned(),
            tenant: TENANT.to_owned(),
            variables: [("KEY", "k"), ("ROOT", "r"), ("ADMIN", "hunter2"), ("API", "t0ps3cret")].into(),
            sandbox: Arc::new(Sandbox::default()),
        }
    }

    fn applied() -> Self {
        let bench = Self::new();
        bench.settle(1);
        bench
    }

    fn world(&self) -> Memory {
        let world =
            Memory::default().with("fleet.kdl", self.fleet.as_str()).with("t.kdl", self.tenant.as_str());
        self.variables.iter().fold(world, |world, (name, value)| world.variable(*name, *value))
    }

    fn compiled(&self) -> Compiled {
        pipeline::compile(&self.world()).unwrap_or_else(|broken| panic!("{:#?}", broken.diagnostics))
    }

    fn hosts(&self) -> Hosts {
        [("host.h".to_owned(), Arc::clone(&self.sandbox) as Arc<dyn Host>)].into()
    }

    fn observed(&self) -> Observed {
        let (world, compiled) = (self.world(), self.compiled());
        let opener = pipeline::opener(&compiled.desired, &world);
        wait(pipeline::observe(&compiled.desired, &self.hosts(), &opener))
    }

    fn plan(&self) -> Plan {
        let (world, compiled) = (self.world(), self.compiled());
        let opener = pipeline::opener(&compiled.desired, &world);
        pipeline::plan(&compiled, &self.observed(), &Policy::default(), &opener)
    }

    fn apply(&self, plan: &Plan, options: &Options) -> Report {
        let (world, compiled) = (self.world(), self.compiled());
        let opener = pipeline::opener(&compiled.desired, &world);
        wait(pipeline::apply(plan, &self.hosts(), &opener, options, &Silent))
    }

    /// Plans and applies until nothing is left to do.
    fn settle(&self, rounds: usize) {
        for _ in 0..rounds {
            let plan = self.plan();
            let report = self.apply(&plan, &Options::default());
            let failed: Vec<_> = report.steps.iter().filter(|step| step.outcome != Outcome::Done).collect();
            assert!(failed.is_empty(), "{failed:#?}");
        }
        let plan = self.plan();
        let left: Vec<_> = plan.changes.iter().map(|c| (&c.id, &c.fields)).collect();
        assert!(plan.is_empty(), "{left:#?} {:#?} {:#?}", plan.refusals, plan.deferred);
    }

    /// Changes a document in the sites volume behind everybody's back.
    fn edit(&self, path: &str, change: impl FnOnce(&mut Value)) {
        let edit = |state: &mut State| {
            let volume = state.volumes.get_mut("f-bench-b_sites").unwrap();
            let file = volume.thing.files.get_mut(path).unwrap();
            let Content::Text(text) = &file.content else { panic!("no text") };
            let mut document = serde_json::from_str(text).unwrap();
            change(&mut document);
            file.content = Content::Text(document.to_string());
        };
        self.sandbox.edit(edit).unwrap();
    }

    /// Changes what the server has behind everybody's back.
    fn server(&self, change: impl FnOnce(&mut tenantry::sandbox::state::Databases)) {
        let edit =
            |state: &mut State| change(&mut state.volumes.get_mut("f-db-main_data").unwrap().thing.databases);
        self.sandbox.edit(edit).unwrap();
    }

    fn site(&self) -> tenantry::desired::frappe::Site {
        match &self.observed().objects[&id("site.one/site")].present().expect("the site is there").object {
            Object::Site(site) => (**site).clone(),
            other => panic!("{other:?}"),
        }
    }

    /// The calls of the one change that a plan has, by their words.
    fn one_change(&self, of: &str) -> Vec<String> {
        let plan = self.plan();
        assert!(plan.refusals.is_empty(), "{:#?}", plan.refusals);
        let changed: Vec<String> = plan.changes.iter().map(|change| change.id.to_string()).collect();
        assert_eq!(changed, [of]);
        plan.steps.iter().map(|step| step.call.verb()).collect()
    }
}

const SITE: &str = "one.example.org/site_config.json";

fn id(text: &str) -> ObjectId {
    text.parse().unwrap()
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn a_site_is_made_in_order_and_then_there_is_nothing_to_do() {
    let bench = Bench::new();
    let plan = bench.plan();
    let change = plan.changes.iter().find(|change| change.id == id("site.one/site")).unwrap();
    let verbs: Vec<String> = change.steps.iter().map(|step| plan.step(*step).unwrap().call.verb()).collect();
    assert_eq!(
        verbs,
        [
            "set password, limits and grants",
            "bench new-site",
            "set password, limits and grants",
            "write site_config.json",
            "set the administrator's password",
            "install erpnext",
            "enable the scheduler",
        ]
    );
    bench.settle(1);
    let site = bench.site();
    assert!(site.complete && site.scheduler && !site.suspended);
    assert_eq!(site.apps, ["erpnext"]);
    // Nobody ever finds a password in the sandbox's file.
    let state = serde_json::to_string(&bench.sandbox.state().unwrap()).unwrap();
    assert!(!state.contains("hunter2") && !state.contains("t0ps3cret"));
}

#[test]
fn no_plan_holds_a_password() {
    let bench = Bench::new();
    let plan = format!("{:?}", bench.plan());
    assert!(!plan.contains("hunter2") && !plan.contains("t0ps3cret"));
}

#[test]
fn a_route_is_published_once_its_site_is_there_and_carries_the_sites_name() {
    let mut bench = Bench::new();
    bench.tenant = TENANT.replace("apps \"erpnext\";", "apps \"erpnext\"; domain \"shop.example.net\";");
    let plan = bench.plan();
    let last = |of: &str| plan.changes.iter().find(|c| c.id == id(of)).unwrap().steps.last().copied();
    assert!(last("site.one/site") < last("site.one/route"));
    let compiled = bench.compiled();
    let Object::Route(route) = &compiled.desired.objects[&id("site.one/route")].object else { panic!() };
    let chain = &route.entries["http.routers.site-one"]["middlewares"];
    assert_eq!(*chain, json!(["bench-b.busy", "site-one.host", "site-one.rate"]));
    let host = &route.entries["http.middlewares.site-one.host"];
    assert_eq!(host["headers"]["customRequestHeaders"]["Host"], "one.example.org");
}

#[test]
fn each_difference_is_one_change_with_just_what_mends_it() {
    let bench = Bench::applied();
    bench.edit(SITE, |document| document["max_file_size"] = json!(6));
    assert_eq!(bench.one_change("site.one/site"), ["write site_config.json"]);
    bench.edit(SITE, |document| document["api_key"] = json!("other"));
    assert_eq!(bench.one_change("site.one/site"), ["write site_config.json"]);
    bench.edit(SITE, |document| document["db_password"] = json!("other"));
    assert_eq!(bench.one_change("site.one/site"), ["write site_config.json"]);
    bench.settle(1);
    bench.server(|server| server.schemas.values_mut().for_each(|database| database.scheduler = false));
    assert_eq!(bench.one_change("site.one/site"), ["enable the scheduler"]);
    bench.edit("common_site_config.json", |document| document["redis_cache"] = json!("redis://elsewhere"));
    bench.server(|server| server.schemas.values_mut().for_each(|database| database.scheduler = true));
    let verbs = ["compare the image with the release", "write common_site_config.json and apps.txt"];
    assert_eq!(bench.one_change("bench.b/bench-config"), verbs);
    bench.settle(1);
}

#[test]
fn what_others_wrote_stays_and_what_is_no_longer_declared_goes() {
    let mut bench = Bench::applied();
    bench.edit(SITE, |document| document["encryption_key"] = json!("theirs"));
    bench.settle(0);
    bench.tenant =
        TENANT.replace("max_file_size 5; api_key (secret)\"env:API\"", "server_script_enabled #null");
    bench.edit(SITE, |document| document["server_script_enabled"] = json!(1));
    let plan = bench.plan();
    let shown = serde_json::to_string(&plan.changes[0].fields).unwrap();
    assert!(!shown.contains("t0ps3cret") && shown.contains("***"), "{shown}");
    bench.settle(1);
    bench.edit(SITE, |document| {
        let keys: Vec<&String> = document.as_object().unwrap().keys().collect();
        assert!(
            !keys
                .iter()
                .any(|key| ["max_file_size", "api_key", "server_script_enabled"].contains(&key.as_str()))
        );
        assert_eq!(document["encryption_key"], "theirs");
    });
}

#[test]
fn another_administrators_password_is_set_once() {
    let mut bench = Bench::applied();
    bench.variables.insert("ADMIN", "another");
    assert_eq!(bench.one_change("site.one/site"), ["set the administrator's password"]);
    bench.settle(1);
    bench.edit(SITE, |document| assert!(!document.to_string().contains("another")));
}

#[test]
fn a_suspended_site_is_closed_and_opened_again() {
    let mut bench = Bench::applied();
    bench.tenant = TENANT.replace("bench \"b\";", "bench \"b\"; suspended #true;");
    let plan = bench.plan();
    let change = plan.changes.iter().find(|change| change.id == id("site.one/site")).unwrap();
    assert_eq!(change.consequence, Consequence::Restart);
    bench.settle(1);
    assert!(bench.site().suspended);
    // What needs the database opens it for as long as it takes.
    bench.variables.insert("ADMIN", "another");
    let account = "set password, limits and grants";
    assert_eq!(bench.one_change("site.one/site"), [account, "set the administrator's password", account]);
    bench.settle(1);
    bench.server(|server| assert!(server.accounts.values().all(|account| account.locked)));
    bench.tenant = TENANT.to_owned();
    bench.settle(1);
    assert!(!bench.site().suspended);
}

#[test]
fn a_site_may_begin_suspended() {
    let mut bench = Bench::new();
    bench.tenant = TENANT.replace("bench \"b\";", "bench \"b\"; suspended #true;");
    bench.settle(1);
    assert!(bench.site().suspended);
}

#[test]
fn a_half_made_site_is_made_anew() {
    let bench = Bench::applied();
    // As an interrupted `bench new-site` leaves it: tables, no administrator, no mark.
    bench.edit(SITE, |document| {
        document.as_object_mut().unwrap().remove("tenantry");
    });
    bench.server(|server| {
        for database in server.schemas.values_mut() {
            database.has_administrator = false;
        }
    });
    let verbs = bench.one_change("site.one/site");
    assert_eq!(verbs[..2], ["empty the half-made database", "remove the half-made site"]);
    bench.settle(1);
}

#[test]
fn an_app_whose_installation_never_ended_is_installed_again() {
    let mut bench = Bench::applied();
    bench.tenant = TENANT.replace("apps \"erpnext\"", "apps \"erpnext\" \"never_installs\"");
    assert_eq!(bench.one_change("site.one/site"), ["install never_installs"]);
    let plan = bench.plan();
    bench.apply(&plan, &Options::default());
    assert_eq!(bench.one_change("site.one/site"), ["install never_installs again"]);
    assert!(bench.plan().steps.iter().any(|step| matches!(step.call, Call::InstallApp { force: true, .. })));
}

#[test]
fn an_app_that_is_added_is_installed() {
    let mut bench = Bench::applied();
    bench.tenant = TENANT.replace("apps \"erpnext\"", "apps \"erpnext\" \"hrms\"");
    assert_eq!(bench.one_change("site.one/site"), ["install hrms"]);
    bench.settle(1);
}

#[test]
fn a_run_that_is_killed_at_any_step_ends_the_same() {
    let whole = Bench::applied();
    let expected = whole.site();
    let steps = Bench::new().plan().steps.len();
    for when in [When::BeforeCall, When::AfterCall] {
        for kill in (0..steps).rev().step_by(3) {
            let bench = Bench::new();
            let hook = move |point: FailPoint| {
                if point.when == when && point.step.0 as usize == kill {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            };
            let options = Options { fail_point: Some(Arc::new(hook)), parallelism: 1, ..Options::default() };
            bench.apply(&bench.plan(), &options);
            // What was deferred is planned in a second round.
            let plan = bench.plan();
            bench.apply(&plan, &Options::default());
            let plan = bench.plan();
            bench.apply(&plan, &Options::default());
            bench.settle(0);
            assert_eq!(bench.site(), expected, "killed at {kill} {when:?}");
        }
    }
}

#[test]
fn the_likeness_of_a_host_has_its_sites() {
    let bench = Bench::applied();
    let (observed, compiled) = (bench.observed(), bench.compiled());
    let likeness = Sandbox::from_observed(&observed, &compiled.desired, "host.h").unwrap();
    let rehearsal = Bench { sandbox: Arc::new(likeness), ..Bench::new() };
    assert_eq!(rehearsal.site(), bench.site());
    rehearsal.settle(0);
}
