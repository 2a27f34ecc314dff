//! One test binary; one module a subject.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

mod bad_profiles;
mod classic;
mod commands;
mod determinism;
mod drawing;
mod failures;
mod fuzz;
mod golden;
mod hostile;
mod http;
mod images;
mod judges;
mod lab;
mod layering;
mod load;
mod nginx;
mod openssl;
mod output;
mod page;
mod readme;
mod real_browser;
mod real_compose;
mod real_etcd;
mod real_external;
mod real_hosts;
mod real_native;
mod real_pods;
mod real_replicated;
mod runbook;
mod shape;
mod strangers;
mod support;
mod validate;
mod words;
mod yaml12;
