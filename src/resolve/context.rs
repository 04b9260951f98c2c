//! What every step of resolving has at hand: the diagnostics, and the recorder of `explain`.

use super::explain::{Field, Link};
use super::names::Declared;
use crate::diag::{Diagnostic, Diagnostics};
use crate::model::{Layer, Layered, Meta};
use crate::source::{Span, Spanned};
use crate::value::Kind;

pub(super) struct Context<'d> {
    diagnostics: &'d mut Diagnostics,
    recorder: Option<Recorder>,
}

struct Recorder {
    address: String,
    /// Whether the declaration that is being resolved is the one that was asked for.
    active: bool,
    fields: Option<Vec<Field>>,
}

impl<'d> Context<'d> {
    pub(super) const fn new(diagnostics: &'d mut Diagnostics) -> Self {
        Self { diagnostics, recorder: None }
    }

    pub(super) fn explaining(diagnostics: &'d mut Diagnostics, address: &str) -> Self {
        let recorder = Recorder { address: address.to_owned(), active: false, fields: None };
        Self { diagnostics, recorder: Some(recorder) }
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn has_errors(&self) -> bool {
        self.diagnostics.has_errors()
    }

    /// The chains that were recorded; `None` when the address is not declared.
    pub(super) fn recorded(self) -> Option<Vec<Field>> {
        self.recorder?.fields
    }

    /// Says which declaration is resolved next, and tells whether it is recorded.
    pub(super) fn enter(&mut self, meta: &Meta) -> bool {
        let Some(recorder) = &mut self.recorder else { return false };
        recorder.active = recorder.address == meta.address.as_str();
        if recorder.active {
            recorder.fields = Some(Vec::new());
            let identity = meta.identity.to_string();
            self.computed("identity", &identity);
            return true;
        }
        false
    }

    /// Adds the fields that have no layers, as they were written.
    pub(super) fn leave(&mut self, kind: Kind, declared: &impl Declared) {
        let Some(recorder) = &mut self.recorder else { return };
        recorder.active = false;
        let fields = recorder.fields.get_or_insert_default();
        let layered = fields.len();
        declared.tell(&mut |name, value, span| {
            let nested = format!("{name}.");
            if fields[..layered].iter().any(|f| f.name == name || f.name.starts_with(&nested)) {
                return;
            }
            let link = Link { layer: kind.to_string(), value, span: Some(span), wins: true };
            match fields[layered..].iter().position(|field| field.name == name) {
                Some(at) => fields[layered + at].chain.push(link),
                None => fields.push(Field { name: name.to_owned(), chain: vec![link] }),
            }
        });
    }

    /// Records a value that follows from others.
    pub(super) fn computed(&mut self, name: &str, value: &str) {
        let link = Link { layer: "computed".to_owned(), value: value.to_owned(), span: None, wins: true };
        self.record(|| Field { name: name.to_owned(), chain: vec![link] });
    }

    /// The nearest of the values that layers give; they come from the furthest to the nearest.
    pub(super) fn nearest<T>(
        &mut self,
        name: &str,
        show: impl Fn(&T) -> String,
        layers: impl IntoIterator<Item = Option<Layered<T>>>,
    ) -> Option<Layered<T>> {
        if !self.recorder.as_ref().is_some_and(|recorder| recorder.active) {
            return layers.into_iter().flatten().last();
        }
        let mut values: Vec<Layered<T>> = layers.into_iter().flatten().collect();
        let last = values.len().saturating_sub(1);
        let chain: Vec<Link> = values
            .iter()
            .enumerate()
            .map(|(index, value)| Link {
                layer: self.layer(value.layer),
                value: show(&value.value),
                span: value.span,
                wins: index == last,
            })
            .collect();
        if !chain.is_empty() {
            self.record(|| Field { name: name.to_owned(), chain });
        }
        values.pop()
    }

    /// What an edge or a database says has no layer of its own in the model; people see the kind.
    fn layer(&self, layer: Layer) -> String {
        let kind = self.recorder.as_ref().and_then(|recorder| recorder.address.split('.').next());
        match (layer, kind) {
            (Layer::Fleet, Some(kind @ ("edge" | "database"))) => kind.to_owned(),
            _ => layer.to_string(),
        }
    }

    fn record(&mut self, field: impl FnOnce() -> Field) {
        if let Some(recorder) = self.recorder.as_mut().filter(|recorder| recorder.active) {
            recorder.fields.get_or_insert_default().push(field());
        }
    }
}

/// A value that was written in a layer.
pub(super) fn written<T, U>(
    layer: Layer,
    value: Option<&Spanned<T>>,
    read: impl FnOnce(&T) -> U,
) -> Option<Layered<U>> {
    value.map(|value| Layered { value: read(&value.value), layer, span: Some(value.span) })
}

/// What Tenantry chooses where nothing is written.
pub(super) const fn chosen<T>(value: T) -> Layered<T> {
    Layered { value, layer: Layer::Default, span: None }
}

/// The written value, else the default: a field that no other layer can give.
pub(super) fn written_or<T>(layer: Layer, span: Option<Span>, value: Option<T>, default: T) -> Layered<T> {
    match value {
        Some(value) => Layered { value, layer, span },
        None => chosen(default),
    }
}
