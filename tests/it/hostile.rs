//! Hostile words in every field of a profile, and profiles with bytes out of place. Either they are refused, or
//! every artifact is built as it is with harmless words. Never a panic.

use std::fmt::Write as _;

use a8ctl::diagnostic;
use a8ctl::profile::{self, BUILTINS, Loaded, Request};
use a8ctl::target::{Artifact, TARGETS, Target};
use a8ctl::yaml::{Node, Value};

use crate::shape::{documents, shape, values};
use crate::support::{a8ctl, header, text};
use crate::words::{ETCD, EVERYTHING, NGINX, REPLICATED, SENTINELS, WORDS};

fn load(text: &str) -> Loaded {
    let request = Request { profile: "./x.yaml", overlays: &[], sets: &[] };
    profile::load(&request, &|_| Ok(text.as_bytes().to_vec()))
}

fn render(target: &Target, loaded: &Loaded) -> Option<Vec<Artifact>> {
    let topology = &loaded.profile.as_ref()?.topology;
    let artifacts = (target.render)(topology, &header("a8ctl generate".to_owned(), topology, target)).ok()?;
    Some(artifacts.files)
}

/// The tree as JSON, in which every word is quoted; `word` stands for the scalar or key with this number.
fn write(node: &Node, next: &mut usize, at: usize, word: &str, out: &mut String) {
    let mut here = |text: &str, quote: bool, out: &mut String| {
        let text = if *next == at { word } else { text };
        if quote || *next == at {
            quoted(text, out)
        } else {
            out.push_str(text)
        }
        *next += 1;
    };
    match &node.value {
        Value::Scalar(text, _) => here(text, node.kind() == "a string", out),
        Value::Seq(items) => {
            out.push('[');
            for item in items {
                write(item, next, at, word, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Map(entries) => {
            out.push('{');
            for entry in entries {
                let number = *next;
                *next += 1;
                quoted(if number == at { word } else { &entry.key }, out);
                out.push(':');
                write(&entry.node, next, at, word, out);
                out.push(',');
            }
            out.push('}');
        }
    }
}

fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        let plain = matches!(c, ' '..='~') && c != '"' && c != '\\';
        if plain { out.push(c) } else { write!(out, "\\U{:08x}", u32::from(c)).unwrap() }
    }
    out.push('"');
}

/// A profile with all its defaults, and how many words it has.
fn full(text: &str) -> (Node, usize) {
    let loaded = load(text);
    assert!(loaded.problems.is_empty(), "{:?}", loaded.problems);
    let shown = loaded.profile.unwrap().show(false, &loaded.sources);
    let tree = documents(&shown).remove(0);
    let mut count = 0;
    write(&tree, &mut count, usize::MAX, "", &mut String::new());
    (tree, count)
}

fn with(tree: &Node, at: usize, word: &str) -> String {
    let mut out = String::new();
    write(tree, &mut 0, at, word, &mut out);
    out
}

#[test]
fn no_word_changes_what_is_built() {
    // Words of the environment and of command lines are free; names, paths and the like are not. nginx refuses it.
    judge(EVERYTHING, TARGETS.len() - 1, 180, 600);
}

#[test]
fn no_word_changes_what_sentinels_are_told() {
    judge(SENTINELS, TARGETS.len() - 1, 90, 100);
}

#[test]
fn no_word_changes_what_nginx_is_told() {
    judge(NGINX, TARGETS.len(), 70, 100);
}

#[test]
fn no_word_changes_what_members_are_told() {
    judge(ETCD, TARGETS.len() - 1, 90, 100);
}

#[test]
fn no_word_changes_what_synchronisers_are_told() {
    judge(REPLICATED, 1, 70, 70);
}

/// Every word of a profile replaced by every hostile one: refused, or the artifacts keep their shape. `targets` can
/// render it; it has at least `words` words, and at least `least` replacements are taken.
fn judge(text: &str, targets: usize, words: usize, least: usize) {
    let (tree, count) = full(text);
    assert!(count > words, "{count}");
    let shapes = |loaded: &Loaded| -> Vec<Option<Vec<String>>> {
        TARGETS.iter().map(|target| Some(render(target, loaded)?.iter().map(shape).collect())).collect()
    };
    let untouched = shapes(&load(&with(&tree, usize::MAX, "")));
    assert_eq!(untouched.iter().flatten().count(), targets);
    let mut taken = 0;
    for at in 0..count {
        let mut harmless = None;
        // A number or one of few words refuses them all: there, a part of them is asked for in turn.
        let free = ["word", "/word"].iter().any(|word| load(&with(&tree, at, word)).profile.is_some());
        for (_, word) in WORDS.iter().enumerate().filter(|(number, _)| free || (at + number) % 8 == 0) {
            let text = with(&tree, at, word);
            let loaded = load(&text);
            if loaded.profile.is_none() {
                let said = diagnostic::render(&loaded.problems, &loaded.sources, false);
                let shown = |c: char| c == '\n' || !c.is_control();
                assert!(said.starts_with("error[") && said.chars().all(shown), "{word:?}: {said:?}");
                continue;
            }
            taken += 1;
            let harmless = harmless.get_or_insert_with(|| {
                let loaded = load(&with(&tree, at, "word"));
                if loaded.profile.is_some() { shapes(&loaded) } else { untouched.clone() }
            });
            assert_eq!(shapes(&loaded), *harmless, "{word:?} at {at} in {text}");
        }
    }
    assert!(taken > least, "{taken}");
}

/// What a kubelet or Compose makes of a text: a doubled `$` is one, and nothing else may be replaced.
fn expanded(text: &str) -> String {
    let parts: Vec<&str> = text.split("$$").collect();
    assert!(parts.iter().all(|part| !part.contains('$')), "{text:?} would be expanded");
    parts.join("$")
}

#[test]
fn words_arrive_as_they_were_written() {
    let (tree, count) = full(EVERYTHING);
    let place = |wanted: &str| {
        (0..count).find(|&at| with(&tree, at, "\u{1}").contains(wanted)).unwrap_or_else(|| panic!("no {wanted}"))
    };
    let environment = place("\"WEB_WORD\":\"\\U00000001\"");
    let command = place("\"--listen\",\"\\U00000001\"");
    let probe = place("\"/bin/ask\",\"\\U00000001\"");
    let last = |node: &Node| match &node.value {
        Value::Seq(items) => items.last().cloned().unwrap(),
        _ => node.clone(),
    };
    let mut seen = 0;
    for word in WORDS {
        // Names of the target's own keys, and whether it replaces `$` there.
        for (at, keys) in [
            (environment, [("WEB_WORD", true), ("WEB_WORD", true)]),
            (command, [("command", true), ("entrypoint", true)]),
            (probe, [("exec", false), ("test", true)]),
        ] {
            let loaded = load(&with(&tree, at, word));
            for (target, (key, doubled)) in TARGETS.iter().zip(keys) {
                let Some(artifacts) = render(target, &loaded) else { continue };
                let yaml =
                    artifacts.iter().filter(|file| file.path == "compose.yaml" || file.path == "deployment-web.yaml");
                for document in yaml.flat_map(|file| documents(&file.text)) {
                    let mut found = Vec::new();
                    values(&document, key, &mut found);
                    let found = found.into_iter().map(|node| last(node.get("command").unwrap_or(node)));
                    let texts = found.filter_map(|node| match node.value {
                        Value::Scalar(text, _) => Some(if doubled { expanded(&text) } else { text.to_string() }),
                        _ => None,
                    });
                    assert!(texts.clone().any(|text| text == *word), "{} {key} {word:?}", target.name);
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 400, "{seen}");
}

/// What systemd and a shell make of a value in double quotes.
fn unquoted(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap().chars();
    while let Some(c) = rest.next() {
        out.extend(if c == '\\' { rest.next() } else { Some(c) });
    }
    out
}

#[test]
fn words_arrive_in_environment_files_as_they_were_written() {
    let (tree, count) = full(EVERYTHING);
    let at = (0..count).find(|&at| with(&tree, at, "\u{1}").contains("\"WEB_WORD\":\"\\U00000001\"")).unwrap();
    let mut seen = 0;
    for word in WORDS {
        let loaded = load(&with(&tree, at, word));
        for artifacts in TARGETS.iter().filter_map(|target| render(target, &loaded)) {
            for file in artifacts.iter().filter(|file| file.path.ends_with(".env")) {
                let values: Vec<String> =
                    file.text.lines().filter_map(|line| line.strip_prefix("WEB_WORD=")).map(unquoted).collect();
                assert_eq!(values, [*word], "{}", file.text);
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "{seen}");
}

/// Random numbers that are the same in every run.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or(0) % bound.max(1)
    }
}

/// A text with some bytes changed, put in, left out or repeated elsewhere.
pub(crate) fn shaken(original: &[u8], random: &mut Random) -> Vec<u8> {
    let bytes = b" \t\n\r:-#'\"[]{},&*!|>%@`?~\\$0aZ\0\x1b\xc3\xff";
    let mut text = original.to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(text.len());
        match random.below(4) {
            0 => text[at] = bytes[random.below(bytes.len())],
            1 => text.insert(at, bytes[random.below(bytes.len())]),
            2 => drop(text.drain(at..(at + 1 + random.below(30)).min(text.len()))),
            _ => {
                let end = (at + 1 + random.below(60)).min(text.len());
                let piece = text[at..end].to_vec();
                let to = random.below(text.len());
                text.splice(to..to, piece);
            }
        }
    }
    text
}

#[test]
fn profiles_with_bytes_out_of_place_never_panic() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut read = 0;
    for round in 0..4_000 {
        let original = if round % 4 == 0 { EVERYTHING } else { BUILTINS[random.below(BUILTINS.len())].text };
        let text = shaken(original.as_bytes(), &mut random);
        let request = Request { profile: "./x.yaml", overlays: &[], sets: &[] };
        let loaded = profile::load(&request, &|_| Ok(text.clone()));
        let said = diagnostic::render(&loaded.problems, &loaded.sources, false);
        assert_eq!(loaded.profile.is_none(), said.contains("error["), "{said}");
        for target in TARGETS {
            read += usize::from(render(target, &loaded).is_some());
        }
    }
    assert!(read > 500, "{read}");
}

/// A file may be called anything, and its name stands at the top of every artifact.
#[test]
fn names_of_files_stay_in_their_comment() {
    let here = crate::output::scratch("hostile");
    for (number, word) in WORDS.iter().filter(|word| !word.contains(['/', '\0']) && word.len() < 200).enumerate() {
        let name = format!("{word}.{number}.yaml");
        std::fs::write(here.join(&name), "extends: dev\n").unwrap();
        let path = format!("./{name}");
        let set = format!("services.controller.env.A8_X={}", word.trim_start_matches(['[', '{', '"', '\'']));
        let mut command = a8ctl(&["generate", "k8s", &path, "-q", "--set", &set]);
        let mut output = command.current_dir(&here).output().unwrap();
        if !output.status.success() {
            output = a8ctl(&["generate", "k8s", &path, "-q"]).current_dir(&here).output().unwrap();
        }
        assert!(output.status.success(), "{word:?}: {}", text(&output.stderr));
        let out = text(&output.stdout);
        let top: Vec<&str> = out.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']).take(3).collect();
        assert!(top[0].starts_with("# ") && top[1].starts_with("# a8ctl") && top[2] == "---", "{word:?}: {top:?}");
    }
}

/// Flags that take a word take few.
#[test]
fn words_of_flags_are_refused() {
    let mut refused = 0;
    for word in WORDS.iter().filter(|word| !word.contains('\0') && word.len() < 200) {
        for flag in ["--kube-version", "--haproxy-version"] {
            let output =
                a8ctl(&["generate", "compose", "multi-node", "-q", &format!("{flag}={word}")]).output().unwrap();
            assert_eq!(output.status.code(), Some(2), "{flag} {word:?}");
            assert!(output.stdout.is_empty(), "{flag} {word:?}");
            let shown = |c: char| c == '\n' || !c.is_control();
            assert!(text(&output.stderr).chars().all(shown), "{flag} {word:?}: {:?}", text(&output.stderr));
            refused += 1;
        }
    }
    assert!(refused > 150, "{refused}");
}
