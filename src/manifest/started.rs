//! Stores' settings that stand in the words that start them: of services of Compose, and of containers of pods.

use super::Document;
use super::compose::{Service, program_of, split};
use super::etcd::Etcd;
use super::pod::Container;
use super::words::{Redis, Word};
use crate::diagnostic::Span;

/// Programs that are Redis, or watch one.
const REDIS: &[&str] = &["redis-server", "redis-sentinel", "valkey-server", "valkey-sentinel"];
/// Images that start Redis when they are given flags alone.
const REDIS_IMAGES: &[&str] = &["redis", "valkey"];
const SHELLS: &[&str] = &["sh", "ash", "bash", "dash"];
/// Programs that start the one behind them, and those that do it as the user behind them.
const WRAPPERS: &[&str] = &["exec", "--", "tini", "dumb-init"];
const AS_USER: &[&str] = &["gosu", "su-exec"];

/// What a service's command and variables configure.
pub(super) fn of_service(service: &Service<'_>) -> Vec<Document> {
    let words = service.words();
    let mut documents = Vec::new();
    let named = |names: &[&str]| words.iter().position(|it| names.contains(&base(&it.text)));
    let flags = words.first().is_some_and(|it| it.text.starts_with("--"));
    let alone = REDIS_IMAGES.contains(&service.program()) && flags;
    if let Some(at) = named(REDIS).map(|at| at + 1).or_else(|| alone.then_some(0)) {
        documents.push(Document::Redis(redis(&words, at)));
    }
    if service.program() == "etcd" || named(&["etcd"]).is_some() {
        documents.push(Document::Etcd(Etcd::of_words(&service.pairs("environment"), &words)));
    }
    documents
}

/// What a container's command, arguments and variables configure. Of a shell's script its last command counts, if the
/// store is what it starts.
pub(super) fn of_container(container: Container<'_>) -> Option<Document> {
    let image = program_of(container.image());
    let words = words(container);
    let etcd = |from: usize| Some(Document::Etcd(Etcd::of_words(&variables(container), &words[from..])));
    match words.first() {
        None => (image == "etcd").then(|| etcd(0))?,
        Some(first) if first.text.starts_with("--") => match image {
            "etcd" => etcd(0),
            image => REDIS_IMAGES.contains(&image).then(|| Document::Redis(redis(&words, 0))),
        },
        _ => {
            let at = program(&words)?;
            match base(&words[at].text) {
                "etcd" => etcd(at + 1),
                name if REDIS.contains(&name) => {
                    let mut config = redis(&words, at + 1);
                    // A script of somebody's own may write more settings before it starts the program.
                    config.whole &= !words[..at].iter().any(|word| word.text.ends_with(".sh") && !is_entry(&word.text));
                    Some(Document::Redis(config))
                }
                _ => None,
            }
        }
    }
}

/// Redis' settings of the words from some place on, up to where a shell's next command begins.
fn redis(words: &[Word], at: usize) -> Redis {
    let ends = |word: &Word| matches!(word.text.as_str(), "&&" | "||" | "|" | ";" | "&");
    let rest = words[at..].split(ends).next().unwrap_or_default();
    let mut config = Redis::of_command(rest);
    config.sentinel |= at > 0 && words[at - 1].text.ends_with("-sentinel");
    config
}

/// Whether a script is that of the programs' own images, which starts them with what it is given.
fn is_entry(path: &str) -> bool {
    base(path) == "docker-entrypoint.sh"
}

/// The last part of a path.
fn base(text: &str) -> &str {
    text.rsplit('/').next().unwrap_or_default()
}

/// Where the program stands that words start, behind what only starts it.
fn program(words: &[Word]) -> Option<usize> {
    let mut at = 0;
    loop {
        let text = &words.get(at)?.text;
        let wraps = WRAPPERS.contains(&base(text));
        if AS_USER.contains(&base(text)) {
            at += 2;
        } else if wraps || text.ends_with(".sh") {
            at += 1;
            while wraps && words.get(at).is_some_and(|word| word.text.starts_with('-')) {
                at += 1;
            }
        } else {
            return Some(at);
        }
    }
}

/// All words that start a container, each with the place of the item that it stands in.
fn words(container: Container<'_>) -> Vec<Word> {
    let lists = ["command", "args"].map(|key| container.view.key(key));
    let items: Vec<_> = lists.iter().flat_map(|list| list.items()).filter(|item| item.word().is_some()).collect();
    let text = |at: usize| items.get(at).and_then(|item| item.word());
    let shell = text(0).is_some_and(|first| SHELLS.contains(&base(first)));
    let script = (1..items.len()).find(|at| text(*at).is_some_and(|flag| flag.starts_with('-') && flag.ends_with('c')));
    let mut words = Vec::new();
    let mut add = |parts: Vec<String>, span| words.extend(parts.into_iter().map(|text| Word { text, span }));
    match script.filter(|_| shell) {
        Some(flag) => {
            if let Some(item) = items.get(flag + 1) {
                add(last_command(item.word().unwrap_or_default()), item.span());
            }
        }
        None => {
            for item in items {
                let text = item.word().unwrap_or_default();
                let one = !text.contains(char::is_whitespace);
                add(if one { vec![text.to_owned()] } else { split(text) }, item.span());
            }
        }
    }
    words
}

/// The words of the last command of a shell's script. Where that is the end of a block, they start nothing.
fn last_command(script: &str) -> Vec<String> {
    let script = script.replace("\\\n", " ");
    let mut lines = script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut words = split(lines.next_back().unwrap_or_default());
    if let Some(at) = words.iter().rposition(|word| matches!(word.as_str(), "&&" | "||" | ";") || word.ends_with(';')) {
        words.drain(..=at);
    }
    // What goes elsewhere, or runs beside it, is none of its settings.
    let end = |word: &String| word.contains(['>', '<', '|']) || word == "&";
    words.truncate(words.iter().position(end).unwrap_or(words.len()));
    words
}

/// A container's variables with values that stand here.
fn variables(container: Container<'_>) -> Vec<(&str, &str, Span)> {
    let of = container.view.key("env").items();
    of.filter_map(|it| Some((it.key("name").word()?, it.key("value").word()?, it.key("value").span()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_script_the_last_command_counts() {
        for (script, words) in [
            ("exec redis-server --port 1", "exec redis-server --port 1"),
            ("set -e\ncp a b\nexec redis-server \\\n  --port 1\n", "exec redis-server --port 1"),
            ("sleep 1 && redis-server --save '' > /log 2>&1", "redis-server --save "),
            ("a; b", "b"),
            ("if x; then\n  redis-server\nfi\n", "fi"),
            ("# x", ""),
            ("", ""),
        ] {
            assert_eq!(last_command(script).join(" "), words, "{script}");
        }
    }
}
