//! Every text that people wrote into a fleet and that ends up in front of reviewers or in a backend.

use crate::model::{ConfigValue, Layered, Meta, Model};
use crate::source::{Span, Spanned};

/// A text and what it is.
pub(in crate::check) struct Text<'m> {
    /// The text.
    pub(in crate::check) text: &'m str,
    /// Where it was written.
    pub(in crate::check) span: Span,
    /// What it is, for people.
    pub(in crate::check) what: &'static str,
    /// Whether it may have more than one line.
    pub(in crate::check) lines: bool,
}

/// All of them.
pub(in crate::check) fn texts(model: &Model) -> Vec<Text<'_>> {
    let mut all = Texts(Vec::new());
    all.name(&model.fleet.meta);
    all.spanned("id", Some(&model.fleet.id));
    all.spanned("domain", model.fleet.sites_under.as_ref());
    if let Some(certificates) = &model.fleet.certificates {
        all.spanned("e-mail address", Some(&certificates.email));
        all.spanned("DNS provider", certificates.dns.as_ref());
        all.spanned("server", certificates.server.as_ref());
    }
    for (_, host) in model.hosts.iter() {
        all.name(&host.meta);
        all.spanned("region", host.region.as_ref());
    }
    for (_, edge) in model.edges.iter() {
        all.name(&edge.meta);
        all.layered("image", &edge.image);
        all.layered("image", &edge.page_image);
        all.layered("address", &edge.bind);
        all.spanned("domain", edge.status.as_ref());
    }
    for (_, database) in model.databases.iter() {
        all.name(&database.meta);
        all.layered("image", &database.image);
        all.spanned("version", Some(&database.version));
    }
    model.plans.iter().for_each(|(_, plan)| all.name(&plan.meta));
    model.sizes.iter().for_each(|(_, size)| all.name(&size.meta));
    for (_, app) in model.apps.iter() {
        all.name(&app.meta);
        all.spanned("repository", app.repository.as_ref());
        all.spanned("branch", app.branch.as_ref());
    }
    for (_, release) in model.releases.iter() {
        all.name(&release.meta);
        all.spanned("version", Some(&release.frappe));
        all.spanned("image", Some(&release.image));
    }
    for (_, bench) in model.benches.iter() {
        all.name(&bench.meta);
        all.layered("image", &bench.redis_image);
    }
    for (_, tenant) in model.tenants.iter() {
        all.name(&tenant.meta);
        all.spanned("contact", tenant.contact.as_ref());
    }
    for (_, site) in model.sites.iter() {
        all.name(&site.meta);
        for domain in &site.domains {
            all.spanned("domain", Some(&domain.name));
        }
        for (key, value) in &site.config {
            all.spanned("key", Some(key));
            all.config(&value.value, value.span.unwrap_or(key.span));
        }
    }
    all.0
}

struct Texts<'m>(Vec<Text<'m>>);

impl<'m> Texts<'m> {
    fn name(&mut self, meta: &'m Meta) {
        self.0.push(Text { text: &meta.name, span: meta.span, what: "name", lines: false });
    }

    fn spanned(&mut self, what: &'static str, text: Option<&'m Spanned<String>>) {
        self.0.extend(text.map(|text| Text { text: &text.value, span: text.span, what, lines: false }));
    }

    fn layered(&mut self, what: &'static str, text: &'m Layered<String>) {
        self.0.extend(text.span.map(|span| Text { text: &text.value, span, what, lines: false }));
    }

    fn config(&mut self, value: &'m ConfigValue, span: Span) {
        match value {
            ConfigValue::String(text) => self.0.push(Text { text, span, what: "value", lines: true }),
            ConfigValue::List(values) => values.iter().for_each(|value| self.config(value, span)),
            ConfigValue::Map(entries) => {
                for (key, value) in entries {
                    self.0.push(Text { text: key, span, what: "key", lines: false });
                    self.config(value, span);
                }
            }
            ConfigValue::Integer(_)
            | ConfigValue::Float(_)
            | ConfigValue::Bool(_)
            | ConfigValue::Remove
            | ConfigValue::Secret(_) => {}
        }
    }
}
