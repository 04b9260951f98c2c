//! What a live test is about to make on the Docker engine, noted down first: `tests/bed/leftovers.sh` takes away what a run
//! that was killed could not. Also the measuring programs', so nothing here is of the other tests.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

/// Things with this fleet's mark, or its lock's.
pub fn fleet(id: &str) {
    note("fleet", id);
}

/// Things of this name, and those whose names begin with it and `-`.
#[allow(dead_code, reason = "the measuring programs use fleets alone")]
pub fn names(prefix: &str) {
    note("names", prefix);
}

/// Into a file a process: as long as there is one with its id, nothing of it is left behind.
fn note(sort: &str, what: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bed/used");
    #[expect(clippy::disallowed_methods, reason = "the engine that the tests use")]
    let engine = std::env::var("DOCKER_HOST").unwrap_or_default();
    let line = format!("{sort} {what} {engine}\n");
    let file = folder.join(std::process::id().to_string());
    let noted = fs::create_dir_all(&folder)
        .and_then(|()| OpenOptions::new().create(true).append(true).open(&file))
        .and_then(|mut file| file.write_all(line.as_bytes()));
    noted.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
}
