//! An ignore that does nothing.

use super::super::api::{Check, Rule};
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "unused-ignore",
    severity: Severity::Warning,
    about: "an ignore that matches no finding, or says no reason",
    docs: "What was ignored has been mended, or the rule's name is misspelled: either way the ignore hides what \
        comes next. Each says why it stands: `a8ctl.io/ignore: \"rule: reason\"`.",
    on: true,
    bad: &[
        "apiVersion: v1\nkind: Pod\nmetadata: { name: web, annotations: { a8ctl.io/ignore: \"naked-pdo: a test\" } \
            }\nspec: { containers: [{ name: web, image: web:1 }] }\n",
        "apiVersion: v1\nkind: Pod\nmetadata: { name: web, annotations: { a8ctl.io/ignore: \"unused-ignore: a test\" \
            } }\nspec: { containers: [{ name: web, image: web:1 }] }\n",
    ],
    good: &[
        "apiVersion: v1\nkind: Pod\nmetadata: { name: web, annotations: { a8ctl.io/ignore: \"naked-pod: a test\" } \
            }\nspec: { containers: [{ name: web, image: web:1 }] }\n",
    ],
    check: Check::Schema,
};
