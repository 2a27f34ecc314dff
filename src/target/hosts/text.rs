//! Words that several targets write alike.

use std::net::IpAddr;

use crate::topology::Port;

/// The header below a script's first line, on top of anything else.
pub(in crate::target) fn with_comment(comment: &str, text: &str) -> String {
    match text.split_once('\n') {
        Some((first, rest)) if first.starts_with("#!") => format!("{first}\n{comment}\n{rest}"),
        _ => format!("{comment}\n{text}"),
    }
}

/// The port of the host that clients call.
pub(in crate::target) fn host_port(port: &Port) -> u16 {
    port.published.map_or(port.service, |published| published.value)
}

/// An address inside a URL or a port mapping.
pub(in crate::target) fn url_host(address: IpAddr) -> String {
    if address.is_ipv6() { format!("[{address}]") } else { address.to_string() }
}
