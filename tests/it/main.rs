//! One test binary; one module a subject.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

mod bad_profiles;
mod classic;
mod commands;
mod determinism;
mod golden;
mod hostile;
mod http;
mod images;
mod judges;
mod layering;
mod output;
mod readme;
mod real_compose;
mod real_pods;
mod shape;
mod support;
mod words;
mod yaml12;
