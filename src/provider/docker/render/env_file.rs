//! Lines of a file of variables that a POSIX shell and compose's `--env-file` read alike.

/// `NAME='value'`, with a line end. Between single quotes both take every character as it is, but compose knows no way to have
/// a single quote there, nor a backslash at the end; between double quotes a shell would run what stands between backticks.
///
/// # Errors
/// Why there is no such line.
pub fn line(name: &str, value: &[u8]) -> Result<String, &'static str> {
    let value = std::str::from_utf8(value).map_err(|_| "it is not UTF-8, and compose reads nothing else")?;
    if value.contains(['\0', '\r']) {
        return Err("it has a zero byte or a carriage return, which do not survive in a file of variables");
    }
    if !value.contains('\'') && !value.ends_with('\\') {
        return Ok(format!("{name}='{value}'\n"));
    }
    if value.contains('`') {
        return Err(
            "it has a backtick beside a `'` or before a `\\` at its end, which compose and a shell read in different \
                    ways: take another secret, or set the variable by hand",
        );
    }
    let mut quoted = String::with_capacity(value.len() + 2);
    for c in value.chars() {
        if matches!(c, '\\' | '"' | '$') {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    Ok(format!("{name}=\"{quoted}\"\n"))
}
