//! The one engine for true text formats: a name that is not defined is an error, and a value is a number or
//! a bare word; everything else does not render.

use std::sync::OnceLock;

use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value, syntax::SyntaxConfig,
};

/// One of the templates, parsed when it is first asked for, and once: one output renders it for several components.
struct Template {
    name: &'static str,
    text: &'static str,
    environment: OnceLock<Result<Environment<'static>, Error>>,
}

macro_rules! template {
    ($name:literal) => {
        Template {
            name: $name,
            text: include_str!(concat!("../templates/", $name, ".j2")),
            environment: OnceLock::new(),
        }
    };
}

/// Every template.
static TEMPLATES: [Template; 30] = [
    template!("add-member.sh"),
    template!("caught-up.sh"),
    template!("check-balancer.sh"),
    template!("failover.sh"),
    template!("hand-over.sh"),
    template!("haproxy.cfg"),
    template!("haproxy.service.conf"),
    template!("hosts.md"),
    template!("keepalived.conf"),
    template!("keepalived.service.conf"),
    template!("make-secrets.sh"),
    template!("membership.sh"),
    template!("native.md"),
    template!("nginx.conf"),
    template!("nginx.service.conf"),
    template!("pod-procedure.sh"),
    template!("procedure.sh"),
    template!("promote.sh"),
    template!("redis.conf"),
    template!("reload.sh"),
    template!("replace-member.sh"),
    template!("request.sh"),
    template!("roll.sh"),
    template!("save.sh"),
    template!("sentinel.conf"),
    template!("start-redis.sh"),
    template!("start-replica.sh"),
    template!("start-sentinel.sh"),
    template!("state.sh"),
    template!("synchronise.sh"),
];

/// A template's data from names and values.
pub(crate) fn context<const N: usize>(values: [(&'static str, Value); N]) -> Value {
    Value::from(std::collections::BTreeMap::from(values))
}

/// Renders one of the templates.
///
/// # Panics
/// When a template and its context disagree. Each pair is rendered by a test.
pub(crate) fn render(name: &str, context: &Value) -> String {
    try_render(name, context).unwrap_or_else(|error| unreachable!("template {name}: {error:#}"))
}

fn try_render(name: &str, context: &Value) -> Result<String, Error> {
    let template = TEMPLATES.iter().find(|template| template.name == name);
    let template = template.ok_or_else(|| Error::new(ErrorKind::TemplateNotFound, name.to_owned()))?;
    match template.environment.get_or_init(|| parse(template)) {
        Ok(environment) => environment.get_template(name)?.render(context),
        Err(error) => Err(Error::new(error.kind(), error.to_string())),
    }
}

fn parse(template: &Template) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()?;
    environment.set_syntax(syntax);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Custom("bare".into()));
    environment.set_formatter(bare_word);
    environment.add_template(template.name, template.text)?;
    Ok(environment)
}

/// Writes numbers, text that code itself vouches for, and strings that no reader of the text formats could take for more than one word.
fn bare_word(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let refused = || Err(Error::new(ErrorKind::BadEscape, format!("not a bare word: {value:?}")));
    if value.is_number() || value.is_safe() {
        write!(out, "{value}").map_err(Error::from)
    } else if let Some(text) = value.as_str() {
        if is_bare(text) { out.write_str(text).map_err(Error::from) } else { refused() }
    } else {
        refused()
    }
}

fn is_bare(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:/@-[]?=&~+,*".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_words_do_not_render() {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| AutoEscape::Custom("bare".into()));
        environment.set_formatter(bare_word);
        for hostile in ["a b", "a\nb", "a#b", "a\"b", "a'b", "a$b", "a;b", "a{b}", "a\\b", ""] {
            let context = context([("x", hostile.into())]);
            assert!(environment.render_str("{{ x }}", context).is_err(), "{hostile:?}");
        }
        assert_eq!(
            environment.render_str("{{ x }}", context([("x", "/v1/rules?a=b".into())])).unwrap(),
            "/v1/rules?a=b"
        );
    }

    #[test]
    fn every_template_file_is_known() {
        let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/templates")).unwrap();
        assert_eq!(files.count(), TEMPLATES.len());
    }
}
