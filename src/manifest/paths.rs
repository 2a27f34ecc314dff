//! Where files lie, by what they are called.

use crate::diagnostic::{SourceId, Sources};

/// The path of a text's file, without `.` and `..`.
pub(crate) fn path_of(sources: &Sources, source: SourceId) -> String {
    sources.get(source).map_or_else(String::new, |it| joined("", &it.name))
}

/// Whether a path is another, or lies below it. Everything that has no beginning lies in nothing.
pub(crate) fn lies_in(path: &str, directory: &str) -> bool {
    directory.is_empty() && !path.starts_with(['/', '.'])
        || path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A path as it is seen from a directory, without `.` and without `..` where something stands before that.
pub(crate) fn joined(directory: &str, path: &str) -> String {
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{directory}/{path}") };
    let root = if path.starts_with('/') || directory.starts_with('/') { "/" } else { "" };
    let mut steps: Vec<&str> = Vec::new();
    for step in whole.split('/') {
        match step {
            "" | "." => {}
            ".." if steps.last().is_some_and(|it| *it != "..") => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    format!("{root}{}", steps.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_as_they_are_read() {
        assert_eq!(joined("/a/b", "./c"), "/a/b/c");
        assert_eq!(joined("a/b", "../c/./d"), "a/c/d");
        assert_eq!(joined("", "./x"), "x");
        assert_eq!(joined("", "../x"), "../x");
        assert_eq!(joined("a", "/x"), "/x");
        assert!(lies_in("a/b", "a") && lies_in("a", "a") && !lies_in("ab", "a") && lies_in("a", ""));
    }
}
