//! A plan for people: who and why first, then what, then what it feels like.

use std::collections::{BTreeMap, BTreeSet};

use super::felt::{felt, hurts, is_uncounted};
use super::output::Output;
use super::plan_value;
use super::table::{count, shortened};
use crate::desired::Owner;
use crate::desired::call::Call;
use crate::desired::change::{Action, Change, Step};
use crate::desired::fields::Consequence;
use crate::desired::mariadb::Account;
use crate::diag::printable;
use crate::plan::Plan;
use crate::plan::fold::{Told, fold, general};
use crate::provider::diff;

/// The whole plan, and Terraform's closing line. Refusals are printed by the caller, with their snippets.
#[must_use]
pub fn plan(plan: &Plan, output: Output) -> String {
    let mut text = String::new();
    for block in blocks(plan, output) {
        text.push_str(&block.text);
        text.push('\n');
    }
    text.push_str(&asides(plan, output));
    if plan.changes.is_empty() && plan.refusals.is_empty() && plan.deferred.is_empty() {
        let looked: Vec<String> = plan.looked_at.iter().map(|(kind, n)| count(*n, kind)).collect();
        text.push_str(&format!("No changes. Looked at {}.\n", looked.join(", ")));
        return text;
    }
    text.push_str(&closing(plan));
    text
}

/// Changes that are told under one heading.
#[derive(Debug, Clone)]
pub struct Block {
    /// The heading, and lines below it.
    pub text: String,
    /// How many objects change.
    pub changes: usize,
    /// The worst of them.
    pub worst: (Consequence, Action),
}

/// The changes of a plan, a declaration or a set of the same changes at a time.
#[must_use]
pub fn blocks(plan: &Plan, output: Output) -> Vec<Block> {
    let several_hosts = plan.changes.iter().map(|c| &c.host).collect::<BTreeSet<_>>().len() > 1;
    let block = |group: Vec<Told<'_>>| {
        let mut text = header(&group, several_hosts, output);
        let width = group.iter().map(|told| name(told).chars().count()).max().unwrap_or(0);
        for told in &group {
            change(plan, told, width, output, &mut text);
        }
        let changes = group.iter().flat_map(Told::all);
        let worst = changes.clone().map(|change| (change.consequence, change.action)).max();
        Block { text, changes: changes.count(), worst: worst.unwrap_or((Consequence::None, Action::Create)) }
    };
    groups(&fold(&plan.changes)).into_iter().map(block).collect()
}

/// The places that are shown as causes.
#[must_use]
pub fn places(plan: &Plan) -> BTreeSet<String> {
    plan.changes.iter().filter_map(|change| change.causes.first().cloned()).collect()
}

/// `Plan: 7 to add, 0 to change, 0 to destroy.`, after a word to those who fear for what runs.
#[must_use]
pub fn closing(plan: &Plan) -> String {
    let counts = plan.counts();
    let calm = if nothing_stops(plan) { "Nothing that runs is stopped.\n" } else { "" };
    format!(
        "{calm}Plan: {} to add, {} to change, {} to destroy.\n",
        counts.add, counts.change, counts.destroy
    )
}

/// Whether something changes and nobody can notice.
#[must_use]
pub fn nothing_stops(plan: &Plan) -> bool {
    !plan.changes.is_empty() && !plan.changes.iter().any(is_felt)
}

/// What is not known, what waits, and what people should know: of use also where nothing changes.
#[must_use]
pub fn asides(plan: &Plan, output: Output) -> String {
    let mut lines = Vec::new();
    // One reason, one line: a server that is down hides three objects of every site.
    let mut unseen = BTreeMap::<String, Vec<String>>::new();
    for one in &plan.deferred {
        let why = format!("cannot be seen before {} is there: {}", one.behind, printable(&one.why));
        unseen.entry(why).or_default().push(printable(&one.address));
    }
    for one in &plan.not_compared {
        let why = format!("not compared: {}", printable(&one.why));
        unseen.entry(why).or_default().push(format!("{} {}", one.id, printable(&one.path)));
    }
    lines.extend(
        unseen.iter().map(|(why, names)| format!("{} {}    {why}", output.paint(33, "?"), shortened(names))),
    );
    for note in &plan.notes {
        let (word, text) = match note.strip_prefix("warning: ") {
            Some(text) => (output.paint(33, "warning:"), text),
            None => (output.paint(1, "note:"), note.as_str()),
        };
        lines.push(format!("{word} {}", printable(text)));
    }
    if lines.is_empty() { String::new() } else { format!("{}\n\n", lines.join("\n")) }
}

/// One declaration's changes together, where its first one stands; so is what is the same for many and has one cause.
fn groups<'a>(told: &[Told<'a>]) -> Vec<Vec<Told<'a>>> {
    let mut groups: Vec<(String, Vec<Told<'a>>)> = Vec::new();
    let mut places = std::collections::BTreeMap::new();
    for one in told {
        let key = match one {
            Told::One(change) => change.id.of.clone(),
            // No declaration's identity has a space.
            Told::Many(changes) => match causes(changes).as_slice() {
                [place] => format!("cause {place}"),
                _ => String::new(),
            },
        };
        if key.is_empty() {
            groups.push((key, vec![one.clone()]));
            continue;
        }
        let place = *places.entry(key.clone()).or_insert_with(|| {
            groups.push((key, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, group)) = groups.get_mut(place) {
            group.push(one.clone());
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// The nearest causes of many, each once.
fn causes<'a>(changes: &[&'a Change]) -> Vec<&'a str> {
    let mut causes: Vec<&str> =
        changes.iter().filter_map(|change| change.causes.first()).map(String::as_str).collect();
    causes.sort_by(|a, b| in_order(a).cmp(&in_order(b)));
    causes.dedup();
    causes
}

/// `z.yaml:5` stands before `z.yaml:13`.
#[must_use]
pub fn in_order(place: &str) -> (&str, u32) {
    // With `--blame` the commit follows.
    let place = place.split(" (").next().unwrap_or_default();
    match place.rsplit_once(':') {
        Some((path, line)) => (path, line.parse().unwrap_or_default()),
        None => (place, 0),
    }
}

/// `benches/v15-a.kdl:3  bench.v15-a · tenant globex`.
fn header(group: &[Told<'_>], several_hosts: bool, output: Output) -> String {
    let Some(first) = group.first().and_then(Told::first) else { return String::new() };
    if let Some(Told::Many(changes)) = group.first() {
        let place = match causes(changes).as_slice() {
            [] => "no longer in the files".to_owned(),
            [place] => (*place).to_owned(),
            [place, rest @ ..] => format!("{place} and {} more places", rest.len()),
        };
        let place = printable(&place);
        return format!("{}\n", output.paint(1, &place));
    }
    let mut places = Vec::new();
    // What is new is there because of its declaration, which comes first.
    let edited = |change: &&Change| matches!(change.action, Action::Update | Action::Replace);
    let changes = group.iter().flat_map(Told::all).filter(edited);
    for place in changes.filter_map(|change| change.causes.first()) {
        if !places.contains(&place.as_str()) {
            places.push(place.as_str());
        }
    }
    let place = match places.as_slice() {
        [] => first.causes.first().map_or("no longer in the files", String::as_str).to_owned(),
        [a, b, c, rest @ ..] if !rest.is_empty() => {
            format!("{a}, {b}, {c} and {} more places", rest.len())
        }
        some => some.join(", "),
    };
    let declaration = first.address.split('/').next().unwrap_or_default();
    let mut line = format!("{}  {}", output.paint(1, &printable(&place)), printable(declaration));
    if let Owner::Tenant(tenant) = &first.owner {
        line.push_str(&format!(" · tenant {}", printable(tenant)));
    }
    if several_hosts {
        line.push_str(&format!(" · {}", first.host));
    }
    line.push('\n');
    line
}

fn symbol(action: Action, output: Output) -> String {
    match action {
        Action::Create => output.paint(32, "  +"),
        Action::Update => output.paint(33, "  ~"),
        Action::Delete => output.paint(31, "  -"),
        Action::Replace => output.paint(31, "-/+"),
    }
}

/// `container backend`, or `77 × container backend`.
fn name(told: &Told<'_>) -> String {
    let Some(first) = told.first() else { return String::new() };
    let one = match first.id.role.as_str() {
        "" => first.id.kind.word().to_owned(),
        role => format!("{} {role}", first.id.kind.word()),
    };
    match told {
        Told::One(_) => printable(&one),
        Told::Many(changes) => printable(&format!("{} × {one}", changes.len())),
    }
}

fn change(plan: &Plan, told: &Told<'_>, width: usize, output: Output, text: &mut String) {
    let Some(first) = told.first() else { return };
    let name = name(told);
    let pad = " ".repeat(width.saturating_sub(name.chars().count()));
    let words = match told {
        Told::One(_) => words(plan, first),
        Told::Many(changes) => shared_words(plan, changes),
    };
    let line = format!("  {} {name}{pad}   {words}", symbol(first.action, output));
    text.push_str(line.trim_end());
    text.push('\n');
    if let Told::Many(changes) = told {
        text.push_str(&format!("        {}\n", names(changes)));
    }
    let mut fields = match told {
        Told::One(_) => first.fields.clone(),
        Told::Many(_) => general(first),
    };
    // It says of the same names what the other router says.
    if !fields.iter().all(is_uncounted) {
        fields.retain(|field| !is_uncounted(field));
    }
    let width = fields.iter().map(|field| printable(&field.path).chars().count()).max().unwrap_or(0);
    for field in &fields {
        let (value, lines) = plan_value::change(field, output);
        let path = printable(&field.path);
        let pad = " ".repeat(width.saturating_sub(path.chars().count()));
        let forces = match (first.action, field.consequence >= Consequence::Recreate) {
            (Action::Replace, true) => "  # forces replacement",
            _ => "",
        };
        text.push_str(&format!("        {path}{pad}  {value}{forces}\n"));
        for line in lines {
            text.push_str(&format!("          {line}\n"));
        }
    }
}

/// The declarations of many, at most three of them by name.
fn names(changes: &[&Change]) -> String {
    let of: Vec<String> = changes
        .iter()
        .map(|change| printable(change.address.split('/').next().unwrap_or_default()))
        .collect();
    match of.as_slice() {
        [a, b, c, rest @ ..] if !rest.is_empty() => format!("{a}, {b}, {c} and {} more", rest.len()),
        all => all.join(", "),
    }
}

/// What is said of many: what holds for each of them, and nothing that only the first one is.
fn shared_words(plan: &Plan, changes: &[&Change]) -> String {
    let all: BTreeSet<String> = changes.iter().map(|change| words(plan, change)).collect();
    match all.into_iter().collect::<Vec<_>>().as_slice() {
        [one] => one.clone(),
        _ => String::new(),
    }
}

/// What it is, and what people notice.
fn words(plan: &Plan, change: &Change) -> String {
    let steps: Vec<&Step> = change.steps.iter().filter_map(|id| plan.step(*id)).collect();
    let within = steps
        .iter()
        .filter(|step| step.object == change.id)
        .find_map(|step| match &step.call {
            Call::AwaitHealthy { within, .. } => Some(format!(", at most {within} s")),
            _ => None,
        })
        .unwrap_or_default();
    let what = match change.action {
        Action::Create => {
            // Others' steps that it waits for are not its own; a file of routes is written for several at once.
            let own = |step: &&&Step| step.object == change.id || matches!(step.call, Call::Routes { .. });
            let made: Vec<String> = steps.iter().filter(own).filter_map(|step| made(&step.call)).collect();
            (!made.is_empty()).then(|| made.join(", "))
        }
        _ => None,
    };
    let felt = match (change.action, change.consequence) {
        (Action::Delete, Consequence::Restart) if diff::serves_routes(&change.id) => {
            "stops and goes: nobody is answered at its ports until another edge has them".to_owned()
        }
        (Action::Delete, Consequence::Restart) => "stops and goes".to_owned(),
        (Action::Delete, Consequence::Reload) => "no longer answers".to_owned(),
        (Action::Delete, _) => "goes".to_owned(),
        // Nobody has it yet, so nobody can notice.
        (Action::Create, _) => String::new(),
        (_, Consequence::None) if change.fields.iter().any(|field| field.path == "state") => {
            if steps.iter().any(|step| matches!(step.call, Call::UnpauseContainer { .. })) {
                "goes on: it is paused now".to_owned()
            } else {
                "starts: it does not run now".to_owned()
            }
        }
        _ if felt(change).is_some() => felt(change).unwrap_or_default(),
        (Action::Replace, Consequence::None) => {
            "made anew beside the old one, whose job may end: nobody notices".to_owned()
        }
        (_, Consequence::None) => "in place, nobody notices".to_owned(),
        (_, Consequence::Reload) => "read again at once, nobody notices".to_owned(),
        (_, Consequence::Restart) => format!("restarts: down until it is healthy{within}"),
        (_, Consequence::Recreate) => format!("made anew: down until the new one is healthy{within}"),
        (_, Consequence::Data) => "data would be lost".to_owned(),
    };
    let restarted = || {
        let restart = steps
            .iter()
            .find(|step| step.object == change.id && matches!(step.call, Call::RestartContainer { .. }));
        restart.map(|step| format!("; {}", step.reason)).unwrap_or_default()
    };
    match what {
        Some(what) if felt.is_empty() => printable(&what),
        Some(what) => format!("{}   {felt}", printable(&what)),
        None => format!("{felt}{}", restarted()),
    }
}

/// Whether somebody can notice a change.
fn is_felt(change: &Change) -> bool {
    change.action == Action::Delete || change.consequence > Consequence::Reload || hurts(change)
}

/// What a call makes.
fn made(call: &Call) -> Option<String> {
    match call {
        Call::PullImage { .. } => Some("pulled".to_owned()),
        Call::CreateNetwork { network, .. } => Some(network.name.clone()),
        Call::CreateVolume { volume, .. } => Some(volume.name.clone()),
        Call::CreateContainer { container, .. } => Some(container.image.clone()),
        Call::Routes { file, set, .. } => Some(format!("{} in {file}", entries(set.len()))),
        Call::SetSchema { schema, .. } => Some(schema.name.clone()),
        Call::SetAccount { account, .. } => Some(account_words(account)),
        Call::WriteBenchConfig { apps, .. } => Some(apps.join(", ")),
        Call::NewSite { directory, .. } => Some(directory.clone()),
        Call::InstallApp { app, .. } => Some(app.clone()),
        _ => None,
    }
}

/// `acme_globex, 24 connections, 300 s a statement`.
fn account_words(account: &Account) -> String {
    let mut words = account.name.clone();
    if account.connections > 0 {
        words.push_str(&format!(", {} connections", account.connections));
    }
    if account.statement_time > 0 {
        words.push_str(&format!(", {} s a statement", account.statement_time));
    }
    if account.locked {
        words.push_str(", locked");
    }
    words
}

fn entries(n: usize) -> String {
    if n == 1 { "1 entry".to_owned() } else { format!("{n} entries") }
}
