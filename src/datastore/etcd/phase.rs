//! Where in its life a cluster is. It decides what a member without data does when it starts: a member that has data
//! reads nothing of it.

use crate::diagnostic::{Diagnostic, Located, Span};
use crate::reader::Fields;

/// Where in its life a cluster is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Members without data make a cluster together.
    Bootstrap,
    /// No member is without data: one that is does not start.
    Steady,
    /// The member of this number, the last one, joins the others.
    Add(u32),
    /// The member of this number has lost its data and joins the others anew.
    Replace(u32),
}

impl Phase {
    /// The number of the member that joins.
    pub(super) fn joins(self) -> Option<u32> {
        match self {
            Self::Bootstrap | Self::Steady => None,
            Self::Add(member) | Self::Replace(member) => Some(member),
        }
    }
}

/// How it is written.
const WORDS: &[(&str, Phase)] = &[
    ("bootstrap", Phase::Bootstrap),
    ("steady", Phase::Steady),
    ("add-member", Phase::Add(0)),
    ("replace-member", Phase::Replace(0)),
];

/// The smallest that a cluster can grow to. One member alone is known by a name that the first of several has not.
const GROWN: u32 = 4;

/// Reads `phase` and `member`, and holds the size to them.
pub(super) fn read(fields: &mut Fields<'_>, size: Option<Located<u32>>) -> Option<Phase> {
    let phase = fields.or("phase", "bootstrap", |r, n| Some(Located { value: r.choice(n, WORDS)?, span: n.span }));
    let writes_member = fields.has("member");
    let member = fields.optional("member", |r, n| r.integer(n, 1..=7));
    let (size, phase) = (size?, phase?);
    if member.is_none() && writes_member {
        return None;
    }
    match check(size, phase, member) {
        Ok(read) => {
            if size.value.is_multiple_of(2) {
                fields.reader().error(on_the_way(size));
            }
            Some(read)
        }
        Err(mut problem) => {
            // A default has no place: the datastore has.
            problem.span = problem.span.or(Some(fields.span));
            fields.reader().error(problem);
            None
        }
    }
}

/// An even size is one to pass through.
fn on_the_way(size: Located<u32>) -> Diagnostic {
    let (size, next, span) = (size.value, size.value + 1, size.span);
    Diagnostic::warning("even-quorum", format!("{size} members survive no more losses than {}", size - 1))
        .at(span)
        .help(format!("when the new one has joined, add the next: `size: {next}`, `member: {next}`"))
}

fn check(size: Located<u32>, phase: Located<Phase>, member: Option<Located<u32>>) -> Result<Phase, Diagnostic> {
    let Located { value: count, span: size_span } = size;
    let grows = matches!(phase.value, Phase::Add(_));
    let replaces = matches!(phase.value, Phase::Replace(_));
    let illegal = |message: String, help: String| {
        Err(Diagnostic::error("illegal-phase", message).at(phase.span).with(size_span, "the size").help(help))
    };
    if grows && count < GROWN {
        return illegal(
            format!("a cluster of {count} has not grown: it begins with 1 member or with 3"),
            "set `size` to what it becomes, 4 or more, or leave `phase` out".to_owned(),
        );
    }
    if count.is_multiple_of(2) && !grows {
        let otherwise =
            if count < GROWN { "" } else { "; to pass through it while you add members, `phase: add-member`" };
        return Err(Diagnostic::error(
            "even-quorum",
            format!("{count} members survive no more losses than {}", count - 1),
        )
        .at(size_span)
        .help(format!("set `size` to {} or {}{otherwise}", count - 1, count + 1)));
    }
    if replaces && count == 1 {
        return illegal(
            "a member that stands alone has nobody to take its data from".to_owned(),
            "restore a snapshot that you have kept, then leave `phase` out".to_owned(),
        );
    }
    let Some(member) = member else {
        return match phase.value {
            Phase::Add(_) | Phase::Replace(_) => {
                let (what, help) = if grows {
                    ("added", format!("add `member: {count}`, the last one"))
                } else {
                    ("replaced", format!("add `member:` and its number, 1 to {count}"))
                };
                Err(Diagnostic::error("missing-key", format!("nothing says which member is {what}"))
                    .at(phase.span)
                    .help(help))
            }
            other => Ok(other),
        };
    };
    let number = member.value;
    let wrong = |code, message: String, span: Span, help: String| {
        Err(Diagnostic::error(code, message).at(member.span).with(span, "here").help(help))
    };
    match phase.value {
        Phase::Bootstrap | Phase::Steady => wrong(
            "contradiction",
            "no member is added or replaced in this phase".to_owned(),
            phase.span,
            "leave `member` out, or write `phase: replace-member`".to_owned(),
        ),
        _ if number > count => wrong(
            "no-such-member",
            format!("there is no member {number} of {count}"),
            size_span,
            if grows { format!("write `member: {count}`") } else { format!("name one of 1 to {count}") },
        ),
        Phase::Add(_) if number < count => wrong(
            "no-such-member",
            format!("the member that is added is the last one, {count}"),
            size_span,
            format!("write `member: {count}`, or `phase: replace-member` for one that has lost its data"),
        ),
        Phase::Add(_) => Ok(Phase::Add(number)),
        Phase::Replace(_) => Ok(Phase::Replace(number)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<T>(value: T) -> Located<T> {
        Located { value, span: Span::DEFAULT }
    }

    fn code(size: u32, phase: &str, member: Option<u32>) -> &'static str {
        let phase = WORDS.iter().find(|(word, _)| *word == phase).unwrap().1;
        match check(at(size), at(phase), member.map(at)) {
            Ok(read) => {
                assert_eq!(read.joins(), member);
                "fine"
            }
            Err(problem) => {
                assert!(problem.help.is_some());
                problem.code
            }
        }
    }

    #[test]
    fn sizes_phases_and_members_fit_together() {
        for size in [1, 3, 5, 7] {
            assert_eq!([code(size, "bootstrap", None), code(size, "steady", None)], ["fine", "fine"]);
            assert_eq!(code(size, "steady", Some(1)), "contradiction");
        }
        for size in [2, 4, 6] {
            assert_eq!([code(size, "bootstrap", None), code(size, "replace-member", Some(1))], ["even-quorum"; 2]);
        }
        for size in 4..=7 {
            assert_eq!(code(size, "add-member", Some(size)), "fine");
            assert_eq!(
                [code(size, "add-member", Some(1)), code(size, "add-member", None)],
                ["no-such-member", "missing-key"]
            );
        }
        for size in 1..=3 {
            assert_eq!(code(size, "add-member", Some(size)), "illegal-phase");
        }
        assert_eq!(code(1, "replace-member", Some(1)), "illegal-phase");
        assert_eq!(
            [code(3, "replace-member", Some(3)), code(3, "replace-member", Some(4))],
            ["fine", "no-such-member"]
        );
    }
}
