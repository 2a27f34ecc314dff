//! Clients that do not stop while something fails.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use super::cluster::Cluster;
use crate::http;

/// One request and what came of it.
pub(super) struct Asked {
    pub(super) at: Duration,
    pub(super) took: Duration,
    /// Zero when nothing came.
    pub(super) status: u16,
    /// A success that says there is nothing, which is a lie in these tests.
    pub(super) empty: bool,
    /// Whether a Service would have sent it there.
    pub(super) routed: bool,
}

/// Asks each pod with three readers, some 20 times a second as long as it answers, while `work` runs, which gets the
/// clock of the requests.
pub(super) fn while_asking<T>(
    cluster: &Cluster,
    places: &[(&str, &str)],
    work: impl FnOnce(Instant) -> T,
) -> (T, Vec<(String, Vec<Asked>)>) {
    let (stop, start) = (AtomicBool::new(false), Instant::now());
    scope(|scope| {
        let stop = &stop;
        let readers: Vec<_> = places
            .iter()
            .flat_map(|place| (0..3).map(move |_| *place))
            .map(|(pod, path)| (pod, scope.spawn(move || ask(cluster, pod, path, start, stop))))
            .collect();
        let done = {
            // Also when `work` panics: the readers would go on for ever.
            let _ends = Ends(stop);
            work(start)
        };
        let mut out: Vec<(String, Vec<Asked>)> = Vec::new();
        for (pod, reader) in readers {
            let mut asked = reader.join().unwrap();
            match out.iter_mut().find(|(name, _)| name == pod) {
                Some((_, all)) => all.append(&mut asked),
                None => out.push((pod.to_owned(), asked)),
            }
        }
        for (_, all) in &mut out {
            all.sort_by_key(|one| one.at + one.took);
        }
        (done, out)
    })
}

struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn ask(cluster: &Cluster, pod: &str, path: &str, start: Instant, stop: &AtomicBool) -> Vec<Asked> {
    let address = cluster.address(pod);
    let mut out = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let (at, routed) = (start.elapsed(), cluster.ready(pod));
        let answer = http::ask(address, "GET", path, "", Duration::from_secs(15));
        let (status, empty) =
            answer.map_or((0, false), |answer| (answer.status, answer.status == 200 && answer.body.contains(":[]")));
        out.push(Asked { at, took: start.elapsed() - at, status, empty, routed });
        sleep(Duration::from_millis(150));
    }
    out
}
