//! Probes, asked as a kubelet asks them.

use std::net::Ipv4Addr;
use std::time::Duration;

use super::docker::within;
use super::fields::Fields;
use crate::http;
use crate::support::text;

#[derive(Clone)]
pub(super) struct Probe {
    action: Action,
    pub(super) period: Duration,
    timeout: Duration,
    pub(super) failures: u64,
    /// Of a liveness or startup probe: how long the container it kills has to end, if not the pod's.
    pub(super) grace: Option<u64>,
}

#[derive(Clone)]
enum Action {
    Http { port: u16, path: String },
    Exec(Vec<String>),
}

impl Probe {
    pub(super) fn read(mut fields: Fields) -> Self {
        let (mut http, mut exec) = (fields.inner("httpGet"), fields.inner("exec"));
        let action = if http.is_empty() {
            Action::Exec(exec.words("command"))
        } else {
            let port = http.number("port").and_then(|port| u16::try_from(port).ok());
            Action::Http { port: port.unwrap_or_else(|| panic!("a probe without a port")), path: http.text("path") }
        };
        assert!(!matches!(&action, Action::Exec(command) if command.is_empty()), "a probe that asks nothing");
        for fields in [http, exec] {
            fields.done();
        }
        let mut seconds = |key: &str, default: u64| Duration::from_secs(fields.number(key).unwrap_or(default));
        let (period, timeout) = (seconds("periodSeconds", 10), seconds("timeoutSeconds", 1));
        let failures = fields.number("failureThreshold").unwrap_or(3);
        let grace = fields.number("terminationGracePeriodSeconds");
        fields.done();
        Self { action, period, timeout, failures, grace }
    }

    /// Why it fails, if it does.
    pub(super) fn ask(&self, address: Ipv4Addr, container: &str) -> Result<(), String> {
        match &self.action {
            Action::Http { port, path } => {
                let answer = http::ask((address, *port).into(), "GET", path, "", self.timeout);
                let answer = answer.map_err(|error| format!("GET :{port}{path}: {error}"))?;
                if (200..400).contains(&answer.status) {
                    return Ok(());
                }
                Err(format!("GET :{port}{path}: {} {:?}", answer.status, answer.body))
            }
            Action::Exec(command) => {
                let mut args = vec!["exec", container];
                args.extend(command.iter().map(String::as_str));
                let Some(output) = within(self.timeout, &args) else {
                    return Err(format!("{command:?}: no end within {:?}", self.timeout));
                };
                if output.status.success() {
                    return Ok(());
                }
                Err(format!("{command:?}: {} {}{}", output.status, text(&output.stdout), text(&output.stderr)))
            }
        }
    }
}
