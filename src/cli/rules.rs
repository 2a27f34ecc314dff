//! `a8ctl rules` and `a8ctl explain RULE`.

use a8ctl::diagnostic::did_you_mean;
use a8ctl::lint::{RULES, Rule, rule};
use a8ctl::report::{markdown, word};
use anyhow::bail;

use super::{FINE, terminal};

#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// All of them with their reasons and examples, as a document
    #[arg(long)]
    markdown: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Explain {
    /// A rule's id, as findings have it
    #[arg(value_name = "RULE")]
    rule: String,
}

/// Every rule with its severity, a line each.
pub(super) fn list(args: &List) -> anyhow::Result<u8> {
    if args.markdown {
        terminal::data(&markdown())?;
        return Ok(FINE);
    }
    let width = RULES.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let line = |rule: &&Rule| {
        let severity = if rule.on { word(rule.severity) } else { "off" };
        format!("{:width$}  {severity:7}  {}\n", rule.id, rule.about)
    };
    terminal::data(&RULES.iter().map(line).collect::<String>())?;
    Ok(FINE)
}

pub(super) fn explain(args: &Explain) -> anyhow::Result<u8> {
    let Some(rule) = rule(&args.rule) else {
        let near = did_you_mean(&args.rule, RULES.iter().map(|rule| rule.id));
        let mend = near.map_or("`a8ctl rules` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
        bail!("there is no rule `{}`: {mend}", args.rule);
    };
    let example = |title: &str, text: &str| {
        let lines: String = text.lines().map(|line| format!("    {line}\n")).collect();
        format!("\n{title}:\n\n{}", lines.replace("    \n", "\n"))
    };
    let mut out = format!("{} ({}): {}\n\n{}\n", rule.id, word(rule.severity), rule.about, rule.docs);
    out.extend(rule.bad.first().map(|text| example("Found in", text)));
    out.extend(rule.good.first().map(|text| example("Not in", text)));
    terminal::data(&out)?;
    Ok(FINE)
}
