//! The goals, how often each is tried, and where what was measured is told.

use std::any::Any;
use std::fmt::{Debug, Display};
use std::io::Write;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::Report;

/// How often a step is measured at most. A machine that stands still for a moment only ever adds to what a fault costs,
/// so one attempt that meets the goal shows that the deployment does; where no attempt of so many does, it does not.
/// What must never happen, a lost write for one, ends a step at once.
const ATTEMPTS: usize = 4;

/// With `A8CTL_STRICT`, as `scripts/bars` sets it, each attempt must hold but under a load that was itself later than
/// this, which is no measurement: what is due in a stall of the machine comes all at once.
const LATE: Duration = Duration::from_millis(50);

/// How often a fault is repeated: once in a test, oftener where figures are wanted.
pub(crate) fn runs() -> u32 {
    std::env::var("A8CTL_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(1)
}

/// Whether each run must hold, and all that is alike is measured, as `scripts/bars` asks. In tests one stands for those
/// that are alike, so that they end in time.
pub(crate) fn thorough() -> bool {
    std::env::var_os("A8CTL_STRICT").is_some()
}

/// Some steps, and where everything is measured more of them.
pub(crate) fn with_more<T>(steps: &[Step<T>], more: &[Step<T>]) -> Vec<Step<T>> {
    steps.iter().chain(more.iter().filter(|_| thorough())).copied().collect()
}

/// Whether a step is asked for: some where `A8CTL_STEPS` names parts of their names, with commas between; all without.
fn wanted(name: &str) -> bool {
    std::env::var("A8CTL_STEPS").unwrap_or_default().split(',').any(|part| name.contains(part))
}

/// Tells what was measured: to the file that `A8CTL_FIGURES` names, as libtest shows nothing of a test that passes, or
/// else to the standard error.
pub(crate) fn tell(line: &str) {
    let file =
        std::env::var_os("A8CTL_FIGURES").map(|path| std::fs::File::options().append(true).create(true).open(path));
    match file {
        Some(file) => writeln!(file.unwrap(), "{line}").unwrap(),
        None => eprintln!("{line}"),
    }
}

/// How an attempt ends that does not hold, other than by a panic of its own.
enum End {
    /// A goal was missed, perhaps because the load was late.
    Missed { what: String, late: bool },
    /// Something happened that must never happen.
    Broken(String),
}

/// What is done to something that runs, by its name.
pub(crate) type Step<T> = (&'static str, fn(&T));

/// Tries the steps that are asked for, each until it holds or has failed too often; `again` prepares another attempt.
/// What the others cost tells more about a failure than its own figures, so all are tried.
#[track_caller]
pub(crate) fn all<T>(test: &str, on: &T, steps: &[Step<T>], again: impl Fn(&T)) {
    let strict = thorough();
    let mut failed = Vec::new();
    for (name, step) in steps.iter().filter(|(name, _)| wanted(name)) {
        let start = Instant::now();
        let result = holds(name, strict, || step(on), || again(on));
        let word = if result.is_ok() { "held" } else { "FAILED" };
        tell(&format!("{test}: {name}: {word} ({:.0?})", start.elapsed()));
        failed.extend(result.err().map(|why| format!("{name}: {why}")));
    }
    assert!(failed.is_empty(), "{test}:\n{}", failed.join("\n"));
}

/// What kept a step from holding.
fn holds(name: &str, strict: bool, step: impl Fn(), again: impl Fn()) -> Result<(), String> {
    let mut failures = Vec::new();
    loop {
        let Err(reason) = catch_unwind(AssertUnwindSafe(&step)) else { return Ok(()) };
        let (what, late) = match reason.downcast() {
            Ok(end) => match *end {
                End::Missed { what, late } => (what, late),
                End::Broken(what) => return Err(what),
            },
            Err(reason) => (words(&*reason), false),
        };
        tell(&format!("{name}: {}: {what}", if late { "not measured, the load was late" } else { "missed" }));
        failures.push(what);
        if failures.len() == ATTEMPTS || strict && !late {
            return Err(failures.join("\n"));
        }
        catch_unwind(AssertUnwindSafe(&again)).map_err(|reason| words(&*reason))?;
    }
}

/// What a panic said.
fn words(reason: &(dyn Any + Send)) -> String {
    let text = reason.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| reason.downcast_ref::<&str>().copied()).unwrap_or("a panic without words").to_owned()
}

/// Ends the step, and not only the attempt, if something happened that must never happen.
pub(crate) fn never(happened: bool, what: impl FnOnce() -> String) {
    if happened {
        end(End::Broken(what()));
    }
}

/// Not as a panic whose message would name a line of this file.
fn end(how: End) -> ! {
    resume_unwind(Box::new(how))
}

/// What a load says of a fault.
pub(crate) trait Measured: Display {
    /// The longest that the load itself was late.
    fn behind(&self) -> Duration;
}

impl Measured for Report {
    fn behind(&self) -> Duration {
        self.behind
    }
}

fn hold(report: &dyn Measured, met: bool, what: &str, measured: &dyn Debug, goal: &dyn Debug) {
    if !met {
        let what = format!("{what}: {measured:.2?}, at most {goal:.2?}; {report}");
        end(End::Missed { what, late: report.behind() > LATE });
    }
}

/// Ends the attempt unless something took no longer than it may.
pub(crate) fn in_time(report: &dyn Measured, what: &str, took: Duration, goal: Duration) {
    hold(report, took <= goal, what, &took, &goal);
}

/// Ends the attempt unless something happened no oftener than it may.
pub(crate) fn few(report: &dyn Measured, what: &str, count: usize, goal: usize) {
    hold(report, count <= goal, what, &count, &goal);
}

/// Tells what came of a fault and holds it to its goal.
pub(crate) struct Bar<'a> {
    /// Which timing, and what was done.
    pub(crate) what: &'a str,
    pub(crate) failed_gets: usize,
    pub(crate) failed_posts: usize,
    /// The slowest answer.
    pub(crate) worst: Duration,
}

impl Bar<'_> {
    pub(crate) fn hold(&self, report: &Report) {
        let what = self.what;
        tell(&format!("{what}: {report}"));
        few(report, &format!("{what}: failed GETs"), report.gets.failed(), self.failed_gets);
        few(report, &format!("{what}: failed POSTs"), report.posts.failed(), self.failed_posts);
        in_time(report, &format!("{what}: the slowest answer"), report.worst(), self.worst);
    }
}

/// Rules acknowledged and not there afterwards, where these controllers are asked.
pub(crate) fn nothing_lost(what: &str, report: &Report, controllers: SocketAddr) {
    let present = super::stored(controllers);
    let lost = report.lost(&present);
    let all = report.acknowledged.len();
    never(!lost.is_empty(), || format!("{what}: {} of {all} acknowledged rules lost: {lost:?}", lost.len()));
}

pub(crate) fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// Waits for a moment of the load.
pub(crate) fn until(clock: Instant, seconds: f64) {
    sleep(Duration::from_secs_f64(seconds).saturating_sub(clock.elapsed()));
}
