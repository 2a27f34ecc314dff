//! Values of haproxy's addresses to listen at, its admin sockets and its TLS.

use super::super::super::balancers::haproxy_ms;
use super::{TIME, filled, no_address, say};
use crate::lint::api::Report;
use crate::manifest::{Line, Section, Word};

const VERSIONS: &[&str] = &["SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
const LEVELS: &[&str] = &["user", "operator", "admin"];

/// Of one line of any section.
pub(super) fn line(section: &Section, line: &Line, report: &mut Report<'_>) {
    for key in ["ssl-min-ver", "ssl-max-ver"] {
        if let Some(word) = line.value(key).filter(|it| !VERSIONS.contains(&it.text.as_str()) && !filled(&it.text)) {
            say(word.span, &word.text, &format!("one of `{}`", VERSIONS.join("`, `")), report);
        }
    }
    if section.kind.text == "global" {
        let time = line.after("hard-stop-after").or(line.after("stats timeout")).and_then(<[Word]>::first);
        if let Some(word) = time.filter(|it| haproxy_ms(&it.text).is_none() && !filled(&it.text)) {
            say(word.span, &word.text, TIME, report);
        }
        let threads = line.after("nbthread").and_then(<[Word]>::first);
        let count = |text: &str| text.parse::<u32>().is_ok_and(|count| (1..=4096).contains(&count));
        if let Some(word) = threads.filter(|it| !count(&it.text) && !filled(&it.text)) {
            say(word.span, &word.text, "a number of threads", report);
        }
    }
    let place = match section.kind.text.as_str() {
        "global" if line.after("stats socket").is_some() => line.words.get(2),
        "frontend" | "listen" if line.words[0].text == "bind" => line.words.get(1),
        _ => return,
    };
    if let Some(word) = place {
        word.text.split(',').for_each(|one| address(word, one, report));
    }
    if let Some(word) = line.value("level").filter(|it| !LEVELS.contains(&it.text.as_str()) && !filled(&it.text)) {
        say(word.span, &word.text, &format!("one of `{}`", LEVELS.join("`, `")), report);
    }
}

/// One address: of a file, of another family, or a host and its ports.
fn address(word: &Word, text: &str, report: &mut Report<'_>) {
    let text = text.trim_start_matches("ipv4@").trim_start_matches("ipv6@");
    if filled(text) || text.contains('@') || text.starts_with('/') {
        return;
    }
    let Some((host, ports)) = text.rsplit_once(':') else { return };
    if no_address(host) {
        return say(word.span, text, "an address: its numbers are 0 to 255", report);
    }
    let port = |port: &str| port.parse::<u32>().is_ok_and(|it| (1..=65535).contains(&it));
    let fits = ports.split_once('-').map_or_else(|| port(ports), |(first, last)| port(first) && port(last));
    if !fits {
        say(word.span, text, "an address with a port from 1 to 65535", report);
    }
}
