//! Readers and writers of both services, none of whom may notice what happens.

use std::net::Ipv4Addr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::poll::{Reading, while_asking};
use super::project::Project;
use super::start::{INSTANCE, RULE};
use crate::http;
use crate::load::bars::tell;

/// Runs `work` with readers and writers of both services. None may fail, and what was answered "written" is there.
pub(super) fn unnoticed(project: &Project, what: &str, work: impl FnOnce()) {
    let (controller, registry) = (project.controller, project.registry);
    let (number, written) = (AtomicU32::new(0), Mutex::new(Vec::new()));
    let rule = || {
        // Slower than the readers, or the reading of all rules at the end would be what is measured.
        sleep(Duration::from_millis(80));
        let id = format!("{}-{}", what.replace(' ', "-"), number.fetch_add(1, Ordering::Relaxed));
        let rule = RULE.replace("a8ctl-test", &id).replace("reviews", "rolled");
        let answer = http::post(controller, "/v1/rules", &rule)?;
        if answer.status == 201 {
            written.lock().unwrap().push(id);
        }
        Ok(answer)
    };
    let instance = || {
        sleep(Duration::from_millis(80));
        http::post(registry, "/api/v1/instances", INSTANCE)
    };
    let start = Instant::now();
    let readings = while_asking(
        &[
            &|| http::get(controller, "/v1/rules?id=a8ctl-test"),
            &|| http::get(registry, "/api/v1/instances"),
            &rule,
            &instance,
        ],
        |_| {
            sleep(Duration::from_millis(500));
            work();
            sleep(Duration::from_secs(1));
        },
    );
    let took = start.elapsed();
    let [rules, instances, new_rules, new_instances] = readings.as_slice() else { panic!("four questions") };
    for (who, readings, good) in [
        ("controller read", rules, 200),
        ("registry read", instances, 200),
        ("controller written", new_rules, 201),
        ("registry written", new_instances, 201),
    ] {
        let failed = |reading: &&Reading| reading.status() != good || reading.empty();
        let bad: Vec<_> = readings.iter().filter(failed).map(|reading| (reading.at, &reading.answer)).collect();
        let told = format!("{what}, {who}: {} of {} failed, in {took:.0?}", bad.len(), readings.len());
        tell(&told);
        assert!(
            bad.is_empty() && readings.len() > 10,
            "{told}, the first: {:?}",
            bad.iter().take(5).collect::<Vec<_>>()
        );
    }
    let rules = http::get(controller, "/v1/rules?destination=rolled").unwrap().body;
    for id in written.into_inner().unwrap() {
        assert!(rules.contains(&format!("{id}\"")), "{what}: {id} was written and is not there");
    }
    // What is measured next does not read hundreds of rules.
    let local = (Ipv4Addr::LOCALHOST, controller).into();
    let deleted = http::ask(local, "DELETE", "/v1/rules?destination=rolled", "", Duration::from_secs(10)).unwrap();
    assert_eq!(deleted.status, 200, "{deleted:?}");
}
