//! Databases and accounts to SQL that plain `mariadb` runs, once or twice.

use std::collections::BTreeMap;

use super::{hash, sql};
use crate::desired::content::Content;
use crate::desired::{Desired, Object, ObjectId, ObjectKind};
use crate::provider::names::MARIADB;
use crate::provider::render::{Artifact, directory};

/// The session variable that holds the native hash of an account's password.
#[must_use]
pub fn hash_variable(account: &str) -> String {
    format!("password_hash_{account}")
}

/// Those variables, each with the password whose hash it holds.
pub fn hashes(desired: &Desired) -> impl Iterator<Item = (String, &Content)> {
    desired.objects.values().filter_map(|entry| match &entry.object {
        Object::Account(account) => Some((hash_variable(&account.name), &account.password)),
        _ => None,
    })
}

/// The statement that sets one.
#[must_use]
pub fn set_hash(variable: &str, password: &[u8]) -> String {
    format!("SET @{variable} = {};\n", sql::string(&hash::native(password)))
}

/// `<host>/<server's project>/tenantry.sql`: the schema of marks, then every database and account. One file a server, since
/// a file a site would make a large fleet slow to write and to review.
#[must_use]
pub fn render(desired: &Desired) -> Vec<Artifact> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (id, entry) in &desired.objects {
        let (text, name) = match &entry.object {
            Object::Container(_) if id.role == MARIADB => {
                // The servers' identities come before the sites', so that the marks' schema stands first.
                if let Some(folder) = directory(desired, id) {
                    files.insert(format!("{folder}/tenantry.sql"), format!("{}{}", sql::MODE, sql::marks()));
                }
                continue;
            }
            Object::Schema(schema) => (sql::schema(schema), &schema.name),
            Object::Account(account) => {
                let variable = hash_variable(&account.name);
                let needs = format!(
                    "-- Needs, in the same session: SET @{variable} = '<native hash of {}>';\n",
                    account.password.reference().escape_debug()
                );
                (format!("{needs}{}", sql::account(account, &variable)), &account.name)
            }
            _ => continue,
        };
        let server: Option<&ObjectId> = entry.needs.iter().find(|need| need.kind == ObjectKind::Container);
        let Some(folder) = server.and_then(|server| directory(desired, server)) else { continue };
        let file = files.entry(format!("{folder}/tenantry.sql")).or_default();
        file.push_str(&text);
        file.push_str(&sql::mark(&desired.fleet, id, name));
    }
    files.into_iter().map(|(path, text)| Artifact::text(path, text)).collect()
}
