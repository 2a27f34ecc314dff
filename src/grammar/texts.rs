//! Paths, and the words of an environment.

use super::{EnvName, EnvText, FilePath, HttpPath, Parsed, SecretKey, refuse};

/// Reads an [`HttpPath`].
///
/// # Errors
/// A relative path, `..`, or a character that haproxy, nginx or a shell reads in its own way.
pub fn http_path(text: &str) -> Parsed<HttpPath> {
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._~-".contains(&b);
    if path.starts_with('/')
        && text.len() <= 1024
        && path.bytes().all(|b| plain(b) || b == b'/')
        && !path.split('/').any(|part| part == "..")
        && query.bytes().all(|b| plain(b) || b"=&/".contains(&b))
    {
        Ok(HttpPath(text.to_owned()))
    } else {
        refuse(
            "is not a path that every target can ask for",
            "start with `/` and use letters, digits and `._~/-`, with `?name=value` at the end if need be",
        )
    }
}

/// Reads a [`FilePath`].
///
/// # Errors
/// A relative path, `..`, or characters outside `[A-Za-z0-9._/-]`.
pub fn file_path(text: &str) -> Parsed<FilePath> {
    if text.len() > 1
        && text.len() <= 255
        && text.starts_with('/')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._/-".contains(&b))
        && !text.split('/').any(|part| part == ".." || part == ".")
        && !text.contains("//")
        && !text.ends_with('/')
    {
        Ok(FilePath(text.to_owned()))
    } else {
        refuse(
            "is not an absolute path",
            "start with `/`, use letters, digits and `._/-`, without `..` and a final `/`",
        )
    }
}

/// Reads an [`EnvName`].
///
/// # Errors
/// Anything outside `^[A-Z_][A-Z0-9_]*$`.
pub fn env_name(text: &str) -> Parsed<EnvName> {
    if text.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && text.len() <= 255
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    {
        Ok(EnvName(text.to_owned()))
    } else {
        refuse(
            "is not the name of an environment variable",
            "use capital letters, digits and `_`, not starting with a digit",
        )
    }
}

/// Whether a terminal or an editor shows something else than this character: controls, line ends of Unicode, and
/// what turns the direction of the text around it.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}')
}

/// Reads an [`EnvText`].
///
/// # Errors
/// Control characters, line ends among them, and what no terminal shows.
pub fn env_text(text: &str) -> Parsed<EnvText> {
    if text.chars().any(is_hidden) || text.len() > 32_768 {
        refuse("holds control characters or is longer than 32 KiB", "write it on one line of printable characters")
    } else {
        Ok(EnvText(text.to_owned()))
    }
}

/// Reads a [`SecretKey`].
///
/// # Errors
/// Anything outside `[A-Za-z0-9._-]`, and names that start with a dot.
pub fn secret_key(text: &str) -> Parsed<SecretKey> {
    if (1..=253).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
    {
        Ok(SecretKey(text.to_owned()))
    } else {
        refuse("is not the key of a secret", "use letters, digits and `._-`, starting with a letter or digit")
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn paths() {
        check(
            http_path,
            &["/", "/health", "/v1/rules?destination=__probe__", "/a~b"],
            &["", "health", "/a b", "/a#b", "/../x", "/a\"b", "/a$b", "/a\n", "/a;b", "/a?b?c", "http://x/"],
        );
        check(
            file_path,
            &["/data", "/var/lib/x"],
            &["", "/", "data", "/a/../b", "/a b", "/a:b", "/a/", "/a//b", "/a\n"],
        );
    }

    #[test]
    fn words_of_the_environment() {
        check(env_name, &["A8_STORE", "_X1"], &["", "a", "1A", "A-B", "A=B", "A B"]);
        check(env_text, &["", "a b $x {{y}} # é"], &["a\nb", "a\0", "\u{1b}[31m", "\u{2028}"]);
    }
}
