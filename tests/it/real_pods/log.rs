//! What happened when, for the reader of a failed test.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

#[derive(Clone)]
pub(super) struct Log {
    since: Instant,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Log {
    pub(super) fn new() -> Self {
        Self { since: Instant::now(), lines: Arc::default() }
    }

    pub(super) fn say(&self, line: &str) {
        let line = format!("{:8.3} {line}", self.since.elapsed().as_secs_f64());
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    pub(super) fn text(&self) -> String {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).join("\n")
    }
}
