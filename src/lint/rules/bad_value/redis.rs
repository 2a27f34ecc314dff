//! Values of Redis.

use super::{filled, say};
use crate::lint::api::Report;
use crate::lint::{keywords, values};
use crate::manifest::Line;

/// Of one setting.
pub(super) fn setting(line: &Line, report: &mut Report<'_>) {
    let (key, Some(value)) = (line.words[0].text.to_ascii_lowercase(), line.words.get(1)) else { return };
    let text = value.text.to_ascii_lowercase();
    if let Some(form) = values::redis(&key).filter(|_| line.words.len() == 2 && !filled(&text)) {
        let range = form.kind.strip_prefix("integer:").and_then(|range| range.split_once(".."));
        let range = range.and_then(|(first, last)| Some((first.parse::<i64>().ok()?, last.parse::<i64>().ok()?)));
        let problem = match (form.kind, form.kind.strip_prefix("one-of:")) {
            (_, Some(words)) if !words.split('|').any(|word| word == text) => {
                format!("one of `{}`", words.replace('|', "`, `"))
            }
            ("memory", _) if !memory(&text) => "an amount of memory: a number and `kb`, `mb` or `gb`".to_owned(),
            (kind, _) if kind.starts_with("integer") => match text.parse::<i64>() {
                Ok(number) => match range {
                    Some((first, last)) if number < first || number > last => {
                        format!("a number from {first} to {last}")
                    }
                    _ => String::new(),
                },
                Err(_) => "a whole number".to_owned(),
            },
            _ => String::new(),
        };
        if !problem.is_empty() {
            return say(value.span, &value.text, &problem, report);
        }
    }
    let switch = || text == "yes" || text == "no" || filled(&text) || key.starts_with("tls-auth");
    let form = match key.as_str() {
        "port" if text.parse::<u16>().is_err() && !filled(&text) => "a port from 0 to 65535",
        "appendfsync" if !["always", "everysec", "no"].contains(&text.as_str()) && !filled(&text) => {
            "one of `always`, `everysec` and `no`"
        }
        key if keywords::list("redis-switch").contains(&key) && !switch() => "`yes` or `no`",
        _ => return,
    };
    say(value.span, &value.text, form, report);
}

/// Amounts as Redis takes them; some are a share: `100%`.
fn memory(text: &str) -> bool {
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    at > 0 && matches!(&text[at..], "" | "b" | "k" | "kb" | "m" | "mb" | "g" | "gb" | "%")
}
