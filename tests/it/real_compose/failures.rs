//! `single-node` loses a controller, then its Redis in three ways, with readers that do not stop.

use std::collections::BTreeSet;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::poll::{Reading, summary, while_reading};
use super::project::Project;
use super::start::{RULE, keeps_what_it_is_told};
use super::{backup, facts, operations, redis};
use crate::http;
use crate::load::bars::{self, tell};
use crate::support::stdout_of;

const RULES: &str = "/v1/rules?id=a8ctl-test";
const INSTANCES: &str = "/api/v1/instances";

/// The first moments of an outage, in which a registry may still say "200, nothing": until the balancer's checks have
/// failed twice, 500 ms and 200 ms apart with 500 ms to answer.
const BLIND: Duration = Duration::from_millis(1500);
/// After its datastore is back, within this time a service must be too.
const RECOVERY: Duration = Duration::from_secs(5);

#[test]
fn single_node_survives_what_it_says() {
    let sets = ["datastores.store.image=a8ctl-test/redis:local".to_owned()];
    let up = Project::up("real Compose: single-node", "single-node", "docker-compose-2.40", &sets);
    let Some(project) = up else { return };
    facts::check(&project);
    redis::check(&project);
    keeps_what_it_is_told(&project);
    backup::check(&project);
    let steps: &[bars::Step<Project>] = &[
        ("operations", operations::check),
        ("any controller", |project| a_controller_dies(project, &any_controller_serves_any_client(project))),
        ("Redis crashes", redis_crashes),
        ("Redis is away", redis_is_away),
        ("Redis hangs", redis_hangs),
    ];
    bars::all("real Compose: single-node", &project, steps, |project| {
        sleep(RECOVERY);
        keeps_what_it_is_told(project);
    });
}

/// Writes through one controller and reads through each of them; the balancer's log says which was which.
fn any_controller_serves_any_client(project: &Project) -> String {
    let written = http::post(project.controller, "/v1/rules?mark=write", RULE).unwrap();
    assert_eq!(written.status, 201, "{written:?}");
    let writer = project.server_of("mark=write ");
    let mut readers = BTreeSet::new();
    for mark in 0..60 {
        let read = http::get(project.controller, &format!("{RULES}&mark={mark}")).unwrap();
        assert!(read.status == 200 && read.body.contains("reviews"), "{read:?}");
        readers.insert(project.server_of(&format!("mark={mark} ")));
        if readers.len() == 3 {
            break;
        }
    }
    assert_eq!(readers.iter().collect::<Vec<_>>(), ["controller-1", "controller-2", "controller-3"]);
    writer
}

fn a_controller_dies(project: &Project, controller: &str) {
    let readings = while_reading(&[(project.controller, RULES)], |_| {
        sleep(Duration::from_millis(500));
        project.docker("kill", controller);
        sleep(Duration::from_secs(3));
    });
    tell(&format!("{controller} killed: {}", summary(&readings[0])));
    assert!(readings[0].len() > 100, "{}", summary(&readings[0]));
    assert!(readings[0].iter().all(Reading::good), "{}", summary(&readings[0]));
    project.docker("start", controller);
}

/// SIGKILL from outside of the container. `docker kill` would count as a stop by hand, after which the restart policy
/// does nothing; a process 1 cannot be killed from inside.
fn crash(project: &Project, service: &str) {
    let facts = project.inspect(service);
    let kill = format!("kill -9 {}", facts["State"]["Pid"]);
    let image = facts["Config"]["Image"].as_str().unwrap();
    let mut docker = Command::new("docker");
    docker.args(["run", "--rm", "--pid=host", "--network=none", "--user=0", "--cap-add=KILL", "--entrypoint=sh"]);
    stdout_of(docker.args([image, "-c", &kill]));
}

/// Checks what both services said while `away` was under way and after it, and reports it.
fn held(project: &Project, what: &str, away: impl FnOnce()) -> [Vec<Reading>; 2] {
    let mut ended = Duration::ZERO;
    let readings = while_reading(&[(project.controller, RULES), (project.registry, INSTANCES)], |clock: Instant| {
        sleep(Duration::from_millis(500));
        away();
        ended = clock.elapsed();
        sleep(RECOVERY + Duration::from_secs(2));
    });
    for (service, readings) in ["controller", "registry"].iter().zip(&readings) {
        let told = format!("{what}, {service}: {} (over at {ended:?})", summary(readings));
        tell(&told);
        let late: Vec<_> = readings.iter().filter(|reading| reading.at > ended + RECOVERY).collect();
        assert!(!late.is_empty() && late.iter().all(|reading| reading.good()), "not back in time: {told}");
        let last = readings.iter().rev().find(|reading| reading.empty()).map_or(Duration::ZERO, |reading| reading.at);
        assert!(last < noticed(readings) + BLIND, "200 and empty at {last:?}: {told}");
    }
    readings.try_into().unwrap_or_else(|_| panic!("two readers"))
}

/// The restart policy brings it back at once, and its file has every rule.
fn redis_crashes(project: &Project) {
    held(project, "Redis crashed", || crash(project, "redis"));
    assert!(project.inspect("redis")["RestartCount"].as_u64().unwrap() > 0, "it did not crash");
}

/// Away long enough that everything must have noticed.
fn redis_is_away(project: &Project) {
    let readings = held(project, "Redis away", || {
        project.docker("kill", "redis");
        sleep(Duration::from_secs(4));
        project.docker("start", "redis");
    });
    for readings in &readings {
        let down = noticed(readings) + BLIND..noticed(readings) + Duration::from_millis(3500);
        let statuses: BTreeSet<u16> =
            readings.iter().filter(|reading| down.contains(&reading.at)).map(Reading::status).collect();
        assert_eq!(statuses, BTreeSet::from([503]), "{}", summary(readings));
    }
}

/// When the outage reached the readers: starting the command that causes it takes its time.
fn noticed(readings: &[Reading]) -> Duration {
    readings.iter().find(|reading| !reading.good()).map_or(Duration::ZERO, |reading| reading.at)
}

/// Frozen, not dead: connections stay open and nothing answers.
fn redis_hangs(project: &Project) {
    held(project, "Redis paused", || {
        project.docker("pause", "redis");
        sleep(Duration::from_secs(5));
        project.docker("unpause", "redis");
    });
}
