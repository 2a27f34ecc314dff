//! What the answers to probes do to a container.

use std::time::{Duration, Instant};

use super::docker::{command, within};
use super::probe::Probe;
use super::process::{Process, State};
use crate::support::run;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Startup,
    Liveness,
    Readiness,
}

/// The kubelet's shortest time between a request to end and the end.
const LEAST_GRACE: Duration = Duration::from_secs(2);

impl Process {
    /// Asks one of its probes until the pod ends.
    pub(super) fn probe(&self, kind: Kind, probe: &Probe) {
        let due = |state: &State| {
            state.running
                && match kind {
                    Kind::Startup => !state.started && !state.doomed,
                    Kind::Liveness => state.started && !state.doomed,
                    Kind::Readiness => state.started,
                }
        };
        let (mut start, mut failures) = (0, 0);
        while self.wait(due) {
            let next = Instant::now() + probe.period;
            let now = self.state().start;
            if start != now {
                (start, failures) = (now, 0);
            }
            let answer = probe.ask(self.address, &self.docker_name(start));
            let same = |state: &State| state.start == start && state.running;
            if !same(&self.state()) {
                continue;
            }
            match answer {
                Ok(()) => {
                    failures = 0;
                    self.passed(kind, start);
                }
                Err(why) => {
                    failures += 1;
                    self.say(&format!("{kind:?} {failures}: {why}"));
                    if failures >= probe.failures {
                        failures = 0;
                        self.failed(kind, start, probe);
                    }
                }
            }
            if !self.sleep(next.saturating_duration_since(Instant::now()), |state| !same(state) || !due(state)) {
                return;
            }
        }
    }

    fn passed(&self, kind: Kind, start: u32) {
        let mut state = self.state();
        match kind {
            _ if state.start != start || !state.running => return,
            Kind::Startup => {
                state.started = true;
                state.ready = self.container.readiness.is_none();
            }
            Kind::Liveness => return,
            Kind::Readiness if state.ready => return,
            Kind::Readiness => state.ready = true,
        }
        drop(state);
        self.say(&format!("{kind:?} passed"));
        self.changed.notify_all();
    }

    fn failed(&self, kind: Kind, start: u32, probe: &Probe) {
        if kind == Kind::Readiness {
            self.state().ready = false;
            return;
        }
        self.state().doomed = true;
        self.say(&format!("{kind:?} stops it"));
        // The hook and what follows it share one time; the hook also runs for a container that is stopped by a probe.
        let (since, grace) = (Instant::now(), Duration::from_secs(probe.grace.unwrap_or(self.grace)));
        let (pause, words) = &self.container.pre_stop;
        if !words.is_empty() {
            let name = self.docker_name(start);
            let words = words.iter().map(String::as_str);
            within(grace, &["exec", &name].into_iter().chain(words).collect::<Vec<_>>());
        }
        if self.sleep((*pause).min(grace), |state| state.start != start) {
            let left = grace.saturating_sub(since.elapsed()).max(LEAST_GRACE).as_secs();
            run(&mut command(&["stop", "--time", &left.to_string(), &self.docker_name(start)]));
        }
    }
}
