//! How much random tests try. Also the unit tests' (`src/lib.rs`), so nothing here is of the other tests.

use proptest::test_runner::Config;

/// `RANDOM_TIMES=100` for a hundred times as many cases as usually.
#[must_use]
pub fn times() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "the one switch of the random tests")]
    let given = std::env::var("RANDOM_TIMES");
    given.map_or(1, |times| times.parse().expect("RANDOM_TIMES is a number"))
}

/// What proptest is to do where it usually tries so many cases. A failure is told with what it comes down to, which becomes a
/// test of its own: no file of seeds is kept.
#[must_use]
pub fn cases(usually: u32) -> Config {
    let defaults = Config::default();
    Config {
        cases: usually * times(),
        max_global_rejects: defaults.max_global_rejects.saturating_mul(times()),
        max_local_rejects: defaults.max_local_rejects.saturating_mul(times()),
        failure_persistence: None,
        ..defaults
    }
}
