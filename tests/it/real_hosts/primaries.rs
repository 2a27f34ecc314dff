//! How many primaries clients could write to at one time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::Duration;

use super::deployment::Deployment;

/// Between two looks.
const EVERY: Duration = Duration::from_millis(100);

/// Runs something, and looks meanwhile how many servers each balancer passes its clients on to; the most that one of
/// them had at once.
pub(super) fn most_at_once<T>(deployment: &Deployment, what: impl FnOnce() -> T) -> (T, usize) {
    let over = AtomicBool::new(false);
    scope(|scope| {
        let look = |host| {
            let mut most = 0;
            while !over.load(Ordering::Relaxed) {
                most = most.max(deployment.servers_up(host, "datastore_store"));
                sleep(EVERY);
            }
            most
        };
        let looks: Vec<_> = Deployment::hosts().map(|host| scope.spawn(move || look(host))).collect();
        let result = what();
        over.store(true, Ordering::Relaxed);
        (result, looks.into_iter().map(|look| look.join().unwrap()).max().unwrap_or_default())
    })
}
