//! A name that nothing in nginx' configuration defines.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use super::super::keywords;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Directive, Nginx, Word};

pub(super) const RULE: Rule = Rule {
    id: "unknown-nginx-name",
    severity: Severity::Error,
    about: "a name that nothing in nginx' configuration defines",
    docs: "A zone, a cache, a format of the log, a variable, a location by its name: nginx does not start, or answers with 500.",
    on: true,
    bad: &[
        "http {\n  limit_req_zone $binary_remote_addr zone=perip:10m rate=10r/s;\n  server { listen 80; location / { limit_req zone=perips; } }\n}\n",
        "http {\n  log_format main '$remote_addr';\n  access_log /var/log/a.log mian;\n  server { listen 80; }\n}\n",
        "http {\n  server { listen 80; location / { proxy_set_header X $remote_address; proxy_pass http://192.0.2.1; } }\n}\n",
        "http {\n  server { listen 80; location / { try_files $uri @nope; } }\n}\n",
    ],
    good: &[
        "http {\n  log_format main '$remote_addr $http_x_a';\n  access_log /var/log/a.log main;\n  access_log off;\n  map $http_upgrade $connection_upgrade { default upgrade; }\n  limit_req_zone $binary_remote_addr zone=perip:10m rate=10r/s;\n  server { listen 80; location / { limit_req zone=perip; try_files $uri @app; proxy_set_header C $connection_upgrade; } location @app { proxy_pass http://192.0.2.1; } }\n}\n",
        "http {\n  include conf.d/*.conf;\n  server { listen 80; location / { limit_req zone=elsewhere; } }\n}\n",
    ],
    check: Check::Nginx(check),
};

/// nginx' own variables, but for those with a part that the user chooses.
const VARIABLES: &[&str] = &[
    "ancient_browser",
    "args",
    "binary_remote_addr",
    "body_bytes_sent",
    "bytes_sent",
    "connection",
    "connection_requests",
    "connection_time",
    "connections_active",
    "connections_reading",
    "connections_waiting",
    "connections_writing",
    "content_length",
    "content_type",
    "date_gmt",
    "date_local",
    "document_root",
    "document_uri",
    "fastcgi_path_info",
    "fastcgi_script_name",
    "geoip_country_code",
    "geoip_city",
    "gzip_ratio",
    "host",
    "hostname",
    "http2",
    "http3",
    "https",
    "invalid_referer",
    "is_args",
    "is_request_port",
    "limit_conn_status",
    "limit_rate",
    "limit_req_status",
    "memcached_key",
    "modern_browser",
    "msec",
    "msie",
    "nginx_version",
    "pid",
    "pipe",
    "proxy_add_x_forwarded_for",
    "proxy_host",
    "proxy_port",
    "proxy_protocol_addr",
    "proxy_protocol_port",
    "proxy_protocol_server_addr",
    "proxy_protocol_server_port",
    "query_string",
    "realip_remote_addr",
    "realip_remote_port",
    "realpath_root",
    "remote_addr",
    "remote_port",
    "remote_user",
    "request",
    "request_body",
    "request_body_file",
    "request_completion",
    "request_filename",
    "request_id",
    "request_length",
    "request_method",
    "request_port",
    "request_time",
    "request_uri",
    "scheme",
    "secure_link",
    "secure_link_expires",
    "server_addr",
    "server_name",
    "server_port",
    "server_protocol",
    "slice_range",
    "spdy",
    "spdy_request_priority",
    "ssl_alpn_protocol",
    "ssl_cipher",
    "ssl_ciphers",
    "ssl_client_cert",
    "ssl_client_escaped_cert",
    "ssl_client_fingerprint",
    "ssl_client_i_dn",
    "ssl_client_raw_cert",
    "ssl_client_s_dn",
    "ssl_client_serial",
    "ssl_client_v_end",
    "ssl_client_v_remain",
    "ssl_client_v_start",
    "ssl_client_verify",
    "ssl_curve",
    "ssl_curves",
    "ssl_early_data",
    "ssl_preread_alpn_protocols",
    "ssl_preread_protocol",
    "ssl_preread_server_name",
    "ssl_protocol",
    "ssl_server_name",
    "ssl_session_id",
    "ssl_session_reused",
    "status",
    "tcpinfo_rtt",
    "tcpinfo_rttvar",
    "tcpinfo_snd_cwnd",
    "tcpinfo_rcv_space",
    "time_iso8601",
    "time_local",
    "uid_got",
    "uid_reset",
    "uid_set",
    "upstream_addr",
    "upstream_bytes_received",
    "upstream_bytes_sent",
    "upstream_cache_status",
    "upstream_connect_time",
    "upstream_first_byte_time",
    "upstream_header_time",
    "upstream_http_",
    "upstream_last_server_name",
    "upstream_queue_time",
    "upstream_response_length",
    "upstream_response_time",
    "upstream_session_time",
    "upstream_status",
    "uri",
    "userid",
];
/// How variables begin whose rest the user chooses.
const PREFIXES: &[&str] = &[
    "arg_",
    "http_",
    "cookie_",
    "sent_http_",
    "sent_trailer_",
    "upstream_http_",
    "upstream_cookie_",
    "upstream_trailer_",
    "jwt_",
    "geoip",
    "lua_",
    "otel_",
    "proxy_protocol_tlv_",
    "trailer_",
    "time_",
    "modsec",
    "brotli",
    "zstd",
];
/// Directives that define a variable, and which of their arguments it is.
const DEFINING: &[(&str, usize)] = &[
    ("set", 1),
    ("map", 2),
    ("geo", 1),
    ("geo", 2),
    ("split_clients", 2),
    ("auth_request_set", 1),
    ("js_set", 1),
    ("perl_set", 1),
    ("set_by_lua_block", 1),
    ("auth_jwt_claim_set", 1),
    ("userid_name", 1),
    ("js_var", 1),
    ("num_map", 2),
    ("keyval", 2),
];

struct Known<'n> {
    zones: HashSet<&'n str>,
    formats: HashSet<&'n str>,
    variables: HashSet<&'n str>,
    /// Whether other files say more.
    open: bool,
}

fn check(config: &Nginx, report: &mut Report<'_>) {
    let mut known =
        Known { zones: HashSet::new(), formats: HashSet::new(), variables: HashSet::new(), open: config.is_part() };
    known.open &= !config.directives.iter().any(|it| it.name() == "http");
    config.each(&mut |_, it| {
        let words = || it.words.iter().skip(1).map(|word| word.text.as_str());
        match it.name() {
            // Types of files define nothing else.
            "include" => known.open |= !it.argument(1).ends_with("mime.types") && !it.argument(1).contains("fastcgi"),
            "limit_req_zone" | "limit_conn_zone" | "proxy_cache_path" | "fastcgi_cache_path" => {
                let zones = words().filter_map(|word| word.strip_prefix("zone=").or(word.strip_prefix("keys_zone=")));
                known.zones.extend(zones.filter_map(|zone| zone.split(':').next()));
            }
            "log_format" => drop(known.formats.insert(it.argument(1))),
            _ => {}
        }
        for (_, at) in DEFINING.iter().filter(|(name, _)| *name == it.name()) {
            known.variables.extend(it.argument(*at).strip_prefix('$'));
        }
        // Groups of patterns with names.
        for word in words() {
            known.variables.extend(word.split("(?<").skip(1).filter_map(|rest| rest.split('>').next()));
            known.variables.extend(word.split("(?P<").skip(1).filter_map(|rest| rest.split('>').next()));
        }
    });
    config.each(&mut |around, it| {
        named(it, &known, report);
        locations(around, it, &known, report);
        it.words.iter().skip(1).for_each(|word| variables(word, &known, report));
    });
}

fn say(word: &Word, name: &str, what: &str, near: Option<&str>, report: &mut Report<'_>) {
    let mend = near.map_or("define it, or write its name".to_owned(), |near| format!("did you mean `{near}`?"));
    report.find(word.span, format!("there is no {what} {}", quoted(name)), mend);
}

/// Zones, caches and formats.
fn named(it: &Directive, known: &Known<'_>, report: &mut Report<'_>) {
    let word = |at: usize| it.words.get(at).filter(|word| !word.text.contains('$'));
    let (word, name, what, list) = match it.name() {
        "limit_req" => {
            let zone = it.words.iter().find_map(|word| Some((word, word.text.strip_prefix("zone=")?)));
            let Some((word, name)) = zone else { return };
            (word, name, "zone", &known.zones)
        }
        "limit_conn" => match word(1) {
            Some(word) => (word, word.text.as_str(), "zone", &known.zones),
            None => return,
        },
        "proxy_cache" | "fastcgi_cache" => match word(1).filter(|word| word.text != "off") {
            Some(word) => (word, word.text.as_str(), "cache", &known.zones),
            None => return,
        },
        "access_log" => match word(2).filter(|word| !word.text.contains('=') && word.text != "combined") {
            Some(word) => (word, word.text.as_str(), "format", &known.formats),
            None => return,
        },
        _ => return,
    };
    if list.contains(name) || name.is_empty() {
        return;
    }
    let near = keywords::near(name, list.iter().copied());
    if !known.open || near.is_some() {
        say(word, name, what, near, report);
    }
}

/// Locations that are called by a name.
fn locations(around: &[&Directive], it: &Directive, known: &Known<'_>, report: &mut Report<'_>) {
    if !matches!(it.name(), "try_files" | "error_page") {
        return;
    }
    let Some(server) = around.iter().find(|block| block.name() == "server") else { return };
    let included = server.block.iter().any(|it| it.name() == "include");
    let last = it.words.last().filter(|word| word.text.starts_with('@'));
    if let Some(word) = last.filter(|_| !included && !known.open) {
        let has = server.all("location").any(|location| location.argument(1) == word.text);
        if !has {
            say(word, &word.text, "location", None, report);
        }
    }
}

fn variables(word: &Word, known: &Known<'_>, report: &mut Report<'_>) {
    for part in word.text.split('$').skip(1) {
        let name = part
            .trim_start_matches('{')
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .next()
            .unwrap_or_default();
        let own = name.is_empty()
            || name.starts_with(|c: char| c.is_ascii_digit())
            || VARIABLES.contains(&name)
            || known.variables.contains(name)
            || PREFIXES.iter().any(|prefix| name.starts_with(prefix));
        if own {
            continue;
        }
        // Modules bring variables of their own.
        let near = keywords::near(name, VARIABLES.iter().copied().chain(known.variables.iter().copied()));
        if let Some(near) = near.or_else(|| cut(name)) {
            say(word, name, "variable", Some(near), report);
            return;
        }
    }
}

/// A variable whose last word somebody wrote in full.
fn cut(name: &str) -> Option<&'static str> {
    let wanted = format!("{}_addr", name.strip_suffix("_address")?);
    VARIABLES.iter().copied().find(|it| *it == wanted)
}
