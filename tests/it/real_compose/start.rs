//! The other one-host profiles: they start and keep what they are told.

use super::project::Project;
use crate::http;

pub(super) const RULE: &str =
    r#"{"rules":[{"id":"a8ctl-test","destination":"reviews","priority":1,"route":{"backends":[{"tags":["v1"]}]}}]}"#;
pub(super) const INSTANCE: &str =
    r#"{"service_name":"a8ctl-test","endpoint":{"type":"tcp","value":"192.0.2.1:80"},"ttl":600,"status":"UP"}"#;

/// Writes a rule and an instance through the balancer and finds both.
#[track_caller]
pub(super) fn keeps_what_it_is_told(project: &Project) {
    let written = http::post(project.controller, "/v1/rules", RULE).unwrap();
    assert_eq!(written.status, 201, "{written:?}");
    let rules = http::get(project.controller, "/v1/rules").unwrap();
    assert!(rules.status == 200 && rules.body.contains("reviews"), "{rules:?}");
    let registered = http::post(project.registry, "/api/v1/instances", INSTANCE).unwrap();
    assert_eq!(registered.status, 201, "{registered:?}");
    let instances = http::get(project.registry, "/api/v1/instances").unwrap();
    assert!(instances.status == 200 && instances.body.contains("192.0.2.1:80"), "{instances:?}");
}

#[test]
fn dev_starts() {
    let Some(project) = Project::up("real Compose: dev", "dev", "docker-compose-2.26", &[]) else { return };
    keeps_what_it_is_told(&project);
}

#[test]
fn classic_starts() {
    let sets = [
        "datastores.store.image=a8ctl-test/redis:local".to_owned(),
        format!("datastores.store.ports.redis.published={}", http::free_port()),
    ];
    let up = Project::up("real Compose: amalgam8-classic", "amalgam8-classic", "docker-compose-2.26", &sets);
    let Some(project) = up else { return };
    keeps_what_it_is_told(&project);
}
