//! Databases and accounts to SQL that plain `mariadb` runs, once or twice.

use std::collections::BTreeMap;

use super::sql;
use crate::desired::{Desired, Object, ObjectId, ObjectKind};
use crate::provider::names::MARIADB;
use crate::provider::render::{Artifact, directory};

/// The session variable that holds the native hash of an account's password.
pub const HASH: &str = "password_hash";

/// `<host>/<server's project>/tenantry.sql` with the schema of marks, and one `site-<id>.sql` a site.
#[must_use]
pub fn render(desired: &Desired) -> Vec<Artifact> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (id, entry) in &desired.objects {
        let (text, name) = match &entry.object {
            Object::Container(_) if id.role == MARIADB => {
                if let Some(folder) = directory(desired, id) {
                    files.insert(format!("{folder}/tenantry.sql"), format!("{}{}", sql::MODE, sql::marks()));
                }
                continue;
            }
            Object::Schema(schema) => (sql::schema(schema), &schema.name),
            Object::Account(account) => {
                let needs = format!(
                    "-- Needs, in the same session: SET @{HASH} = '<native hash of {}>';\n",
                    account.password.to_string().escape_debug()
                );
                (format!("{needs}{}", sql::account(account, HASH)), &account.name)
            }
            _ => continue,
        };
        let server: Option<&ObjectId> = entry.needs.iter().find(|need| need.kind == ObjectKind::Container);
        let Some(folder) = server.and_then(|server| directory(desired, server)) else { continue };
        let file = files
            .entry(format!("{folder}/{}.sql", id.of.replace('.', "-")))
            .or_insert_with(|| sql::MODE.to_owned());
        file.push_str(&text);
        file.push_str(&sql::mark(&desired.fleet, id, name));
    }
    files.into_iter().map(|(path, text)| Artifact::text(path, text)).collect()
}
