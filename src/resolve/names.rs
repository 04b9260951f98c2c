//! Names to ids: every declaration of a kind by its name, each once, and the lookup of references.

use std::collections::BTreeMap;

use super::context::Context;
use crate::diag::{Code, Diagnostic, suggest};
use crate::model::{Id, Meta, Ref, Table};
use crate::source::{Span, Spanned, Syntax};
use crate::spec;
use crate::value::{Address, Identity, Kind, shown};

/// A declaration as the files have it.
pub(super) trait Declared {
    /// Its name, when it has a good one.
    fn name(&self) -> Option<Spanned<&str>>;
    /// Its `id`, when one is written.
    fn id(&self) -> Option<Spanned<&str>>;
    /// All of it.
    fn whole(&self) -> Option<Span>;
    /// Tells what was written.
    fn tell(&self, listener: &mut dyn FnMut(&'static str, String, Span));
}

macro_rules! declared {
    ($($kind:ident),*) => {
        $(impl Declared for spec::$kind {
            fn name(&self) -> Option<Spanned<&str>> {
                self.name.as_ref().map(|name| Spanned::new(name.value.as_str(), name.span))
            }

            fn id(&self) -> Option<Spanned<&str>> {
                self.id.as_ref().map(|id| Spanned::new(id.value.as_str(), id.span))
            }

            fn whole(&self) -> Option<Span> {
                self.whole
            }

            fn tell(&self, listener: &mut dyn FnMut(&'static str, String, Span)) {
                Self::tell(self, listener);
            }
        })*
    };
}

declared!(Fleet, Host, Edge, Database, Plan, App, Release, Size, Bench, Tenant, Site);

impl<T: Declared> Declared for &T {
    fn name(&self) -> Option<Spanned<&str>> {
        (**self).name()
    }

    fn id(&self) -> Option<Spanned<&str>> {
        (**self).id()
    }

    fn whole(&self) -> Option<Span> {
        (**self).whole()
    }

    fn tell(&self, listener: &mut dyn FnMut(&'static str, String, Span)) {
        (**self).tell(listener);
    }
}

/// Every declared name of a kind. One whose declaration is broken is known, and points nowhere.
pub(super) struct Names<'s, T> {
    kind: Kind,
    ids: BTreeMap<&'s str, Option<Id<T>>>,
}

impl<T> Names<'_, T> {
    /// Looks a reference up. An unknown name is reported; one whose declaration is broken was reported there.
    pub(super) fn find<S>(
        &self,
        reference: &Spanned<spec::Reference<S>>,
        by: &Meta,
        context: &mut Context<'_>,
    ) -> Option<Ref<T>> {
        self.find_name(&reference.value.name, reference.span, by, context)
    }

    pub(super) fn find_name(
        &self,
        name: &str,
        span: Span,
        by: &Meta,
        context: &mut Context<'_>,
    ) -> Option<Ref<T>> {
        if let Some(id) = self.ids.get(name) {
            return id.map(|id| Ref { id, span });
        }
        let kind = self.kind;
        let message =
            format!("`{}` refers to the {kind} `{}`, which is not declared", by.address, shown(name));
        let diagnostic =
            Diagnostic::error(Code::RESOLVE_UNKNOWN_REFERENCE, message).at(span, format!("no such {kind}"));
        context.report(match suggest(name, self.ids.keys().copied()) {
            Some(near) => diagnostic.fix(format!("did you mean `{near}`?"), span, format!("\"{near}\"")),
            None if self.ids.is_empty() => diagnostic.help(match span.syntax() {
                Syntax::Kdl => format!("the fleet declares no {kind} yet: `{kind} \"…\" {{ … }}`"),
                Syntax::Yaml => format!("the fleet declares no {kind} yet: `{kind}: {{…: {{…}}}}`"),
            }),
            None => diagnostic.help(format!("declared {}: {}", plural(kind), some(self.ids.keys().copied()))),
        });
        None
    }

    /// Looks a whole list up, in its order; a name that stands twice in it is reported.
    pub(super) fn find_all<S>(
        &self,
        references: &[Spanned<spec::Reference<S>>],
        by: &Meta,
        context: &mut Context<'_>,
    ) -> Vec<Ref<T>> {
        let mut found: Vec<Ref<T>> = Vec::with_capacity(references.len());
        for reference in references {
            let Some(resolved) = self.find(reference, by, context) else { continue };
            match found.iter().find(|other| other.id == resolved.id) {
                Some(first) => context.report(
                    Diagnostic::error(
                        Code::RESOLVE_DUPLICATE,
                        format!(
                            "the {} `{}` stands twice in one list",
                            self.kind,
                            shown(&reference.value.name)
                        ),
                    )
                    .at(resolved.span, "again here")
                    .and(first.span, "first here")
                    .help("keep one of them"),
                ),
                None => found.push(resolved),
            }
        }
        found
    }
}

/// All declarations of a kind by name, and where its names point. `make` leaves out what is broken.
pub(super) fn table<'s, S: Declared, T>(
    kind: Kind,
    declarations: &'s [S],
    context: &mut Context<'_>,
    mut make: impl FnMut(&'s S, Meta, &mut Context<'_>) -> Option<T>,
) -> (Table<T>, Names<'s, T>) {
    let mut named: Vec<(Spanned<&'s str>, &'s S)> =
        declarations.iter().filter_map(|declared| Some((declared.name()?, declared))).collect();
    // Stable: of two with one name the first in the order of the files stays.
    named.sort_by(|(a, _), (b, _)| a.value.cmp(b.value));
    unique_ids(kind, &named, context);
    let mut items = Vec::with_capacity(named.len());
    let mut ids: BTreeMap<&'s str, Option<Id<T>>> = BTreeMap::new();
    let mut first: Option<Spanned<&'s str>> = None;
    for (name, declared) in named {
        if let Some(first) = first.as_ref().filter(|first| first.value == name.value) {
            context.report(
                Diagnostic::error(
                    Code::RESOLVE_DUPLICATE,
                    format!("the {kind} `{}` is declared twice", name.value),
                )
                .at(name.span, "again here")
                .and(first.span, "first declared here")
                .help("rename one of them, or take one away"),
            );
            continue;
        }
        let meta = meta(kind, declared, &name);
        let active = context.enter(&meta);
        let made = make(declared, meta, context);
        if active {
            context.leave(kind, declared);
        }
        let id = made.map(|item| {
            items.push(item);
            Id::new(items.len() - 1)
        });
        ids.insert(name.value, id);
        first = Some(name);
    }
    (Table::new(items), Names { kind, ids })
}

/// Where the names of a kind will point when none of its declarations is left out.
pub(super) fn positions<S: Declared, T>(kind: Kind, declarations: &[S]) -> Names<'_, T> {
    let mut names: Vec<&str> =
        declarations.iter().filter_map(|declared| Some(declared.name()?.value)).collect();
    names.sort_unstable();
    names.dedup();
    let ids = names.into_iter().enumerate().map(|(index, name)| (name, Some(Id::new(index)))).collect();
    Names { kind, ids }
}

pub(super) fn meta(kind: Kind, declared: &impl Declared, name: &Spanned<&str>) -> Meta {
    let id = declared.id().map_or(name.value, |id| id.value);
    Meta {
        name: name.value.to_owned(),
        address: Address::new(kind, name.value),
        identity: Identity::new(kind, id),
        span: name.span,
        whole: declared.whole().unwrap_or(name.span),
    }
}

/// Two declarations of one identity would fight for the same containers, databases and directories.
fn unique_ids<S: Declared>(kind: Kind, named: &[(Spanned<&str>, &S)], context: &mut Context<'_>) {
    // Without any explicit id the names are the ids, and names are compared anyway.
    if named.iter().all(|(_, declared)| declared.id().is_none()) {
        return;
    }
    let mut seen: BTreeMap<&str, (&str, Span)> = BTreeMap::new();
    for (name, declared) in named {
        let explicit = declared.id();
        let (id, span) = explicit.as_ref().map_or((name.value, name.span), |id| (id.value, id.span));
        match seen.get(id) {
            Some((other, first)) if *other != name.value => {
                let message =
                    format!("the {} `{}` and `{other}` have the same id `{id}`", plural(kind), name.value);
                context.report(
                    Diagnostic::error(Code::RESOLVE_DUPLICATE, message)
                        .at(span, "the same id")
                        .and(*first, "and here")
                        .help("an `id` is the first name of a declaration and never changes: give the newer one another `id`"),
                );
            }
            Some(_) => {}
            None => {
                seen.insert(id, (name.value, span));
            }
        }
    }
}

fn plural(kind: Kind) -> String {
    if kind == Kind::Bench { "benches".to_owned() } else { format!("{kind}s") }
}

/// At most five names, so that a help stays a line in a fleet of thousands.
fn some<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    const MOST: usize = 5;
    let count = names.len();
    let mut parts: Vec<String> = names.take(MOST).map(|name| format!("`{name}`")).collect();
    if count > MOST {
        parts.push(format!("and {} more", count - MOST));
    }
    parts.join(", ")
}
