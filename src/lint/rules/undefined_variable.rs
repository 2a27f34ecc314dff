//! A variable that a container does not have.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::{did_you_mean, quoted};
use crate::manifest::{Container, View, Workload};
use std::collections::HashSet;

pub(super) const RULE: Rule = Rule {
    id: "undefined-variable",
    severity: Severity::Warning,
    about: "a variable that a container does not have",
    docs: "`$(NAME)` stands for a variable of the same container that is listed before it. One that is not there is \
        left as it is, and the program gets the sign and the brackets. `$$(NAME)` says that this is meant.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, args: ["--region=$(REGION)"] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: URL, value: "http://$(HOST)/" }, { name: HOST, value: a }] }] }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, env: [{ name: HOST, value: a }, { name: URL, value: "http://$(HOST)/" }], args: ["--url=$(URL)", "$$(NAME)", "$(date)", "$(REDIS_SERVICE_HOST)"] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, envFrom: [{ configMapRef: { name: c } }], args: ["$(FROM_THERE)"] }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, command: [sh, -c, "exec web --as $(WHOAMI)"] }] }
"#,
    ],
    check: Check::Container(check),
};

fn check(container: &Container<'_>, _: &Workload<'_>, report: &mut Report<'_>) {
    // Nobody knows what others put there.
    if container.view.key("envFrom").items().len() > 0 {
        return;
    }
    let mut known = HashSet::new();
    for variable in container.view.key("env").items() {
        judge(variable.key("value"), &known, report);
        known.extend(variable.key("name").word());
    }
    let words: Vec<View<'_>> = ["command", "args"].iter().flat_map(|list| container.view.key(list).items()).collect();
    // To a shell it is a command.
    let shell = words.iter().take(2).filter_map(|it| it.word()).any(|word| word.ends_with("sh"));
    if !shell {
        words.into_iter().for_each(|word| judge(word, &known, report));
    }
}

fn judge(value: View<'_>, known: &HashSet<&str>, report: &mut Report<'_>) {
    let mut rest = value.word().unwrap_or_default();
    while let Some(at) = rest.find("$(") {
        let (before, after) = rest.split_at(at);
        rest = &after[2..];
        let Some((name, _)) = rest.split_once(')').filter(|_| !before.ends_with('$')) else { continue };
        let plain = !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        // Those of Services come by themselves.
        let of_service = name.contains("_SERVICE_") || name.contains("_PORT");
        if plain && !of_service && !known.contains(name) {
            let near = did_you_mean(name, known.iter().copied());
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "add it to `env`, before where it is used".to_owned(),
            };
            return report.find(value.span(), format!("no variable {} is known here", quoted(name)), help);
        }
    }
}
