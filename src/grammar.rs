//! The words that may stand in an artifact. Every string of a profile passes one of these before it
//! reaches the model, so nothing can break out of the line or the quotes it is written into.
//! Refused, never escaped (measured on haproxy, nginx and Compose: each reads its escapes differently).

use std::fmt;

macro_rules! word {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

word!(
    /// A name of a component, secret, port or namespace: a DNS label that starts with a letter
    /// (Kubernetes Services demand it, haproxy and Compose accept it).
    Name
);
word!(
    /// An image reference: `[host[:port]/]path[:tag][@digest]`.
    Image
);
word!(
    /// A DNS name or an IP address without brackets.
    Host
);
word!(
    /// An absolute path of a URL, with an optional query.
    HttpPath
);
word!(
    /// An absolute path of a file or directory, without `..`.
    FilePath
);
word!(
    /// The name of an environment variable.
    EnvName
);
word!(
    /// A literal value of an environment variable: no control characters.
    EnvText
);
word!(
    /// A key of a Secret, which is also a file name.
    SecretKey
);

/// A span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Millis(pub u64);

impl Millis {
    /// Whole seconds, rounded up: Kubernetes and Compose count in seconds and must not be hastier than asked.
    pub fn seconds(self) -> i32 {
        i32::try_from(self.0.div_ceil(1000)).unwrap_or(i32::MAX)
    }
}

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_multiple_of(1000) { write!(f, "{}s", self.0 / 1000) } else { write!(f, "{}ms", self.0) }
    }
}

/// An amount of memory or disk in bytes, with the text it was written as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bytes {
    /// As written, in Kubernetes' form (`128Mi`).
    pub text: String,
    /// Bytes.
    pub value: u64,
}

/// An amount of processor, with the text it was written as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cpu {
    /// As written, in Kubernetes' form (`250m`, `2`).
    pub text: String,
    /// Thousandths of a core.
    pub millicores: u64,
}

/// What is wrong with a word, and the mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Fits after "the value X".
    pub why: &'static str,
    /// What to write instead.
    pub mend: &'static str,
}

type Parsed<T> = Result<T, Refusal>;

fn refuse<T>(why: &'static str, mend: &'static str) -> Parsed<T> {
    Err(Refusal { why, mend })
}

fn is_label(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 63
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Reads a [`Name`].
///
/// # Errors
/// Anything but a DNS label that starts with a letter.
pub fn name(text: &str) -> Parsed<Name> {
    if is_label(text) && text.starts_with(|c: char| c.is_ascii_lowercase()) {
        Ok(Name(text.to_owned()))
    } else {
        refuse(
            "is not a name that every target accepts",
            "use at most 63 lower-case letters, digits and `-`, starting with a letter and not ending with `-`",
        )
    }
}

/// Longest name of a component: targets put suffixes behind it (`-headless`, a pod's number and hash), and the
/// whole must stay a DNS label.
const LONGEST_COMPONENT: usize = 40;

/// Reads a [`Name`] that a component is called by.
///
/// # Errors
/// As [`name`], and names of more than 40 characters.
pub fn component_name(text: &str) -> Parsed<Name> {
    if text.len() > LONGEST_COMPONENT {
        return refuse(
            "is not a name that every target accepts",
            "use at most 40 characters: targets put suffixes behind it",
        );
    }
    name(text)
}

/// Reads a [`Name`] that a port is called by.
///
/// # Errors
/// As [`name`], names of more than 15 characters and `--`: the rule of IANA, which Kubernetes holds ports to.
pub fn port_name(text: &str) -> Parsed<Name> {
    if text.len() > 15 || text.contains("--") {
        return refuse("is not a name of a port", "use at most 15 characters, and no two `-` in a row");
    }
    name(text)
}

/// Reads an [`Image`].
///
/// # Errors
/// Anything outside the reference grammar of the container registries.
pub fn image(text: &str) -> Parsed<Image> {
    const MEND: &str = "write `[registry[:port]/]name[:tag][@sha256:digest]`, the name in lower case";
    let bad = || refuse("is not an image reference", MEND);
    let (rest, digest) = match text.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (text, None),
    };
    if let Some(digest) = digest {
        let hex = digest.strip_prefix("sha256:").unwrap_or("");
        if hex.len() != 64 || !hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            return bad();
        }
    }
    let (path, tag) = match rest.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
        _ => (rest, None),
    };
    let tag_ok = tag.is_none_or(|tag| {
        (1..=128).contains(&tag.len())
            && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
            && !tag.starts_with(['.', '-'])
    });
    let mut parts: Vec<&str> = path.split('/').collect();
    let registry =
        (parts.len() > 1 && (parts[0].contains(['.', ':']) || parts[0] == "localhost")).then(|| parts.remove(0));
    let registry_ok = registry.is_none_or(|registry| {
        let (host_text, port_text) = registry.split_once(':').unwrap_or((registry, "443"));
        host(host_text).is_ok() && port_text.parse::<u16>().is_ok_and(|port| port > 0)
    });
    let part_ok = |part: &&str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b))
            && part.starts_with(|c: char| c.is_ascii_alphanumeric())
            && part.ends_with(|c: char| c.is_ascii_alphanumeric())
    };
    if tag_ok && registry_ok && text.len() <= 255 && parts.iter().all(part_ok) {
        Ok(Image(text.to_owned()))
    } else {
        bad()
    }
}

/// Reads a [`Host`].
///
/// # Errors
/// A scheme, a port, or anything else that is neither a DNS name nor an IP address.
pub fn host(text: &str) -> Parsed<Host> {
    if text.contains("://") {
        return refuse(
            "carries a scheme where a bare host belongs",
            "write the name or address alone, without `scheme://`",
        );
    }
    if text.parse::<std::net::IpAddr>().is_ok() {
        return Ok(Host(text.to_owned()));
    }
    if text.split_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) {
        return refuse("carries a port where a bare host belongs", "write the port under `port`");
    }
    let numeric = text.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    if text.len() <= 253 && !numeric && text.split('.').all(|part| is_label(&part.to_ascii_lowercase())) {
        Ok(Host(text.to_owned()))
    } else {
        refuse(
            "is neither a DNS name nor an IP address",
            "write a name such as `db.example.com` or an address such as `192.0.2.10`",
        )
    }
}

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

/// Reads a duration: a whole number and its unit.
///
/// # Errors
/// A missing unit, zero, a fraction, or more than a day.
pub fn duration(text: &str) -> Parsed<Millis> {
    const MEND: &str = "write a whole number and its unit: `500ms`, `2s`, `1m`";
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let scale = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "" if digits > 0 => return refuse("is a duration without a unit", MEND),
        _ => return refuse("is not a duration", MEND),
    };
    match number.parse::<u64>() {
        Ok(0) => refuse("is a duration of nothing", MEND),
        Ok(n) if number.starts_with('0') || n > 86_400_000 / scale => {
            refuse("is not a duration of at most a day", MEND)
        }
        Ok(n) => Ok(Millis(n * scale)),
        Err(_) => refuse("is not a duration", MEND),
    }
}

/// Reads an amount of memory or disk.
///
/// # Errors
/// Anything but a whole number with `Ki`, `Mi`, `Gi` or `Ti`.
pub fn bytes(text: &str) -> Parsed<Bytes> {
    const MEND: &str = "write a whole number and a binary unit: `64Mi`, `1Gi`";
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let shift = match unit {
        "Ki" => 10,
        "Mi" => 20,
        "Gi" => 30,
        "Ti" => 40,
        "m" => return refuse("is an amount in thousandths of a byte", MEND),
        _ => return refuse("is not an amount of memory", MEND),
    };
    match number.parse::<u64>() {
        Ok(n) if n > 0 && !number.starts_with('0') && n <= u64::MAX >> (shift + 1) => {
            Ok(Bytes { text: text.to_owned(), value: n << shift })
        }
        _ => refuse("is not an amount of memory", MEND),
    }
}

/// Reads an amount of processor.
///
/// # Errors
/// Anything but whole cores (`2`) or thousandths of one (`250m`).
pub fn cpu(text: &str) -> Parsed<Cpu> {
    let (number, scale) = match text.strip_suffix('m') {
        Some(number) => (number, 1),
        None => (text, 1000),
    };
    match number.parse::<u64>() {
        Ok(n)
            if (1..=1_000_000).contains(&n)
                && number.bytes().all(|b| b.is_ascii_digit())
                && !number.starts_with('0') =>
        {
            Ok(Cpu { text: text.to_owned(), millicores: n * scale })
        }
        _ => refuse("is not an amount of processor", "write whole cores (`2`) or thousandths of one (`250m`)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check<T: fmt::Debug>(parse: fn(&str) -> Parsed<T>, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(parse(text).is_ok(), "{text:?} must be accepted");
        }
        for text in bad {
            assert!(parse(text).is_err(), "{text:?} must be refused");
        }
    }

    #[test]
    fn names() {
        check(port_name, &["http", "a-b"], &["", "HTTP", "a--b", "abcdefghijklmnop"]);
        check(name, &["a", "controller-1"], &["", "A", "1a", "-a", "a-", "a_b", "a.b", "a b", "a\n", &"a".repeat(64)]);
    }

    #[test]
    fn images() {
        let digest = format!("redis@sha256:{}", "a".repeat(64));
        check(
            image,
            &[
                "redis",
                "redis:7.2.5",
                "amalgam8/a8-controller",
                "localhost:5000/x/y:1",
                "registry.example.com/a/b:v1.2_3-x",
                &digest,
            ],
            &["", "Redis", "redis:", "a//b", "redis:7 2", "a\nb", "redis@sha256:12", "x:y:z", "/a", "$HOME/x", "a:-x"],
        );
    }

    #[test]
    fn hosts() {
        check(
            host,
            &["redis", "db.example.com", "192.0.2.1", "2001:db8::1", "10.0.0.1"],
            &[
                "",
                "redis://h",
                "h:6379",
                "a b",
                "a/b",
                "/var/run/x.sock",
                "unix@x",
                "300.1.1.1",
                "$(X)",
                "a..b",
                "-a",
                "a\n",
            ],
        );
    }

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

    #[test]
    fn amounts() {
        check(
            duration,
            &["500ms", "2s", "1m", "24h"],
            &["", "5", "0s", "1.5s", "-1s", "01s", "1d", "s", "99999999999999999999s", "25h", "1s "],
        );
        check(bytes, &["64Mi", "1Gi"], &["", "64", "64M", "0Mi", "1.5Gi", "128m", "Mi", "99999999999999999Ti"]);
        check(cpu, &["2", "250m"], &["", "0", "0.5", "m", "-1", "1 ", "02", "1e3"]);
        assert_eq!(bytes("2Ki").unwrap().value, 2048);
        assert_eq!(cpu("2").unwrap().millicores, 2000);
        assert_eq!(Millis(1500).seconds(), 2);
    }
}
