//! What artifacts leave out: the values of the variables that compose files and SQL read. In clear, for whoever leaves.

use std::collections::BTreeMap;

use super::{docker, mariadb};
use crate::desired::{Desired, Object};
use crate::world::secret::Opener;

/// The words by which a file of ours is known again; they stand in its first line.
pub const MARK: &str = "written by `tenantry secrets`";

/// What could not be given: the variables, by the reason.
pub type Missing = BTreeMap<String, Vec<String>>;

/// One `NAME=value` a line, for `docker compose --env-file` and for a shell: the secrets themselves.
///
/// # Errors
/// All that cannot be opened, or not be written so that both read it.
pub fn env_file(desired: &Desired, opener: &Opener<'_>) -> Result<String, Missing> {
    let mut text = format!(
        "# Secrets of the fleet {}, in clear, for its compose files; {MARK}. They belong in no repository.\n",
        desired.fleet
    );
    let mut missing = Missing::new();
    for (name, secrets) in docker::render::variables(desired) {
        let line = match secrets.first() {
            Some(secret) if secrets.len() == 1 => match opener.open(secret) {
                Ok(value) => docker::render::env_file::line(&name, value.expose()).map_err(|why| {
                    format!("{secret} has no line that a shell and compose read alike: {why}")
                }),
                Err(error) => Err(error.to_string()),
            },
            _ => {
                let all: Vec<String> = secrets.iter().map(ToString::to_string).collect();
                Err(format!(
                    "one name for several secrets, {}: move all but one to other paths",
                    all.join(", ")
                ))
            }
        };
        match line {
            Ok(line) => text.push_str(&line),
            Err(why) => missing.entry(why).or_default().push(name),
        }
    }
    if missing.is_empty() { Ok(text) } else { Err(missing) }
}

/// One `SET @password_hash_… = '*…';` a line, for `tenantry.sql`: native hashes, which no password can be read from.
///
/// # Errors
/// All that cannot be opened.
pub fn hashes_sql(desired: &Desired, opener: &Opener<'_>) -> Result<String, Missing> {
    let mut text = format!(
        "-- Hashes of the passwords of the fleet {}'s accounts, for its tenantry.sql; {MARK}.\n",
        desired.fleet
    );
    let mut missing = Missing::new();
    for (variable, password) in mariadb::render::hashes(desired) {
        match password.open(opener) {
            Ok(value) => text.push_str(&mariadb::render::set_hash(&variable, value.expose())),
            Err(error) => {
                // All derived passwords fail together, for one reason.
                missing.entry(error.to_string()).or_default().push(format!("@{variable}"));
            }
        }
    }
    if missing.is_empty() { Ok(text) } else { Err(missing) }
}

/// One `site<TAB>password` a line: how the `Administrator` of each site logs in. Whoever logged in may have changed it since.
///
/// # Errors
/// All that cannot be opened, or that is no line.
pub fn administrators(desired: &Desired, opener: &Opener<'_>) -> Result<String, Missing> {
    let mut text = format!(
        "# Passwords of the Administrator of each site of the fleet {}, in clear; {MARK}. They belong in no repository.\n",
        desired.fleet
    );
    let mut missing = Missing::new();
    for entry in desired.objects.values() {
        let Object::Site(site) = &entry.object else { continue };
        let line = match site.admin_password.open(opener) {
            Ok(value) => match std::str::from_utf8(value.expose()) {
                Ok(password) if !password.contains(char::is_control) => {
                    Ok(format!("{}\t{password}\n", site.directory))
                }
                _ => Err("a password with line breaks or other control characters is no line".to_owned()),
            },
            Err(error) => Err(error.to_string()),
        };
        match line {
            Ok(line) => text.push_str(&line),
            Err(why) => missing.entry(why).or_default().push(site.directory.clone()),
        }
    }
    if missing.is_empty() { Ok(text) } else { Err(missing) }
}
