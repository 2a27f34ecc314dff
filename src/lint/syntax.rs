//! Words as the API server takes them, and what to say of those that it does not. The forms are those of its own
//! checks (k8s.io/apimachinery, pkg/util/validation and pkg/api/resource).

use std::net::IpAddr;

pub(crate) const LABEL: &str = "use lowercase letters, digits and `-`, at most 63, a letter or digit first and last";
pub(crate) const LABEL_1035: &str =
    "use lowercase letters, digits and `-`, at most 63, a letter first, a letter or digit last";
pub(crate) const SUBDOMAIN: &str =
    "use lowercase letters, digits, `-` and `.`, a letter or digit beside each point and at both ends";
pub(crate) const PORT_NAME: &str = "use lowercase letters, digits and single `-`, at most 15, with a letter among them";
pub(crate) const QUALIFIED: &str = "use letters, digits, `-`, `_` and `.`, at most 63, behind a domain and `/` or not";
pub(crate) const LABEL_VALUE: &str =
    "use letters, digits, `-`, `_` and `.`, at most 63, a letter or digit first and last";
pub(crate) const QUANTITY: &str = "write a number and one of `m`, `k`, `M`, `G`, `T`, `Ki`, `Mi`, `Gi`, `Ti`, or none";

/// Whether the first and last sign are letters or digits.
fn framed(text: &str) -> bool {
    let end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    end(text.chars().next()) && end(text.chars().last())
}

/// One part of a host's name (RFC 1123).
pub(crate) fn label(text: &str) -> bool {
    let sign = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    text.len() <= 63 && framed(text) && text.chars().all(sign)
}

/// A host's name in lowercase.
pub(crate) fn subdomain(text: &str) -> bool {
    let part =
        |part: &str| framed(part) && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    text.len() <= 253 && text.split('.').all(part)
}

/// A service's name as IANA has them.
pub(crate) fn port_name(text: &str) -> bool {
    text.len() <= 15 && label(text) && !text.contains("--") && text.contains(|c: char| c.is_ascii_lowercase())
}

/// The key of a label or annotation.
pub(crate) fn qualified(text: &str) -> bool {
    let (domain, name) = text.rsplit_once('/').map_or((None, text), |(domain, name)| (Some(domain), name));
    domain.is_none_or(subdomain) && !name.is_empty() && label_value(name)
}

/// The value of a label.
pub(crate) fn label_value(text: &str) -> bool {
    let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.is_empty() || text.len() <= 63 && framed(text) && text.chars().all(sign)
}

/// An amount in units; `None` when it is none.
pub(crate) fn quantity(text: &str) -> Option<f64> {
    const UNITS: &[(&str, f64)] = &[
        ("Ki", 1024.0),
        ("Mi", 1_048_576.0),
        ("Gi", 1_073_741_824.0),
        ("Ti", 1_099_511_627_776.0),
        ("Pi", 1_125_899_906_842_624.0),
        ("Ei", 1_152_921_504_606_846_976.0),
        ("n", 1e-9),
        ("u", 1e-6),
        ("m", 1e-3),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
        ("P", 1e15),
        ("E", 1e18),
    ];
    let (number, unit) =
        UNITS.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, *factor))).unwrap_or((text, 1.0));
    let digits = number.strip_prefix(['+', '-']).unwrap_or(number);
    // `parse` would take words such as `inf`.
    let plain = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.contains(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '-' | '+'));
    let exponent = unit == 1.0 || !digits.contains(['e', 'E']);
    if plain && exponent { number.parse::<f64>().ok().map(|number| number * unit) } else { None }
}

/// Base64 with its padding; line breaks do not count.
pub(crate) fn base64(text: &str) -> bool {
    let signs: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    let padding = signs.iter().rev().take_while(|byte| **byte == b'=').count();
    let body = &signs[..signs.len() - padding];
    signs.len().is_multiple_of(4)
        && padding <= 2
        && body.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
/// The fields of a schedule: the first and last number of each, and its words.
const FIELDS: &[(u32, u32, &[&str])] = &[(0, 59, &[]), (0, 23, &[]), (1, 31, &[]), (1, 12, MONTHS), (0, 6, DAYS)];

/// When a job begins.
pub(crate) fn schedule(text: &str) -> bool {
    const NAMED: &[&str] = &["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];
    let text = text.trim();
    if text.starts_with('@') {
        return NAMED.contains(&text) || text.strip_prefix("@every ").is_some_and(|it| !it.trim().is_empty());
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    fields.len() == FIELDS.len() && fields.iter().zip(FIELDS).all(|(field, form)| numbers(field, *form).is_some())
}

/// The numbers that a field of a schedule means; `None` for one that cannot be read.
fn numbers(field: &str, (first, last, words): (u32, u32, &[&str])) -> Option<Vec<u32>> {
    let point = |word: &str| {
        let named = words.iter().position(|it| it.eq_ignore_ascii_case(word));
        let number = named.and_then(|at| u32::try_from(at).ok()).map(|at| at + first).or_else(|| word.parse().ok());
        number.filter(|number| (first..=last).contains(number))
    };
    let mut numbers = Vec::new();
    for part in field.split(',') {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (point(from)?, point(to)?),
            None if matches!(range, "*" | "?") => (first, last),
            // With a step a number is where it begins.
            None => (point(range)?, if step.is_some() { last } else { point(range)? }),
        };
        let step = step.map_or(Some(1), |step| step.parse::<u32>().ok().filter(|step| *step > 0))?;
        if from > to {
            return None;
        }
        numbers.extend((from..=to).step_by(usize::try_from(step).ok()?));
    }
    Some(numbers)
}

/// Whether a schedule can be read, and none of its months has one of its days.
pub(crate) fn never(text: &str) -> bool {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [_, _, days, months, "*" | "?"] = fields.as_slice() else { return false };
    if !schedule(text) {
        return false;
    }
    let longest = |month: &u32| match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let least = numbers(days, FIELDS[2]).and_then(|days| days.into_iter().min());
    let longest = numbers(months, FIELDS[3]).and_then(|months| months.iter().map(longest).max());
    least.zip(longest).is_some_and(|(day, longest)| day > longest)
}

/// A block of addresses.
pub(crate) fn cidr(text: &str) -> bool {
    text.split_once('/').is_some_and(|(address, length)| {
        let most = match address.parse() {
            Ok(IpAddr::V4(_)) => 32,
            Ok(IpAddr::V6(_)) => 128,
            Err(_) => return false,
        };
        length.parse::<u8>().is_ok_and(|length| length <= most)
    })
}

/// Whether a block of addresses is a part of another, and not the whole of it.
pub(crate) fn within(part: &str, whole: &str) -> bool {
    let read = |text: &str| {
        let (address, length) = text.split_once('/')?;
        let (bits, most): (u128, u32) = match address.parse().ok()? {
            IpAddr::V4(address) => (u128::from(address.to_bits()) << 96, 32),
            IpAddr::V6(address) => (address.to_bits(), 128),
        };
        let length = length.parse::<u32>().ok().filter(|length| *length <= most)?;
        Some((bits, most, length))
    };
    let (Some(part), Some(whole)) = (read(part), read(whole)) else { return false };
    let mask = u128::MAX.checked_shl(128 - whole.2).unwrap_or(0);
    part.1 == whole.1 && part.2 > whole.2 && part.0 & mask == whole.0 & mask
}

/// Bytes as programs' own words have them: `4g`, `1GiB`, `512mb`.
pub(crate) fn bytes(text: &str) -> Option<f64> {
    let lower = text.trim().to_ascii_lowercase();
    let at = lower.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(lower.len());
    let number: f64 = lower[..at].parse().ok()?;
    let factor = match &lower[at..] {
        "" | "b" => 1.0,
        "k" | "kb" | "kib" | "ki" => 1024.0,
        "m" | "mb" | "mib" | "mi" => 1_048_576.0,
        "g" | "gb" | "gib" | "gi" => 1_073_741_824.0,
        "t" | "tb" | "tib" | "ti" => 1_099_511_627_776.0,
        _ => return None,
    };
    Some(number * factor)
}

/// How many round brackets of a regular expression are open at its end.
pub(crate) fn open_brackets(pattern: &str) -> i32 {
    let (mut depth, mut class) = (0, false);
    let mut signs = pattern.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' => drop(signs.next()),
            '[' if !class => class = true,
            ']' => class = false,
            '(' if !class => depth += 1,
            ')' if !class => depth -= 1,
            _ => {}
        }
    }
    depth
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_those_of_the_server() {
        for (text, amount) in
            [("1", 1.0), ("100m", 0.1), ("1.5Gi", 1_610_612_736.0), (".5", 0.5), ("1e3", 1000.0), ("-1", -1.0)]
        {
            assert_eq!(quantity(text), Some(amount), "{text}");
        }
        for text in ["", "m", "1 Gi", "1GB", "1gi", "inf", "1e3Ki", "1.2.3", "0x10", "Mi"] {
            assert_eq!(quantity(text), None, "{text}");
        }
    }

    #[test]
    fn names_are_those_of_the_server() {
        assert!(label("a-1") && !label("a.b") && !label("-a") && !label(&"a".repeat(64)) && !label(""));
        assert!(subdomain("a.b-c.1") && !subdomain("a..b") && !subdomain("A"));
        assert!(port_name("http") && !port_name("80") && !port_name("a--b"));
        assert!(qualified("app.kubernetes.io/name") && qualified("A_b") && !qualified("a/") && !qualified("/a"));
        assert!(base64("") && base64("YQ==") && !base64("YQ=") && !base64("Y Q="));
        assert!(cidr("10.0.0.0/8") && cidr("::/0") && !cidr("10.0.0.0/33") && !cidr("10.0.0.0"));
        assert!(within("10.1.0.0/16", "10.0.0.0/8") && !within("11.0.0.0/16", "10.0.0.0/8"));
        assert!(
            within("10.1.0.0/16", "0.0.0.0/0") && !within("10.0.0.0/8", "10.0.0.0/8") && !within("::/1", "0.0.0.0/0")
        );
    }
}
