//! From the first look of an apply to its last: what it needs, what it leaves out, and when it says that it is done.

use tenantry::sandbox::Sandbox;

use super::fleet::{Fleet, Run};

/// The quick start with a second host that has an edge of its own.
fn two_hosts() -> Fleet {
    let fleet = Fleet::new();
    fleet.write("far.kdl", "host \"far\" {\n    engine \"sandbox\"\n}\nedge \"far\" {\n    host \"far\"\n    http 8090\n    status \"far.localhost\"\n}\n");
    fleet
}

/// A path beside the world of the second host.
fn far(fleet: &Fleet, name: &str) -> std::path::PathBuf {
    let path = fleet.world().with_file_name(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    path
}

#[test]
fn everything_that_a_plan_needs_is_opened_before_its_first_step() {
    let fleet = Fleet::new();
    fleet.edit("fleet.kdl", "id \"quick\"", "id \"quick\"\n    key (secret)\"env:NO_SUCH_KEY\"");
    let secrets = "max_file_size 52428800\n            mail_password (secret)\"env:NO_SUCH_MAIL\"\n            s3 (secret)\"file:/no/such/file\"";
    fleet.edit("tenants/globex.kdl", "max_file_size 52428800", secrets);
    let words = [
        "secrets that the plan needs are not to be had; nothing was done",
        "  the variable NO_SUCH_KEY is not set: 5 passwords made with the fleet's key",
        "  the variable NO_SUCH_MAIL is not set: `env:NO_SUCH_MAIL`",
        "/no/such/file",
        "help: apply where they can be read",
    ];
    fleet.demand(&["apply", "--auto-approve"], 1, &words);
    assert!(!fleet.world().exists(), "nothing was done");
    let plan = fleet.beside("plan");
    fleet.demand(&["plan", "--out", &plan], 0, &[]);
    fleet.demand(&["apply", "--plan", &plan], 1, &words);
    assert!(!fleet.world().exists(), "nor of a saved plan");
}

#[test]
fn a_secret_that_only_later_rounds_need_is_opened_before_the_first() {
    let fleet = Fleet::applied();
    Sandbox::file(fleet.world())
        .edit(|state| {
            state.containers.retain(|_, one| one.identity("quick").is_none_or(|id| id.role != "backend"))
        })
        .unwrap();
    fleet.edit("tenants/globex.kdl", "max_file_size 52428800", "mail_password (secret)\"env:NO_SUCH_MAIL\"");
    let words = ["1 secret that the plan needs is not to be had; nothing was done", "`env:NO_SUCH_MAIL`"];
    let before = std::fs::read(fleet.world()).unwrap();
    fleet.demand(&["apply", "--auto-approve"], 1, &words);
    assert_eq!(std::fs::read(fleet.world()).unwrap(), before);
}

#[test]
fn a_host_whose_world_cannot_be_read_stops_itself() {
    let fleet = two_hosts();
    std::fs::write(far(&fleet, "host.far.json"), "{ no world").unwrap();
    let words = [
        "error[guard/unreadable-host]: host `far` could not be read",
        "what could not be read is not empty: `edge.far` is left out; the rest can be applied",
        "Apply incomplete: 35 added, 0 changed, 0 destroyed; 1 object refused",
    ];
    let run = fleet.demand(&["apply", "--auto-approve"], 5, &words);
    assert_eq!(run.err.matches("could not be read\n").count(), 1, "told once: {run}");
    fleet.demand(&["plan"], 5, &["guard/unreadable-host"]);
}

#[test]
fn a_host_that_gives_no_lock_is_not_acted_on_although_it_can_be_read() {
    let fleet = two_hosts();
    std::fs::create_dir_all(far(&fleet, "host.far.json.lock")).unwrap();
    fleet.demand(&["plan"], 0, &[]);
    let words = [
        "error[guard/unreadable-host]: host `far` could not be read",
        "its lock could not be taken",
        "35 added",
    ];
    fleet.demand(&["apply", "--auto-approve"], 5, &words);
    assert!(!far(&fleet, "host.far.json").exists());
    // A saved plan has steps there: they are refused one by one, and the rest goes on where that was asked for.
    let plan = fleet.beside("plan");
    fleet.edit("fleet.kdl", "http 8080", "http 8081");
    fleet.demand(&["plan", "--out", &plan], 0, &[]);
    fleet.demand(
        &["apply", "--plan", &plan],
        6,
        &["nothing was done", "edge.far/container/traefik: its lock"],
    );
    fleet.demand(&["apply", "--plan", &plan, "--partial"], 5, &["guard/moved-since", "1 added"]);
    assert!(!far(&fleet, "host.far.json").exists());
    std::fs::remove_dir(far(&fleet, "host.far.json.lock")).unwrap();
    fleet.demand(&["apply", "--auto-approve"], 0, &["Apply complete!"]);
    fleet.demand(&["plan"], 0, &["No changes."]);
}

/// Takes Traefik away by hand: its routes can only be seen when it is there again.
fn without_traefik(fleet: &Fleet) {
    let taken = Sandbox::file(fleet.world()).edit(|state| {
        let before = state.containers.len();
        state.containers.retain(|_, one| one.identity("quick").is_none_or(|id| id.role != "traefik"));
        before - state.containers.len()
    });
    assert_eq!(taken.unwrap(), 1);
}

#[test]
fn a_saved_plan_does_no_deferred_work_and_says_so() {
    let fleet = Fleet::applied();
    without_traefik(&fleet);
    fleet.edit("tenants/globex.kdl", "erp.globex.example", "shop.globex.example");
    let plan = fleet.beside("plan");
    fleet.demand(&["plan", "--out", &plan], 0, &["Plan: 1 to add"]);
    let words = [
        "`bench.main/route`, `edge.local/route` and 2 more are",
        "help: the saved plan did not show what becomes of them: plan again",
    ];
    fleet.demand(&["apply", "--plan", &plan], 7, &words);
    let routed = || {
        format!("{:?}", Sandbox::file(fleet.world()).state().unwrap()).contains("Host(`shop.globex.example`)")
    };
    assert!(!routed(), "nobody approved the new domain's route");
    fleet.demand(&["apply", "--auto-approve"], 0, &[]);
    assert!(routed());
    fleet.demand(&["plan"], 0, &["No changes."]);
}

#[test]
fn an_apply_goes_on_with_deferred_work_until_a_last_look_finds_nothing_left() {
    let fleet = Fleet::applied();
    without_traefik(&fleet);
    fleet.edit("tenants/globex.kdl", "erp.globex.example", "shop.globex.example");
    fleet.demand(&["apply", "--auto-approve"], 0, &[]);
    fleet.demand(&["plan"], 0, &["No changes."]);
}

#[test]
fn what_moved_since_a_plan_was_saved_is_left_out_and_the_rest_is_done() {
    let fleet = Fleet::applied();
    fleet.edit("fleet.kdl", "http 8080", "http 8081");
    fleet.edit("tenants/globex.kdl", "52428800", "1");
    let plan = fleet.beside("plan");
    fleet.demand(&["plan", "--out", &plan], 0, &[]);
    Sandbox::file(fleet.world())
        .edit(|state| {
            for one in state.containers.values_mut() {
                if one.identity("quick").is_some_and(|id| id.role == "traefik") {
                    one.thing.container.memory = Some(5 << 20);
                }
            }
        })
        .unwrap();
    let stale = ["  edge.local/container/traefik\n", "`--partial`"];
    fleet.demand(&["apply", "--plan", &plan], 6, &stale);
    let words = ["error[guard/moved-since]: `edge.local", "it has changed since", "2 changed"];
    fleet.demand(&["apply", "--plan", &plan, "--partial"], 5, &words);
    fleet.demand(&["plan"], 0, &["-/+ container traefik", "Plan: 1 to add, 0 to change"]);
    fleet.demand(&["apply", "--partial"], 1, &["--plan"]);
}

#[test]
fn a_saved_plan_whose_files_have_changed_says_so() {
    let fleet = Fleet::new();
    let plan = fleet.beside("plan");
    fleet.demand(&["plan", "--out", &plan], 0, &[]);
    fleet.edit("tenants/globex.kdl", "52428800", "1");
    fleet.edit("fleet.kdl", "http 8080", "http 8081");
    let words = [
        "warning: the files have changed since this plan was made (`edge.local`, `site.globex`, `site.initech`)",
    ];
    fleet.demand(&["apply", "--plan", &plan], 0, &words);
    fleet.demand(&["plan"], 0, &["-/+ container traefik"]);
}

/// Kills an apply at every step, and demands that the next one alone leads to the end.
#[test]
fn after_a_kill_one_apply_is_enough() {
    let start = Fleet::applied();
    let change = |fleet: &Fleet| {
        fleet.edit("fleet.kdl", "gunicorn workers=2", "gunicorn workers=3");
        fleet.edit("fleet.kdl", "connections 16", "connections 20");
        fleet.edit("tenants/initech.kdl", "plan \"starter\"", "plan \"starter\"\n    suspended");
    };
    let world = std::fs::read(start.world()).unwrap();
    for step in 0.. {
        let fleet = Fleet::new();
        std::fs::create_dir_all(fleet.world().parent().unwrap()).unwrap();
        std::fs::write(fleet.world(), &world).unwrap();
        change(&fleet);
        let mut killed = fleet.command(&["apply", "--auto-approve"]);
        killed.env("TENANTRY_TEST_KILL", format!("after:s-{step}"));
        if Run::of(killed.output().unwrap()).code == 0 {
            assert!(step > 5, "it never died");
            return;
        }
        fleet.demand(&["apply", "--auto-approve"], 0, &[]);
        fleet.demand(&["plan"], 0, &["No changes."]);
    }
}
