//! Reading objects without overlooking anything: a field that nobody took is a failure, not something skipped.

use serde_json::{Map, Value as Json};

pub(super) struct Fields {
    path: String,
    map: Map<String, Json>,
}

impl Fields {
    #[track_caller]
    pub(super) fn of(path: impl Into<String>, value: Json) -> Self {
        let path = path.into();
        match value {
            Json::Object(map) => Self { path, map },
            other => panic!("{path} is no mapping: {other}"),
        }
    }

    pub(super) fn take(&mut self, key: &str) -> Option<Json> {
        self.map.shift_remove(key)
    }

    #[track_caller]
    pub(super) fn need(&mut self, key: &str) -> Json {
        self.take(key).unwrap_or_else(|| panic!("{}.{key} is missing", self.path))
    }

    /// A mapping, or an empty one where there is none.
    #[track_caller]
    pub(super) fn inner(&mut self, key: &str) -> Self {
        let path = format!("{}.{key}", self.path);
        Self::of(path, self.take(key).unwrap_or_else(|| Json::Object(Map::new())))
    }

    /// Each mapping of a list; none where there is no list.
    #[track_caller]
    pub(super) fn list(&mut self, key: &str) -> Vec<Self> {
        let path = format!("{}.{key}", self.path);
        let items = array(&path, self.take(key).unwrap_or_else(|| Json::Array(Vec::new())));
        items.into_iter().enumerate().map(|(at, item)| Self::of(format!("{path}[{at}]"), item)).collect()
    }

    #[track_caller]
    pub(super) fn words(&mut self, key: &str) -> Vec<String> {
        let path = format!("{}.{key}", self.path);
        let items = array(&path, self.take(key).unwrap_or_else(|| Json::Array(Vec::new())));
        items.iter().map(|item| string(&path, item)).collect()
    }

    #[track_caller]
    pub(super) fn text(&mut self, key: &str) -> String {
        let value = self.need(key);
        string(&format!("{}.{key}", self.path), &value)
    }

    #[track_caller]
    pub(super) fn number(&mut self, key: &str) -> Option<u64> {
        let value = self.take(key)?;
        Some(value.as_u64().unwrap_or_else(|| panic!("{}.{key} is no number: {value}", self.path)))
    }

    /// A field whose only values understood here are these, or its absence.
    #[track_caller]
    pub(super) fn only(&mut self, key: &str, values: &[Json]) -> bool {
        let Some(value) = self.take(key) else { return false };
        assert!(values.contains(&value), "{}.{key} is {value}, which this kubelet does not know", self.path);
        true
    }

    /// Fields that mean something to others: the API server, the scheduler, people.
    pub(super) fn not_for_a_kubelet(&mut self, keys: &[&str]) {
        for key in keys {
            self.take(key);
        }
    }

    #[track_caller]
    pub(super) fn done(self) {
        let left: Vec<&String> = self.map.keys().collect();
        assert!(left.is_empty(), "{} has fields that this kubelet does not know: {left:?}", self.path);
    }

    /// What is left, as it is.
    pub(super) fn rest(self) -> Map<String, Json> {
        self.map
    }

    pub(super) fn is_empty(&self) -> bool {
        self.map.is_empty()
    }
}

#[track_caller]
fn array(path: &str, value: Json) -> Vec<Json> {
    match value {
        Json::Array(items) => items,
        other => panic!("{path} is no list: {other}"),
    }
}

#[track_caller]
fn string(path: &str, value: &Json) -> String {
    value.as_str().unwrap_or_else(|| panic!("{path} is no string: {value}")).to_owned()
}

/// Bytes of `128Mi`, thousandths of `50m` and of `2`.
#[track_caller]
pub(super) fn quantity(text: &str, thousandths: bool) -> u64 {
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..at].parse().unwrap_or_else(|error| panic!("{text:?}: {error}"));
    match (&text[at..], thousandths) {
        ("m", true) | ("", false) => number,
        ("", true) => number * 1000,
        ("Ki", false) => number << 10,
        ("Mi", false) => number << 20,
        ("Gi", false) => number << 30,
        (unit, _) => panic!("unit {unit:?} of {text:?}"),
    }
}
