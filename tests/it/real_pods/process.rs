//! A container while its pod lives: started, asked by its probes, stopped and started again.

use std::net::Ipv4Addr;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::container::Container;
use super::docker::{command, docker, within};
use super::log::Log;
use crate::support::{run, text};

/// The kubelet's shortest time between a request to end and the end.
const LEAST_GRACE: Duration = Duration::from_secs(2);

pub(super) struct Process {
    pub(super) pod: String,
    pub(super) container: Container,
    /// Its name in docker, but for the number of the start.
    pub(super) name: String,
    pub(super) address: Ipv4Addr,
    /// The pod's, in seconds.
    pub(super) grace: u64,
    pub(super) log: Log,
    state: Mutex<State>,
    /// When it is started after its next end, where a test knows better than the kubelet's rule.
    pause: Mutex<Option<Duration>>,
    pub(super) changed: Condvar,
}

/// `start` counts from 1; all else is about that start.
#[derive(Default)]
pub(super) struct State {
    pub(super) start: u32,
    pub(super) running: bool,
    /// Its startup probe has passed.
    pub(super) started: bool,
    pub(super) ready: bool,
    /// It is about to be stopped.
    pub(super) doomed: bool,
    /// The pod ends.
    over: bool,
}

impl Process {
    pub(super) fn new(pod: &str, container: Container, name: String, address: Ipv4Addr, grace: u64, log: Log) -> Self {
        let (state, pause, changed) = (Mutex::default(), Mutex::default(), Condvar::new());
        Self { pod: pod.to_owned(), container, name, address, grace, log, state, pause, changed }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn say(&self, what: &str) {
        self.log.say(&format!("{}/{}: {what}", self.pod, self.container.name));
    }

    pub(super) fn docker_name(&self, start: u32) -> String {
        format!("{}-{start}", self.name)
    }

    pub(super) fn end(&self) {
        self.state().over = true;
        self.changed.notify_all();
    }

    /// Blocks until it is so or the pod ends; false then.
    pub(super) fn wait(&self, so: impl Fn(&State) -> bool) -> bool {
        let waiting = |state: &mut State| !state.over && !so(state);
        let state = self.changed.wait_while(self.state(), waiting).unwrap_or_else(PoisonError::into_inner);
        !state.over
    }

    /// Sleeps; false when the pod ends meanwhile, also true at once when it is so.
    pub(super) fn sleep(&self, time: Duration, until: impl Fn(&State) -> bool) -> bool {
        let waiting = |state: &mut State| !state.over && !until(state);
        let waited = self.changed.wait_timeout_while(self.state(), time, waiting);
        !waited.unwrap_or_else(PoisonError::into_inner).0.over
    }

    /// Starts it again and again until the pod ends. `options` are all of `docker run` but the name.
    pub(super) fn live(&self, options: &[String]) {
        for start in 1.. {
            let name = self.docker_name(start);
            let mut args = vec!["run", "--detach", "--name", &name];
            args.extend(options.iter().map(String::as_str));
            let output = run(&mut command(&args));
            {
                let mut state = self.state();
                // What was started a moment too late is removed with the rest.
                if state.over {
                    return;
                }
                assert!(output.status.success(), "{name} does not start: {}", text(&output.stderr));
                let started = self.container.startup.is_none();
                let ready = started && self.container.readiness.is_none();
                *state = State { start, running: true, started, ready, ..State::default() };
            }
            self.changed.notify_all();
            self.say("started");
            let status = docker_wait(&name);
            {
                let mut state = self.state();
                *state = State { start, over: state.over, ..State::default() };
            }
            self.changed.notify_all();
            self.say(&format!("ended: {status}"));
            // At once the first time, then after 10 s, 20 s and so on, as a kubelet does.
            let delay = if start == 1 { Duration::ZERO } else { Duration::from_secs(10 << (start - 2).min(5)) };
            let told = self.pause.lock().unwrap_or_else(PoisonError::into_inner).take();
            if !self.sleep(told.unwrap_or(delay), |_| false) {
                return;
            }
        }
    }

    /// What a kubelet does before a container ends by its will: its hook, then a signal, then the kill. The hook and
    /// what follows it share one time; the hook also runs for a container that is stopped by a probe.
    pub(super) fn stop(&self, start: u32, grace: Duration) {
        self.state().doomed = true;
        let since = Instant::now();
        self.hook(start, grace);
        if self.sleep(self.container.pre_stop.0.min(grace), |state| state.start != start) {
            let left = grace.saturating_sub(since.elapsed()).max(LEAST_GRACE).as_secs();
            run(&mut command(&["stop", "--time", &left.to_string(), &self.docker_name(start)]));
        }
    }

    /// What it does before it is stopped.
    pub(super) fn hook(&self, start: u32, grace: Duration) {
        let words = &self.container.pre_stop.1;
        if !words.is_empty() {
            let name = self.docker_name(start);
            let words = words.iter().map(String::as_str);
            let output = within(grace, &["exec", &name].into_iter().chain(words).collect::<Vec<_>>());
            let said = output.map(|it| text(&it.stdout) + &text(&it.stderr));
            self.say(&format!("hook: {}", said.as_deref().unwrap_or("no end").trim()));
        }
    }

    /// After its next end it is started after so long, whatever the kubelet's rule.
    pub(super) fn starts_again_after(&self, pause: Duration) {
        *self.pause.lock().unwrap_or_else(PoisonError::into_inner) = Some(pause);
    }

    /// A signal from outside, which unlike one from inside reaches a first process that handles none.
    pub(super) fn signal(&self, signal: &str) {
        self.say(&format!("gets {signal}"));
        docker(&["kill", "--signal", signal, &self.docker_name(self.state().start)]);
    }
}

/// Blocks until it ends.
fn docker_wait(name: &str) -> String {
    let output = run(&mut command(&["wait", name]));
    text(&output.stdout).trim().to_owned()
}
