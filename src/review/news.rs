//! Who and what first: declarations that are new, gone or changed, in the words of the files.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::facts::{DOMAIN, Declared, Fact, Weight, declarations};
use super::money::Amounts;
use super::{reach, reach::Reach};
use crate::model::{Meta, Model};
use crate::source::{SourceMap, Span};

/// From this many on, declarations with the same news are told in one line.
const MANY: usize = 4;

/// What became of a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    /// It left the files.
    Gone,
    /// It says something else.
    Changed,
    /// It belongs to somebody else now.
    Moved,
    /// It was not in the files before.
    New,
}

/// One thing that a declaration says, before and after.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Difference {
    /// Its word in the files.
    pub name: String,
    /// As it was; `None` where it was not said.
    pub before: Option<String>,
    /// As it is.
    pub after: Option<String>,
}

/// News of one declaration, or the same of many.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct News {
    /// What became of it.
    pub turn: Turn,
    /// `tenant`, `plan` …
    pub kind: &'static str,
    /// Their names, in order.
    pub names: Vec<String>,
    /// Where each was written: in the base for what is gone.
    pub places: Vec<String>,
    /// What they say.
    pub differences: Vec<Difference>,
    /// What it means a month.
    pub money: Amounts,
    /// Whom it reaches (plans).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reach: Option<Reach>,
}

/// What is told first of the kinds.
const RANK: [&str; 12] = [
    "tenant", "plan", "site", "domain", "bench", "release", "size", "app", "database", "edge", "host",
    "fleet",
];

/// One of the two fleets.
pub(super) struct Side<'m> {
    model: &'m Model,
    sources: &'m SourceMap,
    /// By identity.
    declared: BTreeMap<&'m str, Declared<'m>>,
    /// Identities of sites by their tenant's.
    sites: BTreeMap<&'m str, Vec<&'m str>>,
}

impl<'m> Side<'m> {
    pub(super) fn new(model: &'m Model, sources: &'m SourceMap) -> Self {
        let mut sites: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let declared = declarations(model).map(|one| {
            let identity = one.meta.identity.as_str();
            if let Some(tenant) = one.tenant {
                sites.entry(tenant).or_default().push(identity);
            }
            (identity, one)
        });
        let declared = declared.collect();
        Self { model, sources, declared, sites }
    }
}

/// All news, and the places in the head that they come from.
pub(super) fn news(before: &Side<'_>, after: &Side<'_>) -> (Vec<News>, Places) {
    let mut places = Places::default();
    let mut all = Vec::new();
    for (identity, was) in &before.declared {
        if !after.declared.contains_key(identity) {
            all.extend(whole(Turn::Gone, was, before, after));
        }
    }
    for (identity, is) in &after.declared {
        match before.declared.get(identity) {
            None => {
                places.declarations.insert(is.meta.span);
                all.extend(whole(Turn::New, is, after, before));
            }
            Some(was) => all.extend(changed(was, is, after.sources, &mut places)),
        }
    }
    moved_domains(&mut all, before.model, after);
    attribute(&mut all, before.model, after.model);
    for one in &mut all {
        if one.kind == "plan" && one.turn == Turn::Changed {
            one.reach = one
                .names
                .first()
                .and_then(|name| reach::of(name, &one.differences, after.model, after.sources));
        }
    }
    (fold(all), places)
}

/// Places in the head that are new or say something else.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// The values.
    pub(super) exact: BTreeSet<Span>,
    /// Names of declarations with such a value.
    pub(super) declarations: BTreeSet<Span>,
}

/// Something new or gone as a whole. A site that comes or goes with its tenant is told there.
fn whole(turn: Turn, one: &Declared<'_>, here: &Side<'_>, there: &Side<'_>) -> Option<News> {
    if one.tenant.is_some_and(|tenant| !there.declared.contains_key(tenant)) {
        return None;
    }
    let said = |name: &str, value: &str| {
        let value = Some(value.to_owned());
        let (before, after) = if turn == Turn::Gone { (value, None) } else { (None, value) };
        Difference { name: name.to_owned(), before, after }
    };
    let told = one.facts.iter().filter(|fact| fact.weight != Weight::Quiet);
    let mut differences: Vec<Difference> = told.map(|fact| said(&fact.name, &fact.value)).collect();
    for site in here.sites.get(one.meta.identity.as_str()).into_iter().flatten() {
        let Some(site) = here.declared.get(site) else { continue };
        let fact = |name: &str| site.facts.iter().find(|fact| fact.name == name).map(|fact| &*fact.value);
        if let (Some(name), Some(bench)) = (fact("answers at"), fact("bench")) {
            differences.push(said("site", &format!("{name} on {bench}")));
        }
    }
    Some(News {
        turn,
        kind: one.kind,
        names: vec![one.meta.name.clone()],
        places: vec![here.sources.place(one.meta.span)],
        differences,
        money: Amounts::default(),
        reach: None,
    })
}

/// What two say differently, if anything.
fn changed(was: &Declared<'_>, is: &Declared<'_>, sources: &SourceMap, places: &mut Places) -> Option<News> {
    let same = |a: &Fact, b: &Fact| a.name == b.name && a.value == b.value;
    if was.meta.name == is.meta.name
        && was.facts.len() == is.facts.len()
        && was.facts.iter().zip(&is.facts).all(|(a, b)| same(a, b))
    {
        return None;
    }
    let mut differences = Vec::new();
    let mut first = None;
    if was.meta.name != is.meta.name {
        differences.push(difference("name", Some(&was.meta.name), Some(&is.meta.name)));
    }
    for fact in &is.facts {
        let old = was.facts.iter().find(|old| old.name == fact.name);
        if old.is_none_or(|old| old.value != fact.value) {
            differences.push(difference(&fact.name, old.map(|old| old.value.as_str()), Some(&fact.value)));
            first = first.or(fact.span);
            places.exact.extend(fact.span);
        }
    }
    for old in was.facts.iter().filter(|old| !is.facts.iter().any(|fact| fact.name == old.name)) {
        differences.push(difference(&old.name, Some(&old.value), None));
    }
    if differences.is_empty() {
        return None;
    }
    places.declarations.insert(is.meta.span);
    Some(News {
        turn: Turn::Changed,
        kind: is.kind,
        names: vec![is.meta.name.clone()],
        places: vec![sources.place(first.unwrap_or(is.meta.span))],
        differences,
        money: Amounts::default(),
        reach: None,
    })
}

fn difference(name: &str, before: Option<&str>, after: Option<&str>) -> Difference {
    Difference {
        name: name.to_owned(),
        before: before.map(ToOwned::to_owned),
        after: after.map(ToOwned::to_owned),
    }
}

/// Whose a domain is.
struct Holder<'m> {
    site: &'m Meta,
    tenant: &'m Meta,
    span: Span,
}

/// Site and tenant of each domain, and where that is written.
fn owners(model: &Model) -> BTreeMap<&str, Holder<'_>> {
    let sites = model.sites.iter().flat_map(|(_, site)| {
        let tenant = &model.tenants[site.tenant.id].meta;
        let of =
            move |domain: &crate::model::Domain| Holder { site: &site.meta, tenant, span: domain.name.span };
        site.domains.iter().map(move |domain| (domain.name.value.as_str(), of(domain)))
    });
    sites.collect()
}

/// A domain that one site loses and another gains is one piece of news, not two.
fn moved_domains(all: &mut Vec<News>, base: &Model, head: &Side<'_>) {
    let before = owners(base);
    let mut moves = Vec::new();
    let mut told = BTreeSet::new();
    for (domain, is) in owners(head.model) {
        let Some(was) = before.get(domain) else { continue };
        let mut differences = Vec::new();
        for (name, was, is) in [("site", was.site, is.site), ("tenant", was.tenant, is.tenant)] {
            // One that was renamed is the same.
            if was.identity != is.identity {
                differences.push(difference(name, Some(&was.name), Some(&is.name)));
            }
        }
        if differences.is_empty() {
            continue;
        }
        told.insert(format!("{DOMAIN}{domain}"));
        moves.push(News {
            turn: Turn::Moved,
            kind: "domain",
            names: vec![domain.to_owned()],
            places: vec![head.sources.place(is.span)],
            differences,
            money: Amounts::default(),
            reach: None,
        });
    }
    for one in all.iter_mut().filter(|one| one.kind == "site" && one.turn == Turn::Changed) {
        one.differences.retain(|difference| !told.contains(&difference.name));
    }
    all.retain(|one| one.turn != Turn::Changed || !one.differences.is_empty());
    all.extend(moves);
}

/// Says what each piece of news means in money: a tenant's own news first, else the price of its plan.
fn attribute(all: &mut [News], base: &Model, head: &Model) {
    use super::money::pays;
    let tenants = |model| -> BTreeMap<String, (String, Option<crate::value::Money>, String)> {
        let model: &Model = model;
        let of = |tenant: &crate::model::Tenant| {
            let plan = model.plans[tenant.plan.id].meta.identity.to_string();
            (tenant.meta.name.clone(), pays(model, tenant).cloned(), plan)
        };
        model.tenants.iter().map(|(_, tenant)| (tenant.meta.identity.to_string(), of(tenant))).collect()
    };
    let (before, after) = (tenants(base), tenants(head));
    let mut by_tenant: BTreeMap<(Turn, &str), Amounts> = BTreeMap::new();
    let mut by_plan: BTreeMap<&str, Amounts> = BTreeMap::new();
    for (identity, (name, price, plan)) in &after {
        match before.get(identity) {
            None => by_tenant.entry((Turn::New, name)).or_default().add(price.as_ref(), 1),
            Some((_, old, _)) if old == price => {}
            Some((_, old, old_plan)) => {
                let suspension = old.is_some() != price.is_some();
                let amounts = if plan == old_plan && !suspension {
                    by_plan.entry(plan).or_default()
                } else {
                    by_tenant.entry((Turn::Changed, name)).or_default()
                };
                amounts.add(price.as_ref(), 1);
                amounts.add(old.as_ref(), -1);
            }
        }
    }
    for (_, (name, price, _)) in before.iter().filter(|(identity, _)| !after.contains_key(*identity)) {
        by_tenant.entry((Turn::Gone, name)).or_default().add(price.as_ref(), -1);
    }
    let plans: BTreeMap<&str, &str> =
        head.plans.iter().map(|(_, plan)| (plan.meta.name.as_str(), plan.meta.identity.as_str())).collect();
    for one in all {
        let Some(name) = one.names.first() else { continue };
        let amounts = match one.kind {
            "tenant" => by_tenant.get(&(one.turn, name.as_str())),
            "plan" if one.turn == Turn::Changed => {
                plans.get(name.as_str()).and_then(|plan| by_plan.get(plan))
            }
            _ => None,
        };
        one.money = amounts.cloned().unwrap_or_default();
    }
}

/// The same news of many at once; each stands where its first one stood. What is gone comes first, then by kind.
fn fold(mut all: Vec<News>) -> Vec<News> {
    let rank = |kind: &str| RANK.iter().position(|one| *one == kind).unwrap_or(RANK.len());
    all.sort_by(|a, b| {
        (a.turn != Turn::Gone, rank(a.kind), a.turn, &a.names).cmp(&(
            b.turn != Turn::Gone,
            rank(b.kind),
            b.turn,
            &b.names,
        ))
    });
    let mut groups: Vec<Vec<News>> = Vec::new();
    let mut known: BTreeMap<(Turn, &'static str, Vec<Difference>, String), usize> = BTreeMap::new();
    for one in all {
        let key = (one.turn, one.kind, shared(&one), one.money.signed());
        let place = *known.entry(key).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(place) {
            group.push(one);
        }
    }
    let told = groups.into_iter().flat_map(|mut group| {
        if group.len() >= MANY {
            let rest = group.split_off(1);
            for first in &mut group {
                together(first, &rest);
            }
        }
        group
    });
    told.collect()
}

/// What must be the same for news to be told together.
fn shared(one: &News) -> Vec<Difference> {
    match one.turn {
        Turn::Changed | Turn::Moved => one.differences.clone(),
        // What each has alone is not told of many.
        Turn::New | Turn::Gone => {
            let own = |difference: &Difference| {
                matches!(one.kind, "tenant" | "site" | "bench" | "edge" | "database")
                    && matches!(difference.name.as_str(), "plan" | "suspended" | "bench" | "release" | "host")
            };
            one.differences.iter().filter(|difference| own(difference)).cloned().collect()
        }
    }
}

/// Makes one piece of news of many.
fn together(first: &mut News, rest: &[News]) {
    first.differences = shared(first);
    for one in rest {
        first.names.extend_from_slice(&one.names);
        first.places.extend_from_slice(&one.places);
        first.money.extend(&one.money);
    }
}
