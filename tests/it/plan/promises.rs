//! What plans promise.

use serde_json::json;
use tenantry::desired::ObjectKind;
use tenantry::desired::call::{Arg, Call};
use tenantry::desired::change::{Action, Change, Step};
use tenantry::desired::content::Content;
use tenantry::desired::fields::Consequence;
use tenantry::desired::observed::{Disk, Observation, Observed};
use tenantry::diag::Code;
use tenantry::plan::Plan;
use tenantry::plan::fold::{Told, fold};

use super::fixture::{Fleet, file, id};
use super::world::World;

pub(crate) fn settled(fleet: &Fleet) -> World {
    let mut world = World::default();
    for _ in 0..3 {
        let plan = fleet.plan(&world.observe());
        world.run(&plan, usize::MAX, &fleet.opener());
    }
    world
}

fn change<'p>(plan: &'p Plan, text: &str) -> &'p Change {
    plan.changes.iter().find(|change| change.id == id(text)).unwrap()
}

fn steps<'p>(plan: &'p Plan, text: &str) -> Vec<&'p Step> {
    change(plan, text).steps.iter().filter_map(|id| plan.step(*id)).collect()
}

pub(crate) fn present<'o>(
    observed: &'o mut Observed,
    text: &str,
) -> &'o mut tenantry::desired::observed::Present {
    match observed.objects.get_mut(&id(text)) {
        Some(Observation::Present(present)) => present,
        other => panic!("{text} is {other:?}"),
    }
}

#[test]
fn no_more_networks_are_begun_than_the_engine_has_subnets_for() {
    let fleet = Fleet::new();
    let mut observed = World::default().observe();
    let plan = fleet.plan(&observed);
    let made = plan.changes.iter().filter(|change| change.id.kind == ObjectKind::Network).count() as u64;
    assert_ne!(made, 0);
    for (left, refused) in [(Some(made - 1), 1), (Some(made), 0), (None, 0)] {
        for facts in observed.hosts.values_mut() {
            facts.networks_left = left;
        }
        let plan = fleet.plan(&observed);
        let refusals = plan.refusals.iter();
        let told =
            refusals.filter(|refusal| refusal.fatal && refusal.diagnostic.code == Code::GUARD_NETWORKS);
        assert_eq!(told.count(), refused, "{left:?}");
    }
    // Those that are there take no more of them.
    let mut observed = settled(&fleet).observe();
    for facts in observed.hosts.values_mut() {
        facts.networks_left = Some(0);
    }
    assert!(fleet.plan(&observed).refusals.is_empty());
}

#[test]
fn no_image_is_pulled_that_leaves_less_than_a_tenth_of_the_disk() {
    let fleet = Fleet::new();
    let mut observed = World::default().observe();
    observed.objects.retain(|id, _| id.kind != ObjectKind::Image);
    let names = ["erp", "traefik"].map(str::to_owned);
    // Free, what each is known to take, how many are refused.
    for (free, size, refused) in [
        (100, Some(45), 0),
        (100, Some(46), 1),
        (100, Some(91), 2),
        (10, None, 0),
        (9, None, 2),
        (0, Some(1), 2),
    ] {
        for facts in observed.hosts.values_mut() {
            facts.disk = Some(Disk { total: 100, free });
            facts.image_sizes =
                size.iter().flat_map(|size| names.clone().map(|name| (name, *size))).collect();
        }
        let plan = fleet.plan(&observed);
        let told: Vec<_> =
            plan.refusals.iter().filter(|one| one.diagnostic.code == Code::GUARD_DISK_SPACE).collect();
        assert_eq!(told.len(), refused, "{free} {size:?}: {:#?}", plan.refusals);
        assert!(told.iter().all(|one| !one.fatal));
        let pulled = plan.steps.iter().filter(|step| matches!(step.call, Call::PullImage { .. })).count();
        assert_eq!(pulled + refused, 2, "{free} {size:?}");
        // What needs one that is refused waits.
        let made = plan.steps.iter().any(|step| matches!(step.call, Call::CreateContainer { .. }));
        assert_eq!(made, refused < 2, "{free} {size:?}");
        assert_eq!(plan.notes.iter().any(|note| note.contains(" pulls ")), refused < 2, "{:?}", plan.notes);
    }
    // Where nothing can tell the room nothing is refused.
    for facts in observed.hosts.values_mut() {
        facts.disk = None;
    }
    assert!(fleet.plan(&observed).refusals.is_empty());
}

#[test]
fn another_image_under_the_same_name_is_told_and_a_stale_frontend_restarts() {
    let fleet = Fleet::new();
    let mut observed = settled(&fleet).observe();
    present(&mut observed, "host.h/image/erp").handle = "sha256:new".to_owned();
    for (role, image) in [("backend", "sha256:old"), ("queue-short", "sha256:new")] {
        let container = present(&mut observed, &format!("bench.b/container/{role}"));
        container.status.image = Some(image.to_owned());
    }
    let plan = fleet.plan(&observed);
    let told: Vec<&String> = plan.notes.iter().filter(|note| note.contains("another one by now")).collect();
    assert!(
        matches!(told.as_slice(), [one] if one.starts_with("`bench.b/container/backend` runs the image")),
        "{told:?}"
    );
    assert!(plan.changes.is_empty(), "{plan:#?}");

    present(&mut observed, "bench.b/container/frontend").status.stale = true;
    let plan = fleet.plan(&observed);
    let calls: Vec<&Call> =
        steps(&plan, "bench.b/container/frontend").iter().map(|step| &step.call).collect();
    assert!(
        matches!(calls.as_slice(), [Call::RestartContainer { .. }, Call::AwaitHealthy { .. }]),
        "{calls:?}"
    );
    assert_eq!(plan.changes.len(), 1);
}

#[test]
fn what_is_as_wanted_is_not_changed() {
    let fleet = Fleet::new();
    let plan = fleet.plan(&settled(&fleet).observe());
    assert!(plan.is_empty(), "{plan:#?}");
    assert_eq!(plan.looked_at["container"], 4);
}

#[test]
fn what_is_assumed_to_be_there_is_not_changed() {
    let mut fleet = Fleet::new();
    // An assumed world keeps secrets as references: nothing is read back from it.
    fleet.container("traefik").files.remove("/token");
    assert!(fleet.plan(&Observed::assume(&fleet.desired)).is_empty());
}

#[test]
fn a_plan_never_stops_the_old_container_before_the_new_one_is_created() {
    let fleet = Fleet::new();
    let world = settled(&fleet);
    let mut to = Fleet::new();
    to.container("backend").image = "traefik".to_owned();
    let plan = to.plan(&world.observe());
    let steps = steps(&plan, "bench.b/container/backend");
    let at = |wanted: fn(&Call) -> bool| steps.iter().position(|step| wanted(&step.call)).unwrap();
    let created = at(|call| matches!(call, Call::CreateContainer { .. }));
    let stopped = at(|call| matches!(call, Call::StopContainer { .. }));
    let healthy = at(|call| matches!(call, Call::AwaitHealthy { .. }));
    let removed = at(|call| matches!(call, Call::RemoveContainer { .. }));
    assert!(created < stopped && stopped < healthy && healthy < removed);
    assert_eq!(change(&plan, "bench.b/container/backend").action, Action::Replace);
    assert_eq!(change(&plan, "bench.b/container/backend").consequence, Consequence::Recreate);
}

#[test]
fn a_frontend_restarts_behind_a_new_backend_before_the_old_one_goes() {
    let fleet = Fleet::new();
    let world = settled(&fleet);
    let mut to = Fleet::new();
    to.container("backend").command = Some(vec!["new".to_owned()]);
    let plan = to.plan(&world.observe());
    let restart = steps(&plan, "bench.b/container/frontend");
    let restart = restart.iter().find(|step| matches!(step.call, Call::RestartContainer { .. })).unwrap();
    let backend = steps(&plan, "bench.b/container/backend");
    let healthy = backend.iter().find(|step| matches!(step.call, Call::AwaitHealthy { .. })).unwrap();
    let removed = backend.iter().find(|step| matches!(step.call, Call::RemoveContainer { .. })).unwrap();
    assert!(healthy.id < restart.id && restart.id < removed.id, "{plan:#?}");
    assert!(plan.changes.iter().all(|change| change.id.role != "queue-short"));
}

#[test]
fn a_renamed_container_is_renamed_back() {
    let fleet = Fleet::new();
    let mut world = settled(&fleet);
    world.one("backend").fields.name = "mine".to_owned();
    let plan = fleet.plan(&world.observe());
    assert_eq!(plan.steps.len(), 1);
    assert!(matches!(&plan.steps[0].call, Call::RenameContainer { name, .. } if name == "backend"));
    assert_eq!(plan.consequence(), Consequence::None);
    let field = &plan.changes[0].fields[0];
    assert_eq!(
        (field.path.as_str(), &field.before, &field.after),
        ("name", &json!("mine"), &json!("backend"))
    );
    assert_eq!(plan.changes[0].causes, ["benches/b.kdl:2"]);
}

#[test]
fn what_the_image_brings_is_no_difference() {
    let mut fleet = Fleet::new();
    let backend = fleet.container("backend");
    backend.user = Some("frappe".to_owned());
    backend.environment.insert("PATH".to_owned(), "/bin".to_owned());
    let mut observed = settled(&fleet).observe();
    let present = present(&mut observed, "bench.b/container/backend");
    present.provided.user = Some("frappe".to_owned());
    present.provided.environment.insert("PATH".to_owned(), "/bin".to_owned());
    if let tenantry::desired::Object::Container(seen) = &mut present.object {
        seen.user = None;
        seen.environment.clear();
    }
    assert!(fleet.plan(&observed).is_empty());
}

#[test]
fn a_secret_is_compared_and_never_shown() {
    let fleet = Fleet::new();
    let mut world = settled(&fleet);
    let other = Content::Text("hunter3".to_owned()).open(&fleet.opener()).unwrap();
    let sealed = Content::Sealed(fleet.opener().fingerprint(other.expose()));
    world.one("traefik").fields.files.insert("/token".to_owned(), file(sealed));
    let plan = fleet.plan(&world.observe());
    let field = &change(&plan, "edge.h/container/traefik").fields[0];
    assert_eq!(field.path, "files./token.content");
    assert_eq!(field.before, json!({ "sealed": "***" }));
    assert_eq!(field.before, field.after);
    assert!(!serde_json::to_string(&plan.steps).unwrap().contains("hunter2"));
}

#[test]
fn what_cannot_be_opened_is_not_compared_and_not_changed() {
    let fleet = Fleet::new();
    let mut world = settled(&fleet);
    let closed = Content::Unopened("no rights".to_owned());
    world.one("traefik").fields.files.insert("/token".to_owned(), file(closed));
    let plan = fleet.plan(&world.observe());
    assert!(plan.changes.is_empty());
    assert_eq!(plan.not_compared[0].path, "files./token.content");
    assert_eq!(plan.not_compared[0].why, "no rights");
}

#[test]
fn routes_of_one_file_are_one_call() {
    let fleet = Fleet::new();
    let plan = fleet.plan(&World::default().observe());
    let routes: Vec<_> = plan
        .steps
        .iter()
        .filter(|step| matches!(step.call, Call::Routes { .. }))
        .map(|step| step.id)
        .collect();
    assert_eq!(routes.len(), 1);
    for site in ["site.x/route", "site.y/route"] {
        assert_eq!(change(&plan, site).steps, routes);
    }
    let traefik = steps(&plan, "edge.h/container/traefik");
    let Call::Routes { container: Arg::Output(made), .. } = &plan.step(routes[0]).unwrap().call else {
        panic!("the Traefik is made by this plan")
    };
    assert_eq!(traefik[0].id, *made);
}

#[test]
fn an_unready_need_is_waited_for() {
    let fleet = Fleet::new();
    let mut world = settled(&fleet);
    world.routes.clear();
    let mut observed = world.observe();
    present(&mut observed, "bench.b/container/frontend").status.health = Some("starting".to_owned());
    let plan = fleet.plan(&observed);
    assert!(matches!(&plan.steps[0].call, Call::AwaitHealthy { within: 160, .. }), "{plan:#?}");
    assert_eq!(plan.steps[1].after, [plan.steps[0].id]);
}

#[test]
fn an_exec_of_an_interrupted_run_is_waited_for_first() {
    let fleet = Fleet::new();
    let mut observed = settled(&fleet).observe();
    present(&mut observed, "bench.b/container/backend").status.busy = vec!["r1-s-3".to_owned()];
    let plan = fleet.plan(&observed);
    assert_eq!(plan.steps.len(), 1);
    assert!(matches!(&plan.steps[0].call, Call::AwaitExec { mark, .. } if mark == "r1-s-3"));
}

#[test]
fn the_same_input_gives_the_same_plan() {
    let fleet = Fleet::new();
    let mut to = Fleet::new();
    to.container("backend").image = "traefik".to_owned();
    to.drop("bench.b/container/queue-short");
    let observed = settled(&fleet).observe();
    let text = |plan: &Plan| format!("{:?}{:?}{:?}", plan.changes, plan.steps, plan.notes);
    assert_eq!(text(&to.plan(&observed)), text(&to.plan(&observed)));
}

#[test]
fn the_same_change_to_many_is_told_once_and_outliers_apart() {
    let fleet = Fleet::new();
    let plan = fleet.plan(&World::default().observe());
    let route = change(&plan, "site.x/route");
    let many: Vec<Change> = (0..6)
        .map(|n| {
            let mut one = route.clone();
            one.id.of = format!("site.s{n}");
            if n == 3 {
                one.action = Action::Delete;
            }
            one
        })
        .collect();
    let told = fold(&many);
    assert_eq!(told.len(), 2);
    assert!(matches!(&told[0], Told::Many(changes) if changes.len() == 5));
    assert!(matches!(&told[1], Told::One(change) if change.action == Action::Delete));
    assert_eq!(route.id.kind, ObjectKind::Route);
}
