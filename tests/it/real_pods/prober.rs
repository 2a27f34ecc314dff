//! What the answers to probes do to a container.

use std::time::{Duration, Instant};

use super::probe::Probe;
use super::process::{Process, State};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Startup,
    Liveness,
    Readiness,
}

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
        self.say(&format!("{kind:?} stops it"));
        self.stop(start, Duration::from_secs(probe.grace.unwrap_or(self.grace)));
    }
}
