//! Readers that do not stop while something fails.

use std::io::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use crate::http::{self, Answer};

/// What is read all the time: a port and a path.
pub(super) type Place<'a> = (u16, &'a str);

/// One reading: when it began, and what came.
pub(super) struct Reading {
    pub(super) at: Duration,
    pub(super) answer: Result<Answer, Error>,
}

impl Reading {
    pub(super) fn status(&self) -> u16 {
        self.answer.as_ref().map_or(0, |answer| answer.status)
    }

    /// A success that says there is nothing, which is a lie in all tests here.
    pub(super) fn empty(&self) -> bool {
        self.answer.as_ref().is_ok_and(|answer| answer.status == 200 && answer.body.contains(":[]"))
    }

    pub(super) fn good(&self) -> bool {
        self.status() == 200 && !self.empty()
    }
}

/// A question that is asked all the time.
pub(super) type Question<'a> = &'a (dyn Fn() -> Result<Answer, Error> + Sync);

/// Reads each place about 50 times a second while `work` runs, which gets the clock of the readings.
pub(super) fn while_reading(places: &[Place<'_>], work: impl FnOnce(Instant)) -> Vec<Vec<Reading>> {
    let questions: Vec<_> = places.iter().map(|&(port, path)| move || http::get(port, path)).collect();
    let questions: Vec<Question<'_>> = questions.iter().map(|question| question as Question<'_>).collect();
    while_asking(&questions, work)
}

/// The same with any questions, a writer's too.
pub(super) fn while_asking(questions: &[Question<'_>], work: impl FnOnce(Instant)) -> Vec<Vec<Reading>> {
    let stop = Stop(AtomicBool::new(false));
    let start = Instant::now();
    scope(|scope| {
        let readers: Vec<_> = questions.iter().map(|question| scope.spawn(|| read(question, start, &stop.0))).collect();
        {
            // Also when `work` panics: the readers would go on for ever.
            let _ends = Ends(&stop);
            work(start);
        }
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    })
}

struct Stop(AtomicBool);

struct Ends<'a>(&'a Stop);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

fn read(question: Question<'_>, start: Instant, stop: &AtomicBool) -> Vec<Reading> {
    let mut readings = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let at = start.elapsed();
        readings.push(Reading { at, answer: question() });
        sleep(Duration::from_millis(20).saturating_sub(start.elapsed() - at));
    }
    readings
}

/// How many readings gave what, and when the last bad one was, for the reader of a failed test.
pub(super) fn summary(readings: &[Reading]) -> String {
    let count = |wanted: &dyn Fn(&Reading) -> bool| readings.iter().filter(|reading| wanted(reading)).count();
    let last = readings.iter().rev().find(|reading| !reading.good());
    let bad = readings.iter().find(|reading| !reading.good()).map(|reading| reading.at);
    format!(
        "{} readings: {} good, {} empty, {} of 503, {} of 500, {} of 504, {} without an answer; bad from {bad:?} to {:?}",
        readings.len(),
        count(&Reading::good),
        count(&Reading::empty),
        count(&|reading| reading.status() == 503),
        count(&|reading| reading.status() == 500),
        count(&|reading| reading.status() == 504),
        count(&|reading| reading.status() == 0),
        last.map(|reading| reading.at),
    )
}
