//! Names of what must stay secret.

/// Their ends, between `_`.
const NAMES: &[&str] = &[
    "PASSWORD",
    "PASSWD",
    "PASS",
    "SECRET",
    "TOKEN",
    "API_KEY",
    "APIKEY",
    "PRIVATE_KEY",
    "SECRET_ACCESS_KEY",
    "SECRET_KEY",
    "ENCRYPTION_KEY",
    "SIGNING_KEY",
    "CREDENTIALS",
    // Redis' own words.
    "REQUIREPASS",
    "MASTERAUTH",
];

/// Whether a variable, or a key, is by its name a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase().replace(['-', '.'], "_");
    // A name that members of one cluster share keeps nothing secret, nor does that of a file.
    !name.ends_with("KEY_CREDENTIALS")
        && !name.ends_with("STORE_CREDENTIALS")
        && !name.ends_with("INITIAL_CLUSTER_TOKEN")
        && name != "ETCD_AUTH_TOKEN"
        && NAMES.iter().any(|ending| name == *ending || name.ends_with(&format!("_{ending}")))
}

/// Whether a value is a switch, or the name of a file, rather than a secret.
pub(crate) fn is_switch(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    matches!(lower.as_str(), "yes" | "no" | "true" | "false" | "on" | "off" | "0" | "1")
}

/// Whether everybody knows a password.
pub(crate) fn is_known(password: &str) -> bool {
    const KNOWN: &[&str] = &[
        "",
        "redis",
        "foobared",
        "password",
        "passwd",
        "pass",
        "secret",
        "admin",
        "changeme",
        "change-me",
        "root",
        "test",
        "default",
        "haproxy",
        "123456",
        "12345678",
        "qwerty",
        "letmein",
        "example",
        "mypassword",
        "redispassword",
        "1234",
        "12345",
        "toor",
    ];
    KNOWN.contains(&password.to_ascii_lowercase().as_str())
}

/// The password in an address: `scheme://user:password@host`.
pub(crate) fn in_address(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    let (user, _) = rest.split('/').next()?.rsplit_once('@')?;
    let (_, password) = user.split_once(':')?;
    scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+').then_some(password)
}
