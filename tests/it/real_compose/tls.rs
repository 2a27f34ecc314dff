//! TLS on both sides: clients' connections end at the balancer, and a Redis of somebody else is spoken to in TLS alone.

use std::thread::sleep;
use std::time::{Duration, Instant};

use super::foreign_redis::{HOST as REDIS, PASSWORD, Redis};
use super::project::Project;
use super::start::{INSTANCE, RULE};
use crate::http;
use crate::images;
use crate::load::bars::tell;
use crate::openssl::Authority;
use crate::support::{run, stdout_of, text};

const EDGE: &str = "edge.a8ctl.test";
const OTHER: &str = "other.a8ctl.test";

/// Within this time the loss of a Redis of somebody else is noticed: two checks fail, with a second each to connect.
const NOTICED: Duration = Duration::from_millis(3500);

/// On one host, and with services that redirect whom they take for a client without TLS: also the balancer, if it does
/// not say how its clients came.
const PROFILE: &str = "
extends: external-db
placement: { nodes: 1, hosts: null, spread: preferred }
balancer:
  vip: null
  tls: { certificate: { secret: edge, key: certificate }, key: { secret: edge, key: key } }
services:
  controller: { env: { A8_REQUIRE_HTTPS: 'true' } }
  registry: { env: { A8_REQUIRE_HTTPS: 'true' } }
datastores:
  store: { host: redis.a8ctl.test, port: 6380, tls: { ca: { secret: redis, key: ca } } }
secrets: { edge: [certificate, key], redis: [password, ca] }
guarantees: null
";

#[test]
fn tls_on_both_sides() {
    let test = "real Compose: TLS";
    let (Some(ours), Some(theirs)) = (Authority::new(test), Authority::new(test)) else { return };
    for host in [EDGE, REDIS, OTHER] {
        ours.certify(host);
    }
    theirs.certify(REDIS);
    let profile = ours.path("tls.yaml");
    std::fs::write(&profile, PROFILE).unwrap();
    if !images::make(test, &["redis=a8ctl-test/redis:local".to_owned()]) {
        return;
    }
    let project = Project::generated(test, &profile.to_string_lossy(), "docker-compose-2.40", &[]);
    let Some(mut project) = project else { return };
    secrets_are_demanded(&project, &ours);
    project.start();

    let redis = Redis::start(&project, Some((&ours, REDIS)));
    answers(&project, &ours);
    serves(&project, &ours);
    assert!(redis.says().contains("cmdstat_ping"), "the balancer's checks came another way");
    drop(redis);
    refuses(&project, &ours, "a certificate of another authority", Some((&theirs, REDIS)));
    refuses(&project, &ours, "a certificate for another name", Some((&ours, OTHER)));
    refuses(&project, &ours, "no TLS", None);
    let _redis = Redis::start(&project, Some((&ours, REDIS)));
    answers(&project, &ours);
    renewed(&project, &theirs);
}

/// Puts what the script asks for where it asks for it, until it asks no more.
fn secrets_are_demanded(project: &Project, ours: &Authority) {
    let read = |file: String| std::fs::read_to_string(ours.path(&file)).unwrap();
    for (file, content) in [
        ("redis-password", format!("{PASSWORD}\n")),
        ("edge-certificate", read(format!("{EDGE}.crt"))),
        ("edge-key", read(format!("{EDGE}.key"))),
        ("redis-ca", read("ca.crt".to_owned())),
    ] {
        let output = run(&mut project.make_secrets());
        let said = text(&output.stderr);
        assert!(!output.status.success() && said.contains(&format!("into secrets/{file} ")), "{file}: {said}");
        std::fs::write(project.path(&format!("secrets/{file}")), content).unwrap();
    }
    stdout_of(&mut project.make_secrets());
}

/// Encrypted, both services answer.
fn answers(project: &Project, ours: &Authority) {
    for (port, path) in [(project.controller, "/v1/rules"), (project.registry, "/api/v1/instances")] {
        let (time, _) = project.wait(path, Duration::from_secs(30), || ours.ask(EDGE, port, "GET", path, ""));
        tell(&format!("TLS: {path} answers after {time:.1?}"));
    }
}

/// They keep what they are told; not encrypted, nobody answers.
fn serves(project: &Project, ours: &Authority) {
    for (port, path, json, mark) in [
        (project.controller, "/v1/rules", RULE, "reviews"),
        (project.registry, "/api/v1/instances", INSTANCE, "192.0.2.1:80"),
    ] {
        let written = ours.ask(EDGE, port, "POST", path, json).unwrap();
        assert_eq!(written.status, 201, "{written:?}");
        let read = ours.ask(EDGE, port, "GET", path, "").unwrap();
        assert!(read.status == 200 && read.body.contains(mark), "{read:?}");
        let plain = http::get(port, path);
        assert!(plain.is_err(), "without TLS: {plain:?}");
        let other = ours.ask(OTHER, port, "GET", path, "");
        assert!(other.is_err(), "this client does not look at names: {other:?}");
    }
}

/// Another certificate, put where the first one was as `mv` and `rsync` do, is taken with a new balancer.
fn renewed(project: &Project, theirs: &Authority) {
    theirs.certify(EDGE);
    for (from, to) in [(format!("{EDGE}.crt"), "secrets/edge-certificate"), (format!("{EDGE}.key"), "secrets/edge-key")]
    {
        let new = project.path(&format!("{to}.new"));
        std::fs::copy(theirs.path(&from), &new).unwrap();
        std::fs::rename(&new, project.path(to)).unwrap();
    }
    stdout_of(&mut project.make_secrets());
    let start = Instant::now();
    stdout_of(&mut project.script(&project.docker_config(), "roll.sh", &["balancer"]));
    // It must not wait for the services' connections to the datastore, which never end.
    assert!(start.elapsed() < Duration::from_secs(20), "the balancer was away for {:.0?}", start.elapsed());
    answers(project, theirs);
}

/// In front of a Redis that is not who it should be there are honest errors, and it is told nothing.
fn refuses(project: &Project, ours: &Authority, what: &str, identity: Option<(&Authority, &str)>) {
    let redis = Redis::start(project, identity);
    sleep(NOTICED);
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(3) {
        for (port, path) in [(project.controller, "/v1/rules"), (project.registry, "/api/v1/instances")] {
            let answer = ours.ask(EDGE, port, "GET", path, "").unwrap();
            assert_eq!(answer.status, 503, "{what}: {answer:?}");
        }
        sleep(Duration::from_millis(100));
    }
    let called = redis.called();
    assert!(called > 3, "{what}: the balancer has not even tried");
    let says = redis.says();
    let told: Vec<&str> = says.lines().filter_map(|line| line.strip_prefix("cmdstat_")?.split(':').next()).collect();
    let own = |command: &&&str| ["auth", "info"].contains(*command);
    assert!(told.iter().all(|command| own(&command)), "{what}: it was told {told:?}");
    tell(&format!("{what}: called {called} times and told nothing"));
}
