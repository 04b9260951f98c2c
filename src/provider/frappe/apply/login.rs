//! A link by which somebody is logged in once, without a password: Frappe's own, as it mails them
//! (`frappe/www/login.py`, since 14.11).

use super::check_name;
use super::command::Command;
use crate::provider::host::Login;
use crate::provider::inside::Inside;
use crate::provider::{Error, ErrorKind};

/// What makes the key and keeps it in the cache of Redis until it is taken or too old.
const METHOD: &str = "frappe.www.login._generate_temporary_login_link";
/// Where the key is taken.
const PATH: &str = "/api/method/frappe.www.login.login_via_key?key=";
/// For how long it works, in minutes.
pub const MINUTES: u32 = 15;

/// Has a site make a link; its path and query. `mark` marks the exec.
///
/// # Errors
/// What the bench said: no such user, a cache that is down, a Frappe too old.
pub async fn link(inside: &dyn Inside, container: &str, mark: &str, login: &Login) -> Result<String, Error> {
    check_name(&login.directory)?;
    let arguments = serde_json::json!([login.user, MINUTES]).to_string();
    let words = ["frappe", "--site", &login.directory, "execute", METHOD, "--args", &arguments];
    let command = Command { words: &words, secrets: &[], within: 120, note: None };
    let said =
        command.run(inside, container, mark, &|_| {}).await.map_err(|error| explained(error, login))?;
    let key = said
        .rsplit_once(PATH)
        .map(|(_, rest)| rest.chars().take_while(char::is_ascii_alphanumeric).collect::<String>());
    match key.filter(|key| !key.is_empty()) {
        Some(key) => Ok(format!("{PATH}{key}")),
        None => Err(Error::new(ErrorKind::ExecFailed, "Frappe made no link".to_owned()).advise(format!(
            "see what it says: `bench --site {} execute {METHOD}` in the backend",
            login.directory
        ))),
    }
}

fn explained(error: Error, login: &Login) -> Error {
    if error.message.contains("User with email address") {
        let why = format!("{} has no user `{}`", login.directory, login.user);
        return Error::new(ErrorKind::NotFound, why)
            .advise("`--user` takes the address that the user logs in with; without it the link is the Administrator's");
    }
    if error.message.contains("AttributeError") {
        return Error::new(ErrorKind::ReleaseDiffers, "this Frappe has no links that log in".to_owned())
            .advise("log in with the administrator's password: `tenantry secrets --format administrators`");
    }
    error
}
