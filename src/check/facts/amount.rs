//! Amounts as people write them.

/// Bytes with the largest binary unit that divides them, e.g. `1536MiB`.
pub(in crate::check) fn bytes(bytes: u64) -> String {
    let (mut amount, mut unit) = (bytes, 0);
    while amount >= 1024 && amount.is_multiple_of(1024) && unit < 4 {
        amount /= 1024;
        unit += 1;
    }
    format!("{amount}{}", ["B", "KiB", "MiB", "GiB", "TiB"][unit])
}

/// Billionths of a processor as a number of processors, e.g. `1.5`.
pub(in crate::check) fn cpus(nano: u64) -> String {
    let (whole, rest) = (nano / 1_000_000_000, nano % 1_000_000_000);
    if rest == 0 {
        return whole.to_string();
    }
    format!("{whole}.{}", format!("{rest:09}").trim_end_matches('0'))
}
