//! `.a8ctl.yaml`: what a repository has settled about its manifests.

use super::rules::{RULES, UNUSED_IGNORE};
use super::{Finding, Settings, kube_versions};
use crate::diagnostic::{Diagnostic, Severity, SourceId, Sources, Span, did_you_mean, quoted};
use crate::manifest::View;
use crate::yaml::{self, Form, Limits};

/// What the file is called.
pub const FILE: &str = ".a8ctl.yaml";

const KEYS: &[&str] = &["kube-version", "nodes", "zones", "allow-kinds", "external", "rules", "ignore"];
const IGNORE_KEYS: &[&str] = &["path", "rule", "reason"];
const FORM: Form = Form { limits: Limits { nodes: 100_000, depth: 20 }, several: false, merges: false, of: "config" };

/// A rule that is not to speak about some files.
#[derive(Debug, Clone)]
pub struct PathIgnore {
    /// A pattern of paths.
    pub path: String,
    /// The rule's id, or `*` for all.
    pub rule: String,
    /// Where it stands.
    pub span: Span,
}

/// Lays a file's settings into others.
pub fn read(text: &str, source: SourceId, settings: &mut Settings, problems: &mut Vec<Diagnostic>) {
    let Some(root) = yaml::documents(text, source, FORM, problems).and_then(|all| all.into_iter().next()) else {
        return;
    };
    let root = View::of(&root);
    unknown_keys(root, KEYS, problems);
    if let Some(version) = root.key("kube-version").word() {
        match minor(version) {
            Ok(minor) => settings.kube_minor = minor,
            Err(why) => problems.push(wrong(root.key("kube-version"), &why, "write `\"1.33\"`")),
        }
    }
    for (key, field) in [("nodes", &mut settings.facts.nodes), ("zones", &mut settings.facts.zones)] {
        let value = root.key(key);
        match value.integer().and_then(|number| u32::try_from(number).ok()) {
            None if value.exists() => {
                problems.push(wrong(value, &format!("`{key}` is a number"), "write how many there are"))
            }
            None => {}
            some => *field = some,
        }
    }
    for (key, list) in [("allow-kinds", &mut settings.allowed), ("external", &mut settings.external)] {
        list.extend(root.key(key).items().filter_map(|it| it.word()).map(str::to_owned));
    }
    for entry in root.key("rules").entries() {
        let value = View::of(&entry.node);
        if !known(&entry.key) {
            problems.push(unknown_rule(&entry.key, entry.key_span));
        }
        // A plain `off` is a boolean to YAML.
        let off = value.boolean() == Some(false);
        match value.word().filter(|_| !off).map(level) {
            None => drop(settings.levels.insert(entry.key.to_string(), None)),
            Some(Some(level)) => drop(settings.levels.insert(entry.key.to_string(), level)),
            Some(None) => problems.push(wrong(value, "no severity", "write `error`, `warning`, `info` or `off`")),
        }
    }
    for item in root.key("ignore").items() {
        unknown_keys(item, IGNORE_KEYS, problems);
        let (path, rule) = (item.key("path"), item.key("rule"));
        for (key, value) in [("path", path), ("rule", rule), ("reason", item.key("reason"))] {
            if value.word().is_none_or(|word| word.trim().is_empty()) {
                problems.push(wrong(item, &format!("an ignore without `{key}`"), &format!("add `{key}`")));
            }
        }
        let (Some(path), Some(word)) = (path.word(), rule.word()) else { continue };
        if word != "*" && !known(word) {
            problems.push(unknown_rule(word, rule.span()));
        }
        settings.ignores.push(PathIgnore { path: path.to_owned(), rule: word.to_owned(), span: rule.span() });
    }
}

/// `1.33`, or `v1.33.4`, as the number behind the first point.
pub fn minor(version: &str) -> Result<u8, String> {
    let (first, last) = kube_versions();
    let parts: Vec<&str> = version.strip_prefix('v').unwrap_or(version).split('.').collect();
    match parts.as_slice() {
        ["1", minor, ..] => match minor.parse() {
            Ok(minor) if (first..=last).contains(&minor) => Ok(minor),
            _ => Err(format!("the fields of Kubernetes 1.{first} to 1.{last} are known, not those of {version}")),
        },
        _ => Err(format!("{} is no version of Kubernetes", quoted(version))),
    }
}

/// A severity's word; `off` is none.
#[allow(clippy::option_option, reason = "no word, and the word for nothing")]
pub fn level(word: &str) -> Option<Option<Severity>> {
    match word {
        "error" => Some(Some(Severity::Error)),
        "warning" => Some(Some(Severity::Warning)),
        "info" => Some(Some(Severity::Info)),
        "off" => Some(None),
        _ => None,
    }
}

fn known(rule: &str) -> bool {
    RULES.iter().any(|it| it.id == rule)
}

fn unknown_rule(rule: &str, span: Span) -> Diagnostic {
    let near = did_you_mean(rule, RULES.iter().map(|rule| rule.id));
    let help = near.map_or("`a8ctl rules` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
    Diagnostic::error("unknown-rule", format!("there is no rule {}", quoted(rule))).at(span).help(help)
}

fn unknown_keys(view: View<'_>, keys: &[&str], problems: &mut Vec<Diagnostic>) {
    for entry in view.entries().iter().filter(|entry| !keys.contains(&entry.key.as_str())) {
        let help = match did_you_mean(&entry.key, keys.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("one of `{}`", keys.join("`, `")),
        };
        let what = format!("there is no key {} here", quoted(&entry.key));
        problems.push(Diagnostic::error("unknown-key", what).at(entry.key_span).help(help));
    }
}

fn wrong(view: View<'_>, what: &str, help: &str) -> Diagnostic {
    Diagnostic::error("bad-value", what).at(view.span()).help(help)
}

/// Removes what paths let stand, and says which of them did nothing.
pub(super) fn apply(settings: &Settings, sources: &Sources, findings: &mut Vec<Finding>) {
    let mut used = vec![false; settings.ignores.len()];
    findings.retain(|finding| {
        let source = finding.problem.span.and_then(|span| sources.get(span.source));
        let Some(source) = source else { return true };
        let name = source.name.trim_start_matches("./");
        let is = |it: &PathIgnore| (it.rule == "*" || it.rule == finding.rule.id) && glob(&it.path, name);
        let mut stands = false;
        for (used, ignore) in used.iter_mut().zip(&settings.ignores) {
            let matches = is(ignore);
            (*used, stands) = (*used || matches, stands || matches);
        }
        !stands
    });
    for (ignore, _) in settings.ignores.iter().zip(used).filter(|(_, used)| !used) {
        let what = format!("{} finds nothing in {} to ignore", quoted(&ignore.rule), quoted(&ignore.path));
        let problem = Diagnostic::warning(UNUSED_IGNORE.id, what).at(ignore.span).help("remove the ignore");
        findings.push(Finding { rule: UNUSED_IGNORE, problem, object: None });
    }
}

/// Whether a path fits a pattern: `*` and `?` stand for signs but `/`, `**` for any. A pattern without `/` is a file's
/// name, and one that ends with `/` a whole directory.
fn glob(pattern: &str, path: &str) -> bool {
    let path = if pattern.contains('/') { path } else { path.rsplit('/').next().unwrap_or(path) };
    let whole = pattern.strip_suffix('/').map(|directory| format!("{directory}/**"));
    fits(whole.as_deref().unwrap_or(pattern).as_bytes(), path.as_bytes())
}

fn fits(pattern: &[u8], text: &[u8]) -> bool {
    // Where the last star stands, what it has taken so far, and whether it takes `/`.
    let (mut p, mut t, mut star) = (0, 0, None::<(usize, usize, bool)>);
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                let deep = pattern.get(p + 1) == Some(&b'*');
                p += if deep { 2 } else { 1 };
                // `**/` may stand for nothing.
                if deep && pattern.get(p) == Some(&b'/') && fits(&pattern[p + 1..], &text[t..]) {
                    return true;
                }
                star = Some((p, t, deep));
            }
            Some(b'?') if text[t] != b'/' => (p, t) = (p + 1, t + 1),
            Some(sign) if *sign == text[t] => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((after, taken, deep)) if deep || text[taken] != b'/' => {
                    star = Some((after, taken + 1, deep));
                    (p, t) = (after, taken + 1);
                }
                _ => return false,
            },
        }
    }
    pattern[p..].iter().all(|sign| *sign == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_gitignore() {
        for (pattern, path, is) in [
            ("*.yaml", "a/b.yaml", true),
            ("a/*.yaml", "a/b.yaml", true),
            ("a/*.yaml", "a/b/c.yaml", false),
            ("a/**", "a/b/c.yaml", true),
            ("a/", "a/b/c.yaml", true),
            ("**/c.yaml", "a/b/c.yaml", true),
            ("**/c.yaml", "c.yaml", true),
            ("a/**/c.yaml", "a/c.yaml", true),
            ("a/?.yaml", "a/b.yaml", true),
            ("b", "a/b.yaml", false),
            ("a*b*c*d*e*f*g*h", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false),
        ] {
            assert_eq!(glob(pattern, path), is, "{pattern} {path}");
        }
    }

    #[test]
    fn mistakes_are_told_at_their_place() {
        let text = "nodes: many\nrules: { single-replicas: error, no-spread: off, no-priority: info, no-grace: bad }\nignore: [{ path: a, rule: no-spread }]\nzone: 3\n";
        let (mut sources, mut problems, mut settings) = (Sources::default(), Vec::new(), Settings::default());
        let source = sources.add(FILE, text);
        read(text, source, &mut settings, &mut problems);
        let told: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
        assert_eq!(told, ["unknown-key", "bad-value", "unknown-rule", "bad-value", "bad-value"]);
        assert_eq!(settings.levels.get("no-spread"), Some(&None));
        assert_eq!(settings.levels.get("no-priority"), Some(&Some(Severity::Info)));
    }
}
