//! The rules as a document.

use super::word;
use crate::lint::{RULES, Rule};

/// All rules in Markdown: what they are about, why, and an example of each.
pub fn markdown() -> String {
    let mut out = String::from(
        "# What `a8ctl validate` looks for\n\nGenerated from the rules themselves. `a8ctl explain RULE` prints one.\n\n\
         | rule | severity | about |\n| --- | --- | --- |\n",
    );
    for rule in RULES {
        out.push_str(&format!("| [{0}](#{0}) | {1} | {2} |\n", rule.id, severity(rule), rule.about));
    }
    for rule in RULES {
        let fence = |text: &str| format!("```yaml\n{}\n```\n", text.trim_end());
        out.push_str(&format!("\n## {}\n\n{}: {}.\n\n{}\n", rule.id, severity(rule), rule.about, rule.docs));
        for (title, texts) in [("Found in", rule.bad), ("Not in", rule.good)] {
            if let Some(text) = texts.first() {
                out.push_str(&format!("\n{title}:\n\n{}", fence(text)));
            }
        }
    }
    out
}

fn severity(rule: &Rule) -> &'static str {
    if rule.on { word(rule.severity) } else { "off" }
}
