//! Hosts that a text names.

/// A host as it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Host<'a> {
    pub(super) name: &'a str,
    pub(super) port: Option<i64>,
    /// What stands before `://`.
    pub(super) scheme: Option<&'a str>,
}

impl Host<'_> {
    /// Whether it stands there as a host, and not as a word that may mean anything.
    pub(super) fn is_sure(&self) -> bool {
        self.port.is_some() || self.scheme.is_some() || self.name.contains(['.', '$'])
    }

    /// Whether it is this very machine, or none.
    pub(super) fn is_own(&self) -> bool {
        let name = self.name;
        name.is_empty()
            || matches!(name, "localhost" | "::1" | "0.0.0.0" | "*" | "::")
            || name.starts_with("127.")
            || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
            || !name.contains(|c: char| c.is_ascii_alphanumeric())
    }
}

/// Signs between which hosts stand.
const BETWEEN: &[char] = &[',', ';', '"', '\'', '=', '|', '[', ']', '<', '>', '`'];
/// What the name of a variable or a flag has whose value is a host.
const KEYS: &[&str] = &[
    "host",
    "addr",
    "url",
    "uri",
    "server",
    "endpoint",
    "dsn",
    "broker",
    "peer",
    "node",
    "service",
    "backend",
    "upstream",
    "seed",
    "quorum",
    "master",
    "primary",
    "cluster",
    "target",
    "connect",
    "slaveof",
    "replicaof",
    "initial",
];

/// Every host of the value of a key. A word alone is one only where the key, or the word before it, speaks of such.
pub(super) fn hosts<'a>(key: &str, text: &'a str) -> Vec<Host<'a>> {
    let means = |word: &str| {
        let word = word.to_ascii_lowercase();
        KEYS.iter().any(|key| word.contains(key))
    };
    let (by_key, mut before) = (means(key), "");
    let mut out = Vec::new();
    for piece in text.split(|c: char| c.is_whitespace() || BETWEEN.contains(&c)).filter(|piece| !piece.is_empty()) {
        let host = host(piece);
        let at = piece.as_ptr() as usize - text.as_ptr() as usize;
        let value = before.starts_with('-') || before.ends_with(':') || text[..at].ends_with(['=', '"', '\'']);
        if host.is_sure() || by_key || value && means(before) {
            out.push(host);
        }
        before = piece;
    }
    out
}

fn host(piece: &str) -> Host<'_> {
    let (scheme, rest) = match piece.split_once("://") {
        Some((scheme, rest)) => (Some(scheme.rsplit(':').next().unwrap_or_default()), rest),
        None => (None, piece),
    };
    let rest = rest.split('/').next().unwrap_or_default();
    let rest = rest.rsplit('@').next().unwrap_or_default();
    // `tcp(host:port)`, but not `$(HOST):$(PORT)`.
    let rest = if rest.starts_with("$(") { rest } else { rest.rsplit('(').next().unwrap_or_default() };
    let (name, port) = match rest.split_once(':') {
        Some((name, port)) if port.starts_with('$') => (name, Some(0)),
        Some((name, port)) => {
            let digits = port.find(|c: char| !c.is_ascii_digit()).unwrap_or(port.len());
            (name, port[..digits].parse().ok())
        }
        None => (rest, None),
    };
    Host { name: name.trim_end_matches('.'), port, scheme }
}

/// The variable that a name stands for: `$(REDIS_SERVICE_HOST)` is `REDIS_SERVICE_HOST`.
pub(super) fn variable(name: &str) -> Option<&str> {
    let rest = name.strip_prefix('$')?;
    Some(rest.trim_start_matches(['(', '{']).trim_end_matches([')', '}']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found_where_they_stand_as_hosts() {
        let names = |key: &str, text: &'static str| hosts(key, text).iter().map(|it| it.name).collect::<Vec<_>>();
        assert_eq!(names("A", "redis://user:pw@db:6379/0"), ["db"]);
        assert_eq!(names("A", "$(REDIS_SERVICE_HOST):$(REDIS_SERVICE_PORT)"), ["$(REDIS_SERVICE_HOST)"]);
        assert_eq!(names("A", "jdbc:postgresql://db.shop/x"), ["db.shop"]);
        assert_eq!(names("DSN", "user:pw@tcp(db:3306)/x"), ["db"]);
        assert_eq!(names("KIND", "redis"), [""; 0]);
        assert_eq!(names("REDIS_HOST", "redis"), ["redis"]);
        assert_eq!(names("args", "serve --redis-host cache --level info --peers=a:1,b:2"), ["cache", "a", "b"]);
        assert_eq!(host("etcd://e:2379").scheme, Some("etcd"));
        assert_eq!(variable("$(A)"), Some("A"));
        assert!(host("0.0.0.0:80").is_own() && host(":80").is_own() && !host("db:80").is_own());
    }
}
