//! A service that reaches into its host.

use std::collections::HashSet;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "host-access",
    severity: Severity::Warning,
    about: "a service that reaches into its host",
    docs: "With the host's processes, or a capability such as `SYS_ADMIN`, whoever breaks into it has the host.",
    on: true,
    bad: &[
        r#"services:
  web:
    image: web:1
    pid: host
"#,
        r#"services:
  web:
    image: web:1
    cap_add: [SYS_ADMIN]
"#,
    ],
    good: &[
        r#"services:
  web:
    image: web:1
    cap_add: [NET_ADMIN, NET_BIND_SERVICE]
"#,
        r#"services:
  web:
    image: web:1
    pid: "service:db"
"#,
    ],
    check: Check::Compose(check),
};

const CAPABILITIES: &[&str] =
    &["ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO", "DAC_READ_SEARCH", "BPF", "SYS_BOOT", "MAC_ADMIN"];

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    for service in &project.services {
        for key in ["pid", "ipc", "uts", "userns_mode"] {
            let shared = service.view.key(key);
            if shared.word() == Some("host") {
                report.find(shared.span(), format!("`{}` shares `{key}` with its host", service.name), "remove it");
            }
        }
        for volume in service.view.key("volumes").items() {
            let source = volume.word().and_then(|text| text.split_once(':')).map(|(source, _)| source);
            if source.or(volume.key("source").word()) == Some("/") {
                let what = format!("`{}` has all files of its host", service.name);
                report.find(volume.span(), what, "mount what it needs");
            }
        }
        for item in service.view.key("security_opt").items() {
            if item.word().is_some_and(|word| word.ends_with("unconfined")) {
                let what = format!("`{}` may make every call of the kernel", service.name);
                report.find(item.span(), what, "remove it: the engine's own profile is kept then");
            }
        }
        for item in service.view.key("cap_add").items() {
            let name = item.word().unwrap_or_default().to_ascii_uppercase();
            if CAPABILITIES.contains(&name.trim_start_matches("CAP_")) {
                report.find(
                    item.span(),
                    format!("with {} `{}` is as good as root on its host", quoted(&name), service.name),
                    "remove it",
                );
            }
        }
    }
}
