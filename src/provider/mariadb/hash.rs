//! Passwords as a server keeps them: compared and set by their native hash, so that no statement has one in clear.

use sha1::{Digest as _, Sha1};

use crate::desired::content::Content;
use crate::world::secret::Opener;

/// What `mysql_native_password` keeps: `*` and the upper-case digits of SHA1(SHA1(password)).
#[must_use]
pub fn native(password: &[u8]) -> String {
    let twice = Sha1::digest(Sha1::digest(password));
    twice.iter().fold(String::from("*"), |mut text, byte| {
        text.push_str(&format!("{byte:02X}"));
        text
    })
}

/// What is compared of a password: a fingerprint of its hash, or why it could not be opened.
#[must_use]
pub fn seal(password: &Content, opener: &Opener<'_>) -> Content {
    match password {
        Content::Text(_) | Content::Secret(_) => match password.open(opener) {
            Ok(bytes) => fingerprint(&native(bytes.expose()), opener),
            Err(error) => Content::Unopened(error.to_string()),
        },
        sealed => sealed.clone(),
    }
}

/// What is compared of a hash that a server keeps.
#[must_use]
pub fn fingerprint(hash: &str, opener: &Opener<'_>) -> Content {
    Content::Sealed(opener.fingerprint(hash.as_bytes()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_password_has_the_hash_that_the_server_gives_it() {
        // SELECT PASSWORD('pw')
        assert_eq!(super::native(b"pw"), "*D821809F681A40A6E379B50D0463EFAE20BDD122");
    }
}
