//! Amounts with their units.

use std::fmt;

use super::{Parsed, refuse};

/// A span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Millis(pub u64);

impl Millis {
    /// Whole seconds, rounded up: Kubernetes and Compose count in seconds and must not be hastier than asked.
    pub fn seconds(self) -> i32 {
        i32::try_from(self.0.div_ceil(1000)).unwrap_or(i32::MAX)
    }
}

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_multiple_of(1000) { write!(f, "{}s", self.0 / 1000) } else { write!(f, "{}ms", self.0) }
    }
}

/// An amount of memory or disk in bytes, with the text it was written as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bytes {
    /// As written, in Kubernetes' form (`128Mi`).
    pub text: String,
    /// Bytes.
    pub value: u64,
}

/// An amount of processor, with the text it was written as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cpu {
    /// As written, in Kubernetes' form (`250m`, `2`).
    pub text: String,
    /// Thousandths of a core.
    pub millicores: u64,
}

/// Reads a duration: a whole number and its unit.
///
/// # Errors
/// A missing unit, zero, a fraction, or more than a day.
pub fn duration(text: &str) -> Parsed<Millis> {
    const MEND: &str = "write a whole number and its unit: `500ms`, `2s`, `1m`";
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let scale = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "" if digits > 0 => return refuse("is a duration without a unit", MEND),
        _ => return refuse("is not a duration", MEND),
    };
    match number.parse::<u64>() {
        Ok(0) => refuse("is a duration of nothing", MEND),
        Ok(n) if number.starts_with('0') || n > 86_400_000 / scale => {
            refuse("is not a duration of at most a day", MEND)
        }
        Ok(n) => Ok(Millis(n * scale)),
        Err(_) => refuse("is not a duration", MEND),
    }
}

/// Reads an amount of memory or disk.
///
/// # Errors
/// Anything but a whole number with `Ki`, `Mi`, `Gi` or `Ti`.
pub fn bytes(text: &str) -> Parsed<Bytes> {
    const MEND: &str = "write a whole number and a binary unit: `64Mi`, `1Gi`";
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let shift = match unit {
        "Ki" => 10,
        "Mi" => 20,
        "Gi" => 30,
        "Ti" => 40,
        "m" => return refuse("is an amount in thousandths of a byte", MEND),
        _ => return refuse("is not an amount of memory", MEND),
    };
    match number.parse::<u64>() {
        Ok(n) if n > 0 && !number.starts_with('0') && n <= u64::MAX >> (shift + 1) => {
            Ok(Bytes { text: text.to_owned(), value: n << shift })
        }
        _ => refuse("is not an amount of memory", MEND),
    }
}

/// Reads an amount of processor.
///
/// # Errors
/// Anything but whole cores (`2`) or thousandths of one (`250m`).
pub fn cpu(text: &str) -> Parsed<Cpu> {
    let (number, scale) = match text.strip_suffix('m') {
        Some(number) => (number, 1),
        None => (text, 1000),
    };
    match number.parse::<u64>() {
        Ok(n)
            if (1..=1_000_000).contains(&n)
                && number.bytes().all(|b| b.is_ascii_digit())
                && !number.starts_with('0') =>
        {
            Ok(Cpu { text: text.to_owned(), millicores: n * scale })
        }
        _ => refuse("is not an amount of processor", "write whole cores (`2`) or thousandths of one (`250m`)"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::check;
    use super::*;

    #[test]
    fn amounts() {
        check(
            duration,
            &["500ms", "2s", "1m", "24h"],
            &["", "5", "0s", "1.5s", "-1s", "01s", "1d", "s", "99999999999999999999s", "25h", "1s "],
        );
        check(bytes, &["64Mi", "1Gi"], &["", "64", "64M", "0Mi", "1.5Gi", "128m", "Mi", "99999999999999999Ti"]);
        check(cpu, &["2", "250m"], &["", "0", "0.5", "m", "-1", "1 ", "02", "1e3"]);
        assert_eq!(bytes("2Ki").unwrap().value, 2048);
        assert_eq!(cpu("2").unwrap().millicores, 2000);
        assert_eq!(Millis(1500).seconds(), 2);
    }
}
