//! A misspelt word that its program refuses.

mod haproxy;

use std::collections::HashSet;

use super::super::api::{Check, Finding, Report, Rule};
use super::super::keywords;
use crate::diagnostic::{Severity, SourceId, quoted};
use crate::manifest::{Directive, Document, Nginx, Word};

pub(super) const RULE: Rule = Rule {
    id: "unknown-keyword",
    severity: Severity::Error,
    about: "a misspelt word that its program refuses",
    docs: "haproxy, nginx and Redis do not start with a word that they do not know, and keepalived passes over it. One \
        that is near none that is known may be a newer program's, and is a warning; of nginx it may be a module's, and \
        is left alone. Where nginx is told to `load_module`, one that is near \
        may be a module's too, and is a warning.",
    on: true,
    bad: &[
        r#"backend web
    retrys 3
    server a 192.0.2.1:80
"#,
        r#"backend web
    option redispach
    server a 192.0.2.1:80
"#,
        r#"backend web
    server a 192.0.2.1:80 chek
"#,
        "defaults\n    contimeout 5s\n    option forceclose\nbackend a\n    reqirep ^a b\n    server a 192.0.2.1:80 check\n",
        "resolvers d\n    nameservr a 192.0.2.1:53\n    hold nxx 5s\n    timeout rerty 1s\nbackend b\n    server a 192.0.2.1:80 check\n",
        "backend a\n    flurb 1\n    option zz\n    stick onn src\n    stick-table type ip size 1m exprie 1m\n    http-check sned meth GET\n    redirect schme https\n    stats enabel\n    server a 192.0.2.1:80 check\n",
        "vrrp_instance a {\n    authentication {\n        auth_tpye PASS\n    }\n}\nvrrp_script b {\n    intervall 1\n}\nglobal_def {\n}\n",
        "appendonly yes\nprotected-mode yes\nflurb 1\n",
        r#"http {
  proxy_raed_timeout 10s;
}
"#,
        r#"http {
  upstream web { server 192.0.2.1 max_fail=2; }
}
"#,
    ],
    good: &[
        "resolvers d\n    nameserver a 192.0.2.1:53\n    hold nx 5s\n    timeout retry 1s\npeers p\n    bind :1024\n    server a\n    table t type ip size 1m\n    peer b 192.0.2.2:1024\nbackend b\n    server a 192.0.2.1:80 check\n",
        "frontend f\n    bind :80 interface eth0 name x accept-proxy tfo user a mode 660\n    redirect scheme https code 301 append-slash if !{ ssl_fc }\n    stats enable\n    capture request header Host len 9\n    default_backend a\nbackend a\n    stick store-request src\n    stick-table type string len 9 size 1m nopurge expire 1m store gpc0 peers p\n    http-check connect default linger\n    http-check send meth POST uri /a ver HTTP/1.1 hdr Host a hdr X y body \"b c\"\n    tcp-check comment \"x y\"\n    server a 192.0.2.1:80 check source 0.0.0.0 interface eth0 set-proxy-v2-tlv-fmt(0x20) %[x]\n",
        r#"backend web
    no option redispatch
    server a 192.0.2.1:80 check source 192.0.2.9 usesrc clientip
"#,
        r#"http {
  brotli on;
  fancy_words x;
  map $a $b { lsten x; }
}
"#,
    ],
    check: Check::Document(check),
};

/// Words of a server in an upstream, before `=` where a value follows.
const SERVER: &[&str] = &[
    "weight",
    "max_conns",
    "max_fails",
    "fail_timeout",
    "backup",
    "down",
    "resolve",
    "route",
    "service",
    "slow_start",
    "drain",
    "id",
];
/// Blocks whose lines are no directives.
const TABLES: &[&str] = &["map", "geo", "types", "split_clients", "charset_map", "match", "fastcgi_param"];

fn check(document: &Document, report: &mut Report<'_>) {
    match document {
        Document::Haproxy(config) => haproxy::check(config, report),
        Document::Keepalived(config) => config.directives.iter().for_each(|it| keepalived(it, report)),
        Document::Nginx(config) => config.each(&mut |around, it| {
            if around.iter().any(|block| TABLES.contains(&block.name()) || block.name().contains("lua")) {
                return;
            }
            if judge("nginx", &it.words[0], report) && config.loads_modules() {
                report.soften();
            }
            if it.name() == "server" && around.last().is_some_and(|block| block.name() == "upstream") {
                for word in it.words.iter().skip(2) {
                    let name = word.text.split('=').next().unwrap_or_default();
                    if let Some(near) = keywords::near(name, SERVER.iter().copied()).filter(|_| !SERVER.contains(&name))
                    {
                        say(word, name, near, report);
                    }
                }
            }
        }),
        Document::Redis(config) => {
            for line in &config.lines {
                let word = &line.words[0];
                let lower = word.text.to_ascii_lowercase();
                // Modules' words hold a point, and a sentinel's own are its own.
                if !word.text.contains('.') && !keywords::known("redis", &lower) && !config.sentinel {
                    whole("redis", word, "Redis 7 and 8", report);
                }
            }
        }
        _ => {}
    }
}

/// Blocks of keepalived and the lists of what stands in them. What an instance has is looked at with its values.
const BLOCKS: &[(&str, &str)] = &[
    ("global_defs", "keepalived-global"),
    ("vrrp_script", "keepalived-script"),
    ("vrrp_sync_group", "keepalived-group"),
];

fn keepalived(it: &Directive, report: &mut Report<'_>) {
    const PROGRAM: &str = "keepalived 2.2";
    if !matches!(it.name(), "include" | "includer" | "includem") {
        whole("keepalived-main", &it.words[0], PROGRAM, report);
    }
    if let Some((_, list)) = BLOCKS.iter().find(|(name, _)| *name == it.name()) {
        // A group may name its instances without `group`.
        let named = |inner: &&Directive| it.name() == "vrrp_sync_group" && inner.words.len() == 1;
        let inside = it.block.iter().filter(|inner| !named(inner));
        inside.for_each(|inner| whole(list, &inner.words[0], PROGRAM, report));
    }
    for inner in it.block.iter().filter(|inner| inner.name() == "authentication") {
        inner.block.iter().for_each(|word| whole("keepalived-authentication", &word.words[0], PROGRAM, report));
    }
}

/// Says that a word is none, where the list is all that there is: that a newer one may know it makes it a warning.
fn whole(list: &'static str, word: &Word, program: &str, report: &mut Report<'_>) {
    // Somebody else fills it in, or it is a sign of a template.
    let filled =
        word.text.contains(['$', '{', '%', '<', '"', '@', '~', '=', '/']) || word.text.starts_with(['.', '-', '!']);
    if !judge(list, word, report) && !keywords::known(list, &word.text) && !filled && !word.text.is_empty() {
        report.find(
            word.span,
            format!("{program} know no word {} here", quoted(&word.text)),
            "remove it, or correct it",
        );
        report.soften();
    }
}

/// Says that a word is misspelt, and whether it is.
fn judge(list: &'static str, word: &Word, report: &mut Report<'_>) -> bool {
    let lower = word.text.to_ascii_lowercase();
    let capitals = keywords::list(list).iter().copied().find(|it| *it == lower);
    let near = capitals.or_else(|| keywords::meant(list, &word.text)).filter(|_| !keywords::known(list, &word.text));
    if let Some(near) = near {
        say(word, &word.text, near, report);
    }
    near.is_some()
}

/// Makes warnings of what stands in parts of configurations whose whole loads modules.
pub(crate) fn soften_parts(documents: &[Document], findings: &mut [Finding]) {
    let configs = || {
        documents.iter().filter_map(|document| match document {
            Document::Nginx(config) => Some(config),
            _ => None,
        })
    };
    let includes = |config: &Nginx| {
        let mut found = false;
        config.each(&mut |_, it| found |= it.name() == "include");
        found
    };
    if !configs().any(|config| config.loads_modules() && includes(config)) {
        return;
    }
    let parts: HashSet<SourceId> = configs().filter(|config| config.is_part()).filter_map(Nginx::source).collect();
    for finding in findings.iter_mut().filter(|finding| finding.rule.id == RULE.id) {
        if finding.problem.span.is_some_and(|span| parts.contains(&span.source)) {
            finding.problem.severity = Severity::Warning;
        }
    }
}

fn say(word: &Word, text: &str, near: &str, report: &mut Report<'_>) {
    report.find(word.span, format!("there is no word {}", quoted(text)), format!("did you mean `{near}`?"));
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::{Severity, Sources};
    use crate::lint::{Settings, run_rules};
    use crate::manifest;

    /// How bad the misspelt words of some files are, in their order.
    fn severities(files: &[&str]) -> Vec<Severity> {
        let (mut sources, mut documents) = (Sources::default(), Vec::new());
        for text in files {
            let source = sources.add("nginx.conf", *text);
            documents.extend(manifest::of_file("nginx.conf", text, source, &mut Vec::new()).unwrap());
        }
        let findings = run_rules(&documents, &sources, &Settings::default(), &[&super::RULE]);
        findings.into_iter().map(|finding| finding.problem.severity).collect()
    }

    #[test]
    fn a_module_may_bring_the_word() {
        let whole = "events {}\nhttp {\n  proxy_raed_timeout 1s;\n  include sites/*;\n}\n";
        let part = "server {\n  proxy_raed_timeout 1s;\n}\n";
        let loads = format!("load_module a.so;\n{whole}");
        let debian = format!("include /etc/nginx/modules-enabled/*.conf;\n{whole}");
        assert_eq!(severities(&[whole, part]), [Severity::Error; 2]);
        assert_eq!(severities(&[&loads, part]), [Severity::Warning; 2]);
        assert_eq!(severities(&[&debian]), [Severity::Warning]);
        assert_eq!(severities(&["load_module a.so;\nevents {\n}\n", whole, part]), [Severity::Error; 2]);
    }
}
