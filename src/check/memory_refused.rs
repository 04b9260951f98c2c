//! The engine refuses limits under 6 MiB at create, and takes 0 for "no limit": the opposite of what it reads like.

use super::facts::{bytes, place};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::Model;

/// The least that Docker accepts.
const LEAST: u64 = 6 * 1024 * 1024;

pub(super) fn rule(model: &Model, diagnostics: &mut Diagnostics) {
    let edges = model.edges.iter().filter_map(|(_, edge)| {
        edge.memory.as_ref().map(|memory| (memory.value, memory.span, &edge.meta.address))
    });
    let databases = model.databases.iter().filter_map(|(_, database)| {
        database.memory.as_ref().map(|memory| (memory.value, memory.span, &database.meta.address))
    });
    let benches = model.benches.iter().filter_map(|(_, bench)| {
        let memory = bench.resources.memory.as_ref()?;
        Some((memory.value, place(memory, bench.meta.span), &bench.meta.address))
    });
    for (amount, span, address) in
        edges.chain(databases).chain(benches).filter(|(amount, ..)| *amount < LEAST)
    {
        let fault = match amount {
            0 => format!("a memory limit of 0 is no limit at all for `{address}`"),
            _ => format!("the engine refuses a memory limit of {} for `{address}`", bytes(amount)),
        };
        diagnostics.push(
            Diagnostic::error(Code::CHECK_MEMORY_REFUSED, fault)
                .at(span, "6MiB are the least that the engine accepts")
                .help("write a real limit, or remove the line for none"),
        );
    }
}
