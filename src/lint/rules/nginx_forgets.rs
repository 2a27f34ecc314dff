//! What an inner block of nginx forgets, or lets out.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Directive, Nginx};

pub(super) const RULE: Rule = Rule {
    id: "nginx-forgets",
    severity: Severity::Warning,
    about: "what an inner block of nginx forgets, or lets out",
    docs: "A `proxy_set_header` or `add_header` in a block forgets all that stand around it. `alias` and its location end with \
        `/` both or neither, or files beside the directory are served. What is answered as an address is taken from \
        `$request_uri`: `$uri` is decoded, and a line end in it is a header.",
    on: true,
    bad: &[
        "http {\n  server { listen 80; proxy_set_header Host $host; location / { proxy_set_header X 1; proxy_pass http://192.0.2.1; } }\n}\n",
        "http {\n  server { listen 80; location /static { alias /srv/static/; } }\n}\n",
        "http {\n  server { listen 80; location /static/ { alias /srv/static; } }\n}\n",
        "http {\n  server { listen 80; return 301 https://$host$uri; }\n}\n",
        "http {\n  server { listen 80; location / { proxy_pass http://$http_host; } }\n}\n",
        "http {\n  server { listen 80; set_real_ip_from 0.0.0.0/0; }\n}\n",
    ],
    good: &[
        "http {\n  server { listen 80; proxy_set_header Host $host; location / { proxy_set_header Host $host; proxy_set_header X 1; proxy_pass http://192.0.2.1; } location /static/ { alias /srv/static/; } location = /a { alias /srv/a; } location ~ ^/b/(.*)$ { alias /srv/$1; } }\n  server { listen 80; return 301 https://$host$request_uri; set_real_ip_from 10.0.0.0/8; }\n}\n",
    ],
    check: Check::Nginx(check),
};

/// What an inner block forgets where it says its own.
const FORGETTING: &[&str] = &["proxy_set_header", "add_header", "grpc_set_header"];

fn check(config: &Nginx, report: &mut Report<'_>) {
    config.each(&mut |around, it| {
        for name in FORGETTING {
            forgets(around, it, name, report);
        }
        match it.name() {
            "alias" => alias(around, it, report),
            "return" | "rewrite" => {
                let redirects = matches!(it.argument(1), "301" | "302" | "303" | "307" | "308")
                    || it.name() == "rewrite"
                        && (matches!(it.argument(3), "redirect" | "permanent") || it.argument(2).contains("://"));
                let place = it
                    .words
                    .get(2)
                    .filter(|word| redirects && (word.text.contains("$uri") || word.text.contains("$document_uri")));
                if let Some(word) = place {
                    report.find(
                        word.span,
                        "`$uri` is decoded: a line end in it becomes a header",
                        "use `$request_uri`",
                    );
                }
            }
            "proxy_pass" if it.argument(1).contains("$http_host") || it.argument(1).contains("$arg_") => {
                report.find(it.words[1].span, "the client says whom its request is passed to", "name an upstream");
            }
            "set_real_ip_from" if matches!(it.argument(1), "0.0.0.0/0" | "::/0") => {
                report.find(it.words[1].span, "everybody may say from which address he comes", "name the balancers");
            }
            _ => {}
        }
    });
}

fn forgets(around: &[&Directive], it: &Directive, name: &str, report: &mut Report<'_>) {
    let own = |block: &Directive| -> Vec<String> {
        block.block.iter().filter(|it| it.name() == name).map(|it| it.argument(1).to_ascii_lowercase()).collect()
    };
    if !matches!(it.name(), "location" | "server" | "if") {
        return;
    }
    let inner = own(it);
    let Some(outer) = around.iter().rev().map(|block| own(block)).find(|all| !all.is_empty()) else { return };
    let first = it.block.iter().find(|it| it.name() == name);
    let forgotten: Vec<String> = outer.into_iter().filter(|header| !inner.contains(header)).collect();
    if let (Some(first), Some(header)) = (first, forgotten.first()) {
        let more = if forgotten.len() > 1 { format!(" and {} more", forgotten.len() - 1) } else { String::new() };
        report.find(
            first.words[0].span,
            format!("with it {}{more} of the block around it is forgotten", quoted(header)),
            "say them here again, or this one outside",
        );
    }
}

fn alias(around: &[&Directive], it: &Directive, report: &mut Report<'_>) {
    let Some(location) = around.last().filter(|block| block.name() == "location" && block.words.len() == 2) else {
        return;
    };
    let (path, directory) = (location.argument(1), it.argument(1));
    if directory.contains('$') || path.starts_with('@') {
        return;
    }
    if directory.ends_with('/') && !path.ends_with('/') {
        let what = format!("{} followed by `../` leads out of {}", quoted(path), quoted(directory));
        report.find(location.words[0].span, what, format!("write `location {path}/`"));
    } else if path.ends_with('/') && !directory.ends_with('/') {
        let what = format!("files of {} are looked for beside {}", quoted(path), quoted(directory));
        report.find(it.words[0].span, what, format!("write `{directory}/`"));
    }
}
