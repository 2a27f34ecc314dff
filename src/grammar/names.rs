//! Names of things: of components, images, hosts.

use super::{Host, Image, Interface, Name, Parsed, refuse};

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

/// Reads an [`Interface`].
///
/// # Errors
/// Anything but 1 to 15 letters, digits and `._-`, starting with a letter (the kernel's limit of length).
pub fn interface(text: &str) -> Parsed<Interface> {
    if (1..=15).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
    {
        Ok(Interface(text.to_owned()))
    } else {
        refuse("is not the name of a network interface", "write it as `ip link` does, such as `eth0` or `bond0.10`")
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

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
    fn interfaces() {
        check(
            interface,
            &["eth0", "bond0.10", "br-lan", "enp0s31f6"],
            &["", "0eth", "eth 0", "eth0;x", "abcdefghijklmnop"],
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
}
