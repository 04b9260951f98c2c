//! 2. Documents to Spec: what was written, every value with its place, names not looked up, fields optional.
//!
//! Each kind is declared once, in its own file, by the macro of `table.rs`; everything that is said about unknown,
//! missing, repeated or wrong fields comes from that table.

pub mod attach;
mod bench;
mod block;
mod config;
mod database;
mod edge;
mod field;
mod fleet;
mod host;
mod limits;
pub mod reference;
mod release;
mod scalar;
pub mod schema;
mod secret;
mod shape;
mod site;
mod table;
mod tenant;
mod yaml;

use rayon::prelude::*;

use crate::diag::{Code, Diagnostic, Diagnostics, suggest};
use crate::load::{Document, Node};
use crate::source::{Span, Syntax};
use crate::value::{Kind, shown};
use block::Block;
use field::Target;

pub use bench::{Bench, Gunicorn, Queues, Size};
pub use config::Config;
pub use database::Database;
pub use edge::{Edge, Proxy};
pub use field::{Flag, Reference};
pub use fleet::{Acme, CertificateFile, Certificates, Fleet};
pub use host::{Engine, EngineKind, Host, Images};
pub use limits::{Backup, Limits, Plan, Requests};
pub use release::{App, Release};
pub use scalar::{Count, Port};
pub use shape::{Content, FieldShape, KindShape, Shape};
pub use site::{Domain, Site};
pub use tenant::Tenant;

macro_rules! kinds {
    ($($kind:ident => $list:ident,)*) => {
        /// What the files say.
        #[derive(Debug, Clone, Default)]
        pub struct Spec {
            $(#[doc = concat!("Every `", stringify!($kind), "`, in the order of the files.")] pub $list: Vec<$kind>,)*
            /// The files that fields name, by path, as [`attach`] read them.
            pub attached: attach::Attached,
        }

        $(impl Target for $kind {
            const KIND: Kind = Kind::$kind;
        })*

        const KINDS: &[KindShape] = &[$(KindShape { kind: Kind::$kind, block: <$kind as Block>::SHAPE }),*];

        impl Spec {
            fn add(&mut self, kind: Kind, node: &Node<'_>, diagnostics: &mut Diagnostics) {
                match kind {
                    $(Kind::$kind => self.$list.push(block::bind(node, diagnostics)),)*
                }
            }

            fn append(&mut self, mut other: Self) {
                $(self.$list.append(&mut other.$list);)*
            }
        }

        $(impl $kind {
            /// Tells each field that was written, by its name, as text and place.
            pub fn tell(&self, mut listener: impl FnMut(&'static str, String, Span)) {
                Block::tell(self, &mut |field, text, span| listener(field.name, text, span));
            }
        })*
    };
}

kinds! {
    Fleet => fleets,
    Host => hosts,
    Edge => edges,
    Database => databases,
    Plan => plans,
    App => apps,
    Release => releases,
    Size => sizes,
    Bench => benches,
    Tenant => tenants,
    Site => sites,
}

/// Every kind with its fields: the table that everything is bound through.
#[must_use]
pub const fn kinds() -> &'static [KindShape] {
    KINDS
}

/// Binds every file; each is bound alone, and the results are put together in the order of the files.
pub fn bind(documents: &[Document<'_>], diagnostics: &mut Diagnostics) -> Spec {
    let parts: Vec<(Spec, Diagnostics)> = documents.par_iter().with_min_len(32).map(bind_document).collect();
    let mut spec = Spec::default();
    for (part, found) in parts {
        spec.append(part);
        diagnostics.extend(found);
    }
    spec
}

/// Binds one file. It looks at nothing else.
#[must_use]
pub fn bind_document(document: &Document<'_>) -> (Spec, Diagnostics) {
    let mut spec = Spec::default();
    let mut diagnostics = Diagnostics::default();
    let yaml = document.source.syntax() == Syntax::Yaml;
    for node in &document.nodes {
        match KINDS.iter().find(|shape| shape.kind.word() == node.name.value) {
            Some(shape) if yaml => {
                for node in yaml::named(node, shape.block, &mut diagnostics) {
                    spec.add(shape.kind, &node, &mut diagnostics);
                }
            }
            Some(shape) => spec.add(shape.kind, node, &mut diagnostics),
            None => diagnostics.push(unknown_kind(node)),
        }
    }
    (spec, diagnostics)
}

fn unknown_kind(node: &Node<'_>) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code::BIND_UNKNOWN_KIND,
        format!("`{}` is no kind of declaration", shown(&node.name.value)),
    )
    .at(node.name.span, "unknown kind");
    let words = Kind::ALL.map(Kind::word);
    if let Some(near) = suggest(&node.name.value, words) {
        return diagnostic.fix(format!("did you mean `{near}`?"), node.name.span, near);
    }
    let diagnostic = diagnostic.help(format!("the kinds are {}", words.join(", ")));
    match node.span.syntax() {
        Syntax::Kdl => diagnostic,
        Syntax::Yaml => diagnostic.help("list the file in `.tenantryignore` if it is none of the fleet's"),
    }
}
