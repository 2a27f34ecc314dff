//! What a plain word of YAML is for those who read manifests: neither is what YAML 1.2 says.

use crate::yaml::{Node, Style, Value};

/// Who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// kubectl: YAML 1.1's booleans and octal numbers.
    Kubernetes,
    /// Compose: octal numbers, and only `true` and `false` are booleans.
    Compose,
}

/// A scalar as its reader understands it.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar<'a> {
    /// Nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer. Wider than any field, so that a field can say what it holds.
    Int(i128),
    /// Another number.
    Float(f64),
    /// A string.
    Str(&'a str),
}

impl Scalar<'_> {
    /// What it is, in a sentence.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "an integer",
            Self::Float(_) => "a number",
            Self::Str(_) => "a string",
        }
    }
}

/// A scalar's meaning; `None` for lists and mappings.
pub fn scalar(node: &Node, dialect: Dialect) -> Option<Scalar<'_>> {
    match &node.value {
        Value::Scalar(text, Style::Quoted) => Some(Scalar::Str(text)),
        Value::Scalar(text, Style::Plain) => Some(plain(text, dialect)),
        _ => None,
    }
}

/// kubectl's and Compose's reader, go-yaml, as seen with kubectl 1.32.
fn plain(text: &str, dialect: Dialect) -> Scalar<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Scalar::Null,
        "true" | "True" | "TRUE" => return Scalar::Bool(true),
        "false" | "False" | "FALSE" => return Scalar::Bool(false),
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" if dialect == Dialect::Kubernetes => {
            return Scalar::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" if dialect == Dialect::Kubernetes => {
            return Scalar::Bool(false);
        }
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return Scalar::Str(text);
    }
    integer(text).map(Scalar::Int).or_else(|| float(text).map(Scalar::Float)).unwrap_or(Scalar::Str(text))
}

/// With a base's prefix, and signs that only divide.
fn integer(text: &str) -> Option<i128> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let digits = digits.replace('_', "");
    let lower = digits.to_ascii_lowercase();
    let (base, digits) = if let Some(rest) = lower.strip_prefix("0x") {
        (16, rest)
    } else if let Some(rest) = lower.strip_prefix("0b") {
        (2, rest)
    } else if let Some(rest) = lower.strip_prefix("0o") {
        (8, rest)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, &lower[1..])
    } else {
        (10, lower.as_str())
    };
    // `from_str_radix` would take a second sign.
    if !digits.starts_with(|c: char| c.is_ascii_hexdigit()) {
        return None;
    }
    let number = i128::from_str_radix(digits, base).ok()?;
    Some(if negative { -number } else { number })
}

fn float(text: &str) -> Option<f64> {
    let text = text.replace('_', "");
    let number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'))
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E'))
        && text.contains(|c: char| c.is_ascii_digit());
    number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_kubectl_says() {
        let is = |text: &'static str, scalar: Scalar<'static>| {
            assert_eq!(plain(text, Dialect::Kubernetes), scalar, "{text}");
        };
        for text in ["yes", "on", "y", "Y", "Yes", "true"] {
            is(text, Scalar::Bool(true));
        }
        for (text, number) in [
            ("0644", 420),
            ("017", 15),
            ("0o17", 15),
            ("0x1F", 31),
            ("0X1F", 31),
            ("0b11", 3),
            ("1_000", 1000),
            ("-1", -1),
        ] {
            is(text, Scalar::Int(number));
        }
        is("1e3", Scalar::Float(1000.0));
        is("1.10", Scalar::Float(1.1));
        for text in ["1:20", "2024-01-01", "1.2.3", "-", "+", ".", "0x", "08", "1e400x", "--1"] {
            assert!(matches!(plain(text, Dialect::Kubernetes), Scalar::Str(_) | Scalar::Float(_)), "{text}");
        }
        is("1:20", Scalar::Str("1:20"));
        is("2024-01-01", Scalar::Str("2024-01-01"));
        assert_eq!(plain("yes", Dialect::Compose), Scalar::Str("yes"));
    }
}
