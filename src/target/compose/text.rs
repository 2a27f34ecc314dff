//! What Compose wants written differently.

use serde_json::Value;

/// Compose replaces `$NAME` in every string; a doubled `$` is one that stays.
pub(super) fn literal(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace('$', "$$")),
        Value::Array(items) => Value::Array(items.into_iter().map(literal).collect()),
        Value::Object(map) => Value::Object(map.into_iter().map(|(key, value)| (key, literal(value))).collect()),
        other => other,
    }
}

/// Bytes in the largest unit that holds them exactly.
pub(super) fn bytes(value: u64) -> String {
    let units = [(1 << 30, "g"), (1 << 20, "m"), (1 << 10, "k")];
    let unit = units.into_iter().find(|(size, _)| value.is_multiple_of(*size));
    unit.map_or_else(|| format!("{value}b"), |(size, unit)| format!("{}{unit}", value / size))
}

/// Thousandths of a core as a decimal.
pub(super) fn cpus(millicores: u64) -> String {
    let text = format!("{}.{:03}", millicores / 1000, millicores % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        assert_eq!([bytes(128 << 20), bytes(1 << 30), bytes(1536), bytes(1000)], ["128m", "1g", "1536b", "1000b"]);
        assert_eq!([cpus(50), cpus(2000), cpus(1500)], ["0.05", "2", "1.5"]);
    }

    #[test]
    fn dollars_stay_dollars() {
        assert_eq!(literal(serde_json::json!(["$A", {"k": "$(B)"}])), serde_json::json!(["$$A", {"k": "$$(B)"}]));
    }
}
