//! What the profile's author demands of the whole.

use crate::diagnostic::{Diagnostic, Span, did_you_mean, quoted};
use crate::grammar;
use crate::reader::Reader;
use crate::topology::{AGAINST, Accepts, Guarantee};
use crate::yaml::{Node, Value};

/// `node: survives`, `datastore-primary: { within: 5s }`.
pub(super) fn read(reader: &mut Reader, node: &mut Node) -> Option<Vec<Guarantee>> {
    let read = reader.entries(
        node,
        "`guarantees`",
        |text| Ok(text.to_owned()),
        |reader, name, node| {
            let Some((against, kinds)) = AGAINST.iter().find(|(word, _)| *word == name.value) else {
                unknown(reader, &name.value, name.span);
                return None;
            };
            let nothing =
                Guarantee { against, kinds, accepts: Accepts::Interrupted, within: None, loses: None, span: name.span };
            promise(reader, node, nothing)
        },
    )?;
    Some(read.into_iter().map(|(_, guarantee)| guarantee).collect())
}

fn promise(reader: &mut Reader, node: &mut Node, nothing: Guarantee) -> Option<Guarantee> {
    if !matches!(node.value, Value::Map(_)) {
        let accepts = reader.choice(node, Accepts::ALL)?;
        return Some(Guarantee { accepts, ..nothing });
    }
    let span = node.span;
    let empty = node.keys().next().is_none();
    let mut fields = reader.fields(node, "a guarantee")?;
    let named = fields.has("outcome");
    let accepts = fields.optional("outcome", |r, n| r.choice(n, Accepts::ALL));
    let within = fields.optional("within", |r, n| r.word(n, "a duration", grammar::duration));
    let loses = fields.optional("loses", |r, n| r.word(n, "a duration", grammar::duration));
    if empty {
        fields.reader().error(
            Diagnostic::error("empty-guarantee", "a guarantee that says nothing")
                .at(span)
                .help("write what is demanded: `survives`, or `{ within: 5s }`"),
        );
    }
    if let (Some(Accepts::Survives | Accepts::Degraded | Accepts::Down), Some(within)) = (accepts, &within) {
        let message = "`within` bounds an interruption, and this guarantee accepts none or one without an end";
        fields.reader().error(
            Diagnostic::error("contradicting-guarantee", message)
                .at(within.span)
                .help("leave `outcome` out, or write `outcome: interrupted`"),
        );
    }
    fields.finish();
    if named && accepts.is_none() {
        return None;
    }
    let accepts = accepts.unwrap_or(Accepts::Interrupted);
    Some(Guarantee { accepts, within: within.map(|it| it.value), loses: loses.map(|it| it.value), ..nothing })
}

fn unknown(reader: &mut Reader, word: &str, span: Span) {
    let words = AGAINST.iter().map(|(word, _)| *word);
    let all: Vec<&str> = words.clone().take_while(|word| *word != "replica-crash").collect();
    let all = all.join("`, `");
    let help = did_you_mean(word, words)
        .map_or_else(|| format!("known here: `{all}`"), |near| format!("did you mean `{near}`? Known here: `{all}`"));
    reader.error(
        Diagnostic::error("unknown-key", format!("nothing can be guaranteed against {}", quoted(word)))
            .at(span)
            .help(help),
    );
}
