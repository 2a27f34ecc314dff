//! Who begins a request when its time has come.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, Scope, sleep};
use std::time::{Duration, Instant};

/// Requests under way at one time. Each has a thread, which costs next to nothing while it waits; a stall of 2 s at
/// 500 requests a second needs a thousand.
const MOST_THREADS: u32 = 1200;
const STACK: usize = 128 << 10;

pub(super) struct Schedule<'a> {
    start: Instant,
    rate: u32,
    count: AtomicU64,
    one: &'a (dyn Fn(u64, Duration) + Sync),
    /// Whoever holds it waits for the time of the next request and then makes it. With the number of that request: the
    /// longest that one began after its time.
    next: Mutex<(u64, Duration)>,
    /// Threads that have no request.
    free: AtomicU32,
    threads: AtomicU32,
}

impl<'a> Schedule<'a> {
    /// Of calls of `one` with a number and its time since the start, `rate` of them a second.
    pub(super) fn new(start: Instant, rate: u32, duration: Duration, one: &'a (dyn Fn(u64, Duration) + Sync)) -> Self {
        let count = (duration.as_secs_f64() * f64::from(rate)).round() as u64;
        let (free, threads) = (AtomicU32::new(0), AtomicU32::new(0));
        let count = AtomicU64::new(count);
        Self { start, rate, count, one, next: Mutex::new((0, Duration::ZERO)), free, threads }
    }

    pub(super) fn run<'scope>(&'scope self, scope: &'scope Scope<'scope, '_>) {
        self.free.fetch_add(1, Ordering::Relaxed);
        self.threads.fetch_add(1, Ordering::Relaxed);
        let builder = Builder::new().stack_size(STACK);
        builder.spawn_scoped(scope, move || while self.turn(scope) {}).unwrap();
    }

    /// No request begins any more but the one whose time is awaited.
    pub(super) fn end(&self) {
        self.count.store(0, Ordering::Relaxed);
    }

    /// The next request; false when there is none.
    fn turn<'scope>(&'scope self, scope: &'scope Scope<'scope, '_>) -> bool {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let number = next.0;
        if number >= self.count.load(Ordering::Relaxed) {
            return false;
        }
        next.0 += 1;
        let due = Duration::from_secs(1) * u32::try_from(number).unwrap() / self.rate;
        sleep(due.saturating_sub(self.start.elapsed()));
        next.1 = next.1.max(self.start.elapsed() - due);
        // The one after it must not wait for the answer to this one.
        if self.free.fetch_sub(1, Ordering::Relaxed) == 1 && self.threads.load(Ordering::Relaxed) < MOST_THREADS {
            self.run(scope);
        }
        drop(next);
        (self.one)(number, due);
        self.free.fetch_add(1, Ordering::Relaxed);
        true
    }

    /// The longest that a request began after its time, for want of processors or threads: what is slower than that
    /// was slow by itself.
    pub(super) fn behind(&self) -> Duration {
        self.next.lock().unwrap_or_else(PoisonError::into_inner).1
    }
}
