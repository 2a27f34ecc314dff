//! The Compose output started for real: Redis and haproxy of Debian, and stand-ins for the two services that behave
//! as the real ones do.

mod backup;
mod facts;
mod failures;
mod foreign_redis;
mod images;
mod operations;
mod poll;
mod project;
mod redis;
mod start;
mod tls;
mod unnoticed;
