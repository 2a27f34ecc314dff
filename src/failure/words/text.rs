//! Lists and times as people read them.

use crate::failure::Lapse;

/// No list names more; the others are counted.
const MOST: usize = 4;

/// `a`, `a and b`, `a, b and c`, `a, b, c, d and 7 more`.
pub(in crate::failure) fn all_of<T: AsRef<str>>(names: &[T]) -> String {
    list(names, "and")
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn one_of<T: AsRef<str>>(names: &[T]) -> String {
    list(names, "or")
}

fn list<T: AsRef<str>>(names: &[T], word: &str) -> String {
    let mut shown: Vec<String> = names.iter().take(MOST).map(|name| name.as_ref().to_owned()).collect();
    match names.len() - shown.len() {
        0 => {}
        1 => shown.extend(names.last().map(|name| name.as_ref().to_owned())),
        more => shown.push(format!("{more} more")),
    }
    match shown.split_last() {
        None => "none".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, before)) => format!("{} {word} {last}", before.join(", ")),
    }
}

/// The word for one, or that for several.
pub(super) fn verb(count: usize, one: &'static str, several: &'static str) -> &'static str {
    if count == 1 { one } else { several }
}

/// `2.5-3.6 s`: the shortest rounded down, the longest rounded up, in the unit that suits the longest.
pub fn time(lapse: Lapse) -> String {
    let (unit, word, digits) = match lapse.max {
        0..1_000 => (1_000, "s", 2),
        1_000..30_000 => (1_000, "s", 1),
        30_000..120_000 => (1_000, "s", 0),
        120_000..7_200_000 => (60_000, "min", 1),
        _ => (3_600_000, "h", 1),
    };
    let steps = 10_u64.pow(digits);
    let step = unit / steps;
    let number = |count: u64| {
        let (whole, part) = (count / steps, count % steps);
        if part == 0 {
            return whole.to_string();
        }
        let part = format!("{part:0width$}", width = digits as usize);
        format!("{whole}.{}", part.trim_end_matches('0'))
    };
    let (min, max) = (lapse.min / step, lapse.max.div_ceil(step));
    if min == max { format!("{} {word}", number(max)) } else { format!("{}-{} {word}", number(min), number(max)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_name_a_few() {
        assert_eq!(all_of::<&str>(&[]), "none");
        assert_eq!(all_of(&["a"]), "a");
        assert_eq!(one_of(&["a", "b"]), "a or b");
        assert_eq!(all_of(&["a", "b", "c", "d", "e"]), "a, b, c, d and e");
        assert_eq!(all_of(&["a", "b", "c", "d", "e", "f"]), "a, b, c, d and 2 more");
    }

    #[test]
    fn times_never_promise_too_much() {
        for ((min, max), expected) in [
            ((2_500, 3_600), "2.5-3.6 s"),
            ((2_599, 3_601), "2.5-3.7 s"),
            ((0, 0), "0 s"),
            ((50, 200), "0.05-0.2 s"),
            ((1, 999), "0-1 s"),
            ((10_000, 10_000), "10 s"),
            ((9_950, 30_001), "9-31 s"),
            ((100_000, 345_000), "1.6-5.8 min"),
            ((60_000, u64::MAX), "0-5124095576030.5 h"),
        ] {
            assert_eq!(time(Lapse { min, max }), expected);
        }
    }
}
