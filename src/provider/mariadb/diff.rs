//! Databases and accounts, seen and wanted.

use std::collections::BTreeSet;

use super::sql::ANYWHERE;
use super::{hash, privileges};
use crate::desired::call::{Arg, Call};
use crate::desired::change::{Action, FieldChange};
use crate::desired::compare::{comparable, compare};
use crate::desired::content::Content;
use crate::desired::fields::Consequence;
use crate::desired::mariadb::{Account, Schema};
use crate::desired::observed::Present;
use crate::desired::{Entry, Object, ObjectId, ObjectKind};
use crate::provider::proposal::{Comparison, Draft, Obstacle, Proposal};
use crate::world::secret::Opener;

/// Makes a database that is absent, and gives one of ours its character set.
#[must_use]
pub fn schema(id: &ObjectId, entry: &Entry, wanted: &Schema, present: Option<&Present>) -> Comparison {
    // Lowering gives every database its server.
    let Some(container) = server(entry) else { return Comparison::UNCHANGED };
    let call = Call::SetSchema { container, id: id.clone(), schema: wanted.clone() };
    let Some(Object::Schema(seen)) = present.map(|present| &present.object) else {
        return change(Action::Create, Vec::new(), Draft::new(call, "not there yet"));
    };
    if seen == wanted {
        return Comparison::UNCHANGED;
    }
    let fields = compare(seen, wanted);
    if seen.name != wanted.name {
        return Comparison::refused(Obstacle::VolumeDiffers(fields));
    }
    change(Action::Update, fields, Draft::new(call, "its character set differs"))
}

/// Makes an account that is absent, and gives one of ours its password, limits and grants.
#[must_use]
pub fn account(
    id: &ObjectId,
    entry: &Entry,
    wanted: &Account,
    present: Option<&Present>,
    opener: &Opener<'_>,
) -> Comparison {
    let Some(container) = server(entry) else { return Comparison::UNCHANGED };
    let set = |revoke, strays| Call::SetAccount {
        container,
        id: id.clone(),
        account: Box::new(wanted.clone()),
        revoke,
        strays,
    };
    let Some(Object::Account(seen)) = present.map(|present| &present.object) else {
        return change(Action::Create, Vec::new(), Draft::new(set(false, BTreeSet::new()), "not there yet"));
    };
    if seen == wanted {
        return Comparison::UNCHANGED;
    }
    let before = Account { password: hash::seal(&seen.password, opener), ..seen.clone() };
    let mut after = Account { password: hash::seal(&wanted.password, opener), ..wanted.clone() };
    let mut not_compared = Vec::new();
    if let Err(why) = comparable(&before.password, &after.password) {
        not_compared.push(("password".to_owned(), why));
        after.password = before.password.clone();
    }
    let fields = compare(&before, &after);
    if fields.is_empty() {
        return Comparison { not_compared, ..Comparison::UNCHANGED };
    }
    if before.name != after.name {
        return Comparison::refused(Obstacle::VolumeDiffers(fields));
    }
    let revoke = before
        .grants
        .iter()
        .any(|(what, has)| wanted.grants.get(what).is_none_or(|wanted| privileges::exceeds(has, wanted)));
    let strays: BTreeSet<String> =
        before.hosts.iter().filter(|host| !wanted.hosts.contains(*host)).cloned().collect();
    let draft = Draft::new(set(revoke, strays), reason(&before, &after, revoke));
    // Open sessions lack their privileges for a moment.
    let draft = if revoke { draft.felt(Consequence::Reload) } else { draft };
    Comparison { not_compared, ..change(Action::Update, fields, draft) }
}

fn reason(before: &Account, after: &Account, revoke: bool) -> &'static str {
    if revoke {
        "it may do more than it should"
    } else if before.locked != after.locked {
        if after.locked { "the site is suspended" } else { "the site is no longer suspended" }
    } else if !before.hosts.contains(ANYWHERE) || before.hosts != after.hosts {
        "it may log in from elsewhere"
    } else if matches!((&before.password, &after.password), (Content::Sealed(a), Content::Sealed(b)) if a != b)
    {
        "its password differs"
    } else {
        "differs from what is wanted"
    }
}

fn change(action: Action, fields: Vec<FieldChange>, draft: Draft) -> Comparison {
    Comparison::change(Proposal::new(action, fields, vec![draft], None))
}

/// The container of the server that it needs.
fn server(entry: &Entry) -> Option<Arg> {
    entry.needs.iter().find(|need| need.kind == ObjectKind::Container).cloned().map(Arg::Object)
}
