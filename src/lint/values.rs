//! What programs take, as they said themselves (`scripts/program-words`).

use std::collections::HashMap;
use std::sync::OnceLock;

const TEXT: &str = include_str!("../../schemas/values.txt");

/// One of nginx' directives where it has a block, or where it has none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NginxForm {
    /// Letters of the contexts where it may stand.
    pub(crate) contexts: &'static str,
    /// Digits of the numbers of arguments that it takes; 7 is 7 and more.
    pub(crate) counts: &'static str,
    /// Whether a block follows.
    pub(crate) block: bool,
    /// `flag`, `number`, `size`, `time`, or nothing where that is not known.
    pub(crate) kind: &'static str,
    /// Whether it may stand once in a block.
    pub(crate) once: bool,
}

/// One of Redis' settings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RedisForm {
    /// Digits of the numbers of arguments that it takes, up to 4.
    pub(crate) counts: &'static str,
    /// `switch`, `memory`, `integer:FIRST..LAST`, `one-of:A|B`, or nothing.
    pub(crate) kind: &'static str,
}

#[derive(Debug, Default)]
struct Forms {
    nginx: HashMap<&'static str, Vec<NginxForm>>,
    redis: HashMap<&'static str, RedisForm>,
    /// The words of haproxy's expressions and rules.
    lists: HashMap<&'static str, Vec<&'static str>>,
}

fn forms() -> &'static Forms {
    static FORMS: OnceLock<Forms> = OnceLock::new();
    FORMS.get_or_init(|| {
        let mut forms = Forms::default();
        for line in TEXT.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split(' ');
            match words.next() {
                Some("nginx") => {
                    let name = words.next().unwrap_or_default();
                    let (contexts, counts) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
                    let rest: Vec<&str> = words.collect();
                    let kind = rest.iter().find(|word| !matches!(**word, "block" | "once")).copied();
                    forms.nginx.entry(name).or_default().push(NginxForm {
                        contexts,
                        counts,
                        block: rest.contains(&"block"),
                        kind: kind.unwrap_or_default(),
                        once: rest.contains(&"once"),
                    });
                }
                Some("redis") => {
                    let name = words.next().unwrap_or_default();
                    let counts = words.next().unwrap_or_default();
                    forms.redis.insert(name, RedisForm { counts, kind: words.next().unwrap_or_default() });
                }
                Some(list) => {
                    forms.lists.insert(list, words.collect());
                }
                None => {}
            }
        }
        forms
    })
}

/// The forms of one of nginx' own directives; none of others'.
pub(crate) fn nginx(name: &str) -> &'static [NginxForm] {
    forms().nginx.get(name).map_or(&[], Vec::as_slice)
}

/// The form of one of Redis' settings.
pub(crate) fn redis(name: &str) -> Option<RedisForm> {
    forms().redis.get(name).copied()
}

/// Words of haproxy: `haproxy-fetch`, `haproxy-converter`, `haproxy-action`.
pub(crate) fn list(name: &str) -> &'static [&'static str] {
    forms().lists.get(name).map_or(&[], Vec::as_slice)
}
