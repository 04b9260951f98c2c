//! What plans refuse, and that they touch nothing of it.

use tenantry::desired::call::Call;
use tenantry::desired::change::Action;
use tenantry::desired::mariadb::Schema;
use tenantry::desired::observed::{HostFacts, Observation};
use tenantry::desired::{HostTarget, Object, ObjectId, ObjectKind};
use tenantry::plan::{Approval, Plan};

use super::fixture::{Fleet, HOST, id};
use super::promises::{present, settled};
use super::world::World;

fn codes(plan: &Plan) -> Vec<&str> {
    plan.refusals.iter().map(|refusal| refusal.diagnostic.code.as_str()).collect()
}

#[test]
fn an_unreadable_host_stops_itself_and_the_others_go_on() {
    let mut fleet = Fleet::new();
    let other = HostTarget { name: "k".to_owned(), ..fleet.desired.hosts[HOST].clone() };
    fleet.desired.hosts.insert("host.k".to_owned(), other);
    fleet.put("edge.k/network/web", &[], Object::Network(super::fixture::network("web-k")));
    fleet.desired.objects.get_mut(&id("edge.k/network/web")).unwrap().host = "host.k".to_owned();
    let mut observed = World::default().observe();
    observed.hosts.get_mut(HOST).unwrap().unreadable = Some("connection refused".to_owned());
    observed.hosts.insert("host.k".to_owned(), HostFacts::default());
    let plan = fleet.plan(&observed);
    assert_eq!(codes(&plan), ["guard/unreadable-host"]);
    assert!(!plan.is_refused());
    let touched: Vec<_> = plan.changes.iter().map(|change| change.id.to_string()).collect();
    assert_eq!(touched, ["edge.k/network/web"]);
    let notes = &plan.refusals[0].diagnostic.notes;
    assert_eq!(notes[0], "connection refused");
    assert!(notes[1].contains("`bench.b`, `edge.h`, `site.x` and `site.y` are left out"), "{notes:?}");
    // One that was not looked at at all is no other.
    observed.hosts.remove(HOST);
    assert_eq!(codes(&fleet.plan(&observed)), ["guard/unreadable-host"]);
}

#[test]
fn one_unreadable_container_stops_itself_and_what_needs_it() {
    let fleet = Fleet::new();
    let mut observed = settled(&fleet).observe();
    let unread = || Observation::Unreadable { behind: None, why: "inspect: input/output error".to_owned() };
    observed.objects.insert(id("bench.b/container/backend"), unread());
    assert_eq!(codes(&fleet.plan(&observed)), ["guard/unreadable-object"]);
    let mut to = Fleet::new();
    for role in ["backend", "frontend", "queue-short", "traefik"] {
        to.container(role).environment.insert("A".to_owned(), "b".to_owned());
    }
    let plan = to.plan(&observed);
    assert_eq!(codes(&plan), ["guard/unreadable-object"]);
    let changed: Vec<_> = plan.changes.iter().map(|change| change.id.role.as_str()).collect();
    assert_eq!(changed, ["queue-short", "traefik"], "the frontend needs the backend");
    assert!(plan.notes[0].contains("frontend` waits for `bench.b/container/backend`"), "{:?}", plan.notes);
    // Nobody takes what it may use, nor itself, away.
    to.drop("bench.b/container/backend");
    to.drop("bench.b/network/default");
    for role in ["frontend", "queue-short"] {
        to.container(role).networks.remove("b");
    }
    let plan = to.plan(&observed);
    assert_eq!(codes(&plan), ["guard/unreadable-object"]);
    assert!(plan.changes.iter().all(|change| change.action != Action::Delete), "{:#?}", plan.changes);
    assert!(plan.notes.iter().any(|note| note.contains("could not be read, may use it")), "{:?}", plan.notes);
}

#[test]
fn what_needs_something_unreadable_is_settled_after_it() {
    let fleet = Fleet::new();
    let mut observed = settled(&fleet).observe();
    // Traefik cannot be read because of something that it does not need, and a route is written and not run.
    let behind = Some(id("bench.b/container/queue-short"));
    let unread = Observation::Unreadable { behind, why: "down".to_owned() };
    observed.objects.insert(id("edge.h/container/traefik"), unread);
    present(&mut observed, "site.x/route").status.running = false;
    let plan = fleet.plan(&observed);
    assert_eq!(codes(&plan), ["guard/unreadable-object"]);
    assert!(plan.steps.is_empty(), "{:#?}", plan.steps);
    assert_eq!(plan.waiting.iter().collect::<Vec<_>>(), [&id("site.x/route")]);
}

#[test]
fn what_lives_in_something_that_is_left_out_waits_for_it() {
    let fleet = Fleet::new();
    let mut observed = settled(&fleet).observe();
    let traefik = id("edge.h/container/traefik");
    let unread = |behind| Observation::Unreadable { behind, why: "input/output error".to_owned() };
    observed.objects.insert(traefik.clone(), unread(None));
    for site in ["site.x/route", "site.y/route"] {
        observed.objects.insert(id(site), unread(Some(traefik.clone())));
    }
    let plan = fleet.plan(&observed);
    assert_eq!(codes(&plan), ["guard/unreadable-object"], "one trouble, one refusal");
    assert!(plan.deferred.is_empty() && plan.changes.is_empty(), "nothing will ever show them in this run");
    assert_eq!(plan.waiting.len(), 2);
}

#[test]
fn an_empty_fleet_never_means_remove_everything() {
    let fleet = Fleet::new();
    let observed = settled(&fleet).observe();
    let mut empty = Fleet::new();
    empty.desired.objects.clear();
    let plan = empty.plan(&observed);
    assert!(codes(&plan).contains(&"guard/empty-fleet") && plan.is_refused());
}

#[test]
fn a_host_of_another_fleet_is_begun_on_deliberately() {
    let mut fleet = Fleet::new();
    let mut observed = World::default().observe();
    observed.hosts.get_mut(HOST).unwrap().other_fleets.insert("other".to_owned());
    let plan = fleet.plan(&observed);
    assert_eq!(codes(&plan), ["guard/new-fleet"]);
    assert!(plan.is_refused());
    fleet.policy.new_fleet = true;
    assert!(fleet.plan(&observed).refusals.is_empty());
    fleet.policy.new_fleet = false;
    let mut ours = settled(&fleet).observe();
    ours.hosts.get_mut(HOST).unwrap().other_fleets.insert("other".to_owned());
    assert!(fleet.plan(&ours).is_empty());
}

#[test]
fn a_volume_is_never_replaced() {
    let fleet = Fleet::new();
    let mut observed = settled(&fleet).observe();
    if let Object::Volume(volume) = &mut present(&mut observed, "bench.b/volume/sites").object {
        volume.driver = "nfs".to_owned();
    }
    let mut to = Fleet::new();
    to.container("backend").image = "traefik".to_owned();
    let plan = to.plan(&observed);
    assert_eq!(codes(&plan), ["guard/volume-differs"]);
    assert!(!plan.is_refused());
    assert!(plan.changes.is_empty(), "what needs it is left out");
    assert!(
        plan.notes.iter().any(|note| note.contains("bench.b/container/backend` waits for")),
        "{:?}",
        plan.notes
    );
}

#[test]
fn a_missing_image_that_may_not_be_pulled_leaves_out_what_runs_from_it() {
    let mut fleet = Fleet::new();
    if let Some(Object::Image(image)) =
        fleet.desired.objects.get_mut(&id("host.h/image/erp")).map(|entry| &mut entry.object)
    {
        image.pull = false;
    }
    let plan = fleet.plan(&World::default().observe());
    assert_eq!(codes(&plan), ["guard/image-missing"]);
    assert!(plan.changes.iter().any(|change| change.id == id("edge.h/container/traefik")));
    assert!(
        plan.changes.iter().all(|change| !change.id.of.starts_with("site.") && change.id.role != "backend")
    );
}

#[test]
fn what_is_not_ours_is_never_touched() {
    let fleet = Fleet::new();
    let mut observed = World::default().observe();
    let foreign = Observation::Foreign { evidence: "container web of project shop".to_owned() };
    observed.objects.insert(id("edge.h/container/traefik"), foreign);
    let plan = fleet.plan(&observed);
    assert_eq!(codes(&plan), ["guard/foreign-object"]);
    let touched = |id: &ObjectId| id.kind == ObjectKind::Route || *id == self::id("edge.h/container/traefik");
    assert!(plan.changes.iter().all(|change| !touched(&change.id)));
    assert!(plan.changes.iter().any(|change| change.id.role == "backend"), "the rest goes on");
}

#[test]
fn a_declaration_that_vanished_keeps_running() {
    let fleet = Fleet::new();
    let observed = settled(&fleet).observe();
    let mut to = Fleet::new();
    for gone in to
        .desired
        .objects
        .keys()
        .filter(|id| id.of == "bench.b" || id.of == "site.x")
        .cloned()
        .collect::<Vec<_>>()
    {
        to.drop(&gone.to_string());
    }
    let plan = to.plan(&observed);
    assert_eq!(codes(&plan), ["guard/data-without-tombstone"; 2]);
    assert!(plan.changes.is_empty() && !plan.is_refused(), "{plan:#?}");
}

#[test]
fn an_edge_that_vanished_stays_while_routes_need_it() {
    let fleet = Fleet::new();
    let mut observed = settled(&fleet).observe();
    let mut data = observed.objects[&id("site.x/route")].present().unwrap().clone();
    let text = |text: &str| text.to_owned();
    let schema = Schema { name: text("x"), character_set: text("utf8mb4"), collation: text("utf8mb4_bin") };
    data.object = Object::Schema(schema);
    observed.objects.insert(id("site.x/schema"), Observation::Present(Box::new(data)));
    let mut to = Fleet::new();
    let gone = |of: &str| of.starts_with("edge.") || of.starts_with("site.");
    for gone in to.desired.objects.keys().filter(|id| gone(&id.of)).cloned().collect::<Vec<_>>() {
        to.drop(&gone.to_string());
    }
    to.container("frontend").networks.remove("web");
    let plan = to.plan(&observed);
    assert!(plan.changes.iter().all(|change| !change.id.of.starts_with("edge.")), "{:#?}", plan.changes);
}

#[test]
fn a_data_volume_whose_role_vanished_stays() {
    let mut fleet = Fleet::new();
    fleet.put("bench.b/volume/logs", &[], Object::Volume(super::fixture::volume("logs")));
    let observed = settled(&fleet).observe();
    let plan = Fleet::new().plan(&observed);
    assert_eq!(codes(&plan), ["guard/data-without-tombstone"]);
    assert!(plan.changes.is_empty());
}

#[test]
fn a_network_with_a_stranger_on_it_stays() {
    let mut fleet = Fleet::new();
    fleet.put("bench.b/network/extra", &[], Object::Network(super::fixture::network("extra")));
    let mut observed = settled(&fleet).observe();
    let to = Fleet::new();
    assert!(to.plan(&observed).steps.iter().any(|step| matches!(step.call, Call::RemoveNetwork { .. })));
    present(&mut observed, "bench.b/network/extra")
        .attached
        .insert("stranger".to_owned(), super::fixture::names(&[]));
    let plan = to.plan(&observed);
    assert!(plan.changes.is_empty());
    assert!(plan.notes[0].contains("stranger"), "{:?}", plan.notes);
}

#[test]
fn more_than_the_budget_is_refused_until_it_is_raised() {
    let fleet = Fleet::new();
    let observed = settled(&fleet).observe();
    let mut to = Fleet::new();
    to.container("backend").image = "traefik".to_owned();
    to.policy.max_destroy = Some(0);
    let plan = to.plan(&observed);
    assert_eq!(codes(&plan), ["guard/budget"]);
    assert!(plan.is_refused());
    to.policy.max_destroy = Some(1);
    assert!(to.plan(&observed).refusals.is_empty());
}

#[test]
fn a_second_round_stays_below_what_was_approved() {
    let fleet = Fleet::new();
    let observed = settled(&fleet).observe();
    let mut to = Fleet::new();
    to.container("backend").image = "traefik".to_owned();
    let shown = to.plan(&observed);
    to.policy.approved = Some(Approval::default());
    let plan = to.plan(&observed);
    assert_eq!(codes(&plan), ["guard/above-approved"]);
    assert!(plan.changes.is_empty());
    // What was shown with as much, or by name when nobody could see it, was approved.
    let mut approved = Approval::default();
    approved.add(&shown);
    to.policy.approved = Some(approved);
    assert_eq!(to.plan(&observed).changes, shown.changes);
    let mut named = Approval::default();
    let waiting = shown.changes.iter().map(|change| change.id.clone()).collect();
    named.add(&Plan { waiting, ..Plan::default() });
    to.policy.approved = Some(named);
    assert_eq!(to.plan(&observed).changes, shown.changes);
}

#[test]
fn a_budget_holds_for_all_rounds_of_an_apply_together() {
    let fleet = Fleet::new();
    let observed = settled(&fleet).observe();
    let mut to = Fleet::new();
    to.container("backend").image = "traefik".to_owned();
    to.policy.max_destroy = Some(3);
    to.policy.spent = 2;
    assert!(to.plan(&observed).refusals.is_empty());
    to.policy.spent = 3;
    let plan = to.plan(&observed);
    assert_eq!(codes(&plan), ["guard/budget"]);
    let message = &plan.refusals[0].diagnostic.message;
    assert_eq!(message, "4 objects would be deleted or replaced, 3 of them already, and the budget is 3");
    assert!(fleet.plan(&observed).is_empty(), "a round that takes nothing away is within any budget");
}

#[test]
fn what_is_hidden_behind_something_is_deferred() {
    let fleet = Fleet::new();
    let mut world = settled(&fleet);
    world.one("traefik").running = false;
    let plan = fleet.plan(&world.observe());
    assert_eq!(plan.deferred.len(), 2);
    assert_eq!(plan.deferred[0].behind, id("edge.h/container/traefik"));
    assert_eq!(plan.changes.len(), 1, "Traefik starts: {:#?}", plan.changes);
    assert_eq!(plan.changes[0].fields[0].path, "state");
}
