//! The largest request that the nginx of a bench takes.

use crate::model::{Bench, ConfigValue, Layered, Model};
use crate::source::Spanned;

const MIB: u64 = 1 << 20;
/// What the nginx of `frappe_docker` takes unless it is told otherwise, in MiB.
const LEAST: u64 = 50;

/// As nginx writes it: enough for the largest file that Frappe lets a site of the bench take (`max_file_size`, in bytes), and what a
/// form puts around it. nginx would refuse what is larger with 413, whatever Frappe allows.
pub(super) fn of(model: &Model, bench: &Bench) -> String {
    let sites = model.sites.iter().map(|(_, site)| site);
    let sites = sites.filter(|site| std::ptr::eq(&raw const model.benches[site.bench.id], bench));
    let largest = sites.flat_map(|site| &site.config).filter_map(bytes).max().unwrap_or(0);
    let size = if largest <= LEAST * MIB { LEAST } else { largest.div_ceil(MIB) + 1 };
    format!("{size}m")
}

fn bytes((key, value): &(Spanned<String>, Layered<ConfigValue>)) -> Option<u64> {
    match &value.value {
        ConfigValue::Integer(number) if key.value == "max_file_size" => u64::try_from(*number).ok(),
        _ => None,
    }
}
