//! A bench whose web server has no worker answers nothing; jobs on a queue without one wait for ever.

use std::collections::BTreeMap;

use super::facts::place;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    // A size serves many benches: its line is told once.
    let mut told = BTreeMap::new();
    for (_, bench) in model.benches.iter() {
        let (web, queues) = (bench.gunicorn.value, bench.queues.value);
        if web.workers == 0 || web.threads == 0 {
            told.entry((place(&bench.gunicorn, bench.meta.span), "gunicorn")).or_insert(bench);
        }
        if queues.long == 0 {
            told.entry((place(&bench.queues, bench.meta.span), "queues")).or_insert(bench);
        }
    }
    for ((span, word), bench) in told {
        let (fault, help) = if word == "gunicorn" {
            ("has no web worker", "give gunicorn at least one worker and one thread")
        } else {
            ("has nobody to serve its long queue", "give it one `long` worker; it takes the short jobs too")
        };
        diagnostics.push(
            Diagnostic::error(Code::CHECK_NO_WORKERS, format!("bench `{}` {fault}", bench.meta.name))
                .at(span, format!("`{word}` is 0 here"))
                .help(help),
        );
    }
}
