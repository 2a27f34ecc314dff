//! An image that cannot be pulled.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "bad-image",
    severity: Severity::Error,
    about: "an image that cannot be pulled",
    docs: "A container names an image: host and path in lowercase, then a tag behind `:`, a digest behind `@`, or \
        both. The server refuses none, and blanks around it. What is written otherwise it takes, and the node does \
        not: the pod waits with `InvalidImageName`, and the container never starts.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: " web:1" }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: Shop/web:1 }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1:2 }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: "web@sha256:abc" }] }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1 }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: "images.example:5000/team/web:1.2_RC" }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: "$(IMAGE)" }] }
"#,
    ],
    check: Check::Container(check),
};

fn check(container: &Container<'_>, _: &Workload<'_>, report: &mut Report<'_>) {
    let image = container.view.key("image");
    let Some(text) = image.word().filter(|text| !text.is_empty()) else {
        let span = if image.exists() { image.span() } else { container.view.key("name").span() };
        return report.find(span, format!("`{}` names no image", container.name()), "add `image`");
    };
    // Somebody fills these in.
    if !text.contains(['$', '{', '<', '%']) && !is_reference(text) {
        let help = "write `host/path:tag`, in lowercase but for the tag";
        let what = if text.trim() == text { "the container never starts" } else { "the server refuses it" };
        report.find(image.span(), format!("{} is no name of an image: {what}", quoted(text)), help);
    }
}

fn is_reference(text: &str) -> bool {
    let (name, digest) = text.split_once('@').map_or((text, None), |(name, digest)| (name, Some(digest)));
    let (path, last) = name.rsplit_once('/').map_or(("", name), |(path, last)| (path, last));
    let (last, tag) = last.split_once(':').map_or((last, None), |(last, tag)| (last, Some(tag)));
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let part = |part: &str| {
        let ends = part.starts_with(alphanumeric) && part.ends_with(alphanumeric);
        ends && part.chars().all(|c| word(c) && !c.is_ascii_uppercase())
    };
    let host = |host: &str| {
        let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
        !name.is_empty() && name.chars().all(word) && port.is_none_or(|port| port.parse::<u16>().is_ok())
    };
    let mut parts = path.split('/').filter(|_| !path.is_empty());
    let first = parts
        .next()
        .is_none_or(|first| if first.contains(['.', ':']) || first == "localhost" { host(first) } else { part(first) });
    let tag = tag
        .is_none_or(|tag| !tag.is_empty() && tag.len() <= 128 && tag.chars().all(word) && !tag.starts_with(['.', '-']));
    let digest = digest.is_none_or(|digest| {
        let hex = digest.strip_prefix("sha256:").is_some_and(|hex| hex.len() == 64);
        hex && digest[7..].bytes().all(|byte| byte.is_ascii_hexdigit()) || digest.starts_with("sha512:")
    });
    first && parts.all(part) && part(last) && tag && digest
}

fn alphanumeric(c: char) -> bool {
    c.is_ascii_alphanumeric()
}
