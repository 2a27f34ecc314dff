//! The fields of Kubernetes' objects, read from `schemas/kubernetes.txt`, whose head says its form.

use std::collections::HashMap;

/// Written by `scripts/kubernetes-schema`, for all versions at once.
const TEXT: &str = include_str!("../../../schemas/kubernetes.txt");

/// Minor versions of Kubernetes 1, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Versions {
    pub(crate) first: u8,
    pub(crate) last: u8,
}

impl Versions {
    pub(crate) fn has(self, minor: u8) -> bool {
        (self.first..=self.last).contains(&minor)
    }
}

/// A field of a definition.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) required: bool,
    pub(crate) kind: Type,
    pub(crate) versions: Versions,
}

/// What a value may be, as the text writes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Type(&'static str);

/// A [`Type`] taken apart.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    String,
    Words(&'static str),
    Int32,
    Int64,
    Number,
    Boolean,
    Quantity,
    IntOrString,
    Time,
    Bytes,
    Object,
    Anything,
    Definition(usize),
    List(Type),
    Map(Type),
}

impl Type {
    pub(crate) fn shape(self) -> Shape {
        let rest = self.0.get(1..).unwrap_or("");
        match self.0.as_bytes().first() {
            Some(b's') => rest.strip_prefix('=').map_or(Shape::String, Shape::Words),
            Some(b'i') => Shape::Int32,
            Some(b'l') => Shape::Int64,
            Some(b'n') => Shape::Number,
            Some(b'b') => Shape::Boolean,
            Some(b'q') => Shape::Quantity,
            Some(b'x') => Shape::IntOrString,
            Some(b't') => Shape::Time,
            Some(b'y') => Shape::Bytes,
            Some(b'o') => Shape::Object,
            Some(b'@') => rest.parse().map_or(Shape::Anything, Shape::Definition),
            Some(b'[') => Shape::List(Self(rest)),
            Some(b'{') => Shape::Map(Self(rest)),
            _ => Shape::Anything,
        }
    }
}

/// One kind of object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) definition: usize,
    pub(crate) versions: Versions,
}

/// All of them.
#[derive(Debug)]
pub(crate) struct Definitions {
    /// Those that the text is about.
    pub(crate) versions: Versions,
    /// By API version, then by name.
    kinds: HashMap<&'static str, HashMap<&'static str, Vec<Kind>>>,
    definitions: Vec<Vec<Field>>,
}

impl Definitions {
    /// Reads the text.
    pub(crate) fn new() -> Self {
        let mut lines = TEXT.lines();
        let head = lines.next().and_then(|line| line.strip_prefix("versions ")).unwrap_or_default();
        let versions = range(head).unwrap_or(Versions { first: 0, last: u8::MAX });
        let mut all = Self { versions, kinds: HashMap::new(), definitions: Vec::with_capacity(1024) };
        for line in lines {
            if let Some(rest) = line.strip_prefix('=') {
                all.kind(rest);
            } else if line.starts_with(':') {
                all.definitions.push(Vec::new());
            } else if let (Some(field), Some(fields)) = (all.field(line), all.definitions.last_mut()) {
                fields.push(field);
            }
        }
        all
    }

    fn kind(&mut self, line: &'static str) {
        let mut words = line.split(' ');
        let (Some(group), Some(kind), Some(number), Some(versions)) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            return;
        };
        if let (Ok(definition), Some(versions)) = (number.parse(), range(versions)) {
            self.kinds.entry(group).or_default().entry(kind).or_default().push(Kind { definition, versions });
        }
    }

    fn field(&self, line: &'static str) -> Option<Field> {
        let mut words = line.split(' ');
        let name = words.next()?;
        let kind = Type(words.next()?);
        let versions = match words.next() {
            Some(word) => range(word)?,
            None => self.versions,
        };
        let required = name.ends_with('!');
        Some(Field { name: name.trim_end_matches('!'), required, kind, versions })
    }

    /// The kind of an API's version; several where it went and came back.
    pub(crate) fn kinds(&self, api_version: &str, kind: &str) -> &[Kind] {
        self.kinds.get(api_version).and_then(|kinds| kinds.get(kind)).map_or(&[], Vec::as_slice)
    }

    /// API versions that have a kind of this name.
    pub(crate) fn api_versions(&self, kind: &str, minor: u8) -> Vec<&'static str> {
        let there = |kinds: &Vec<Kind>| kinds.iter().any(|kind| kind.versions.has(minor));
        let has = |kinds: &HashMap<&str, Vec<Kind>>| kinds.get(kind).is_some_and(there);
        let mut found: Vec<&str> = self.kinds.iter().filter(|(_, kinds)| has(kinds)).map(|(group, _)| *group).collect();
        // v1 before v1beta1.
        found.sort_by_key(|group| (group.contains("alpha"), group.contains("beta"), *group));
        found
    }

    /// Names of all kinds.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<&str> = self.kinds.values().flat_map(|kinds| kinds.keys().copied()).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The fields of a definition, in order of their names; one field may stand there for several ranges of versions.
    pub(crate) fn fields(&self, definition: usize) -> &[Field] {
        self.definitions.get(definition).map_or(&[], Vec::as_slice)
    }
}

fn range(text: &str) -> Option<Versions> {
    let (first, last) = text.split_once('-')?;
    Some(Versions { first: first.parse().ok()?, last: last.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        let all = Definitions::new();
        let lines = TEXT.lines().skip(1).filter(|line| !line.starts_with(['=', ':'])).count();
        assert_eq!(all.definitions.iter().map(Vec::len).sum::<usize>(), lines);
        for fields in &all.definitions {
            assert!(fields.windows(2).all(|two| two[0].name <= two[1].name));
            for field in fields {
                let mut kind = field.kind;
                while let Shape::List(inner) | Shape::Map(inner) = kind.shape() {
                    kind = inner;
                }
                match kind.shape() {
                    Shape::Definition(number) => assert!(number < all.definitions.len()),
                    Shape::Anything => assert_eq!(kind.0, "a"),
                    _ => {}
                }
            }
        }
        assert_eq!(all.kinds("apps/v1", "Deployment").len(), 1);
        assert_eq!(all.api_versions("PodDisruptionBudget", 33), ["policy/v1"]);
    }
}
