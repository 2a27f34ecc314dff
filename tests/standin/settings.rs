//! Settings from the environment, with the ways in which the real services refuse them.

use crate::http::{Request, Response};
use std::process::exit;
use std::time::Duration;

/// An empty variable counts as absent.
pub fn text(name: &str, default: &str) -> String {
    std::env::var(name).ok().filter(|value| !value.is_empty()).unwrap_or_else(|| default.to_owned())
}

/// A value that does not parse ends the services with 0, so a restart policy "on failure" does not help.
fn parsed<T>(name: &str, default: &str, parse: impl Fn(&str) -> Option<T>) -> T {
    let value = text(name, default);
    parse(&value).unwrap_or_else(|| {
        eprintln!("Command setup failed: {name}: could not parse {value:?}");
        exit(0)
    })
}

pub fn integer(name: &str, default: &str) -> i64 {
    parsed(name, default, |value| value.parse().ok())
}

pub fn boolean(name: &str) -> bool {
    parsed(name, "false", |value| match value {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    })
}

/// A duration as Go writes it, `1m30s`; a unit is required except for 0.
pub fn duration(name: &str, default: &str) -> Duration {
    parsed(name, default, |value| {
        if value == "0" {
            return Some(Duration::ZERO);
        }
        let (mut rest, mut sum) = (value, 0.0);
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
            let number: f64 = rest[..digits].parse().ok()?;
            rest = &rest[digits..];
            let unit = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
            sum += number
                * match &rest[..unit] {
                    "h" => 3600.0,
                    "m" => 60.0,
                    "s" => 1.0,
                    "ms" => 1e-3,
                    "us" | "µs" => 1e-6,
                    "ns" => 1e-9,
                    _ => return None,
                };
            rest = &rest[unit..];
        }
        (!value.is_empty()).then(|| Duration::try_from_secs_f64(sum).ok())?
    })
}

pub fn refuse(reason: &str) -> ! {
    eprintln!("{reason}");
    exit(1)
}

/// What both services ask of every request.
pub struct Gate {
    https: bool,
    mode: String,
}

impl Gate {
    pub fn from_environment() -> Self {
        let mode = text("A8_AUTH_MODE", "");
        for word in mode.split(',').filter(|_| !mode.is_empty()) {
            match word.trim() {
                "trusted" => {}
                "jwt" if !text("A8_JWT_SECRET", "").is_empty() => {}
                _ => refuse("unusable A8_AUTH_MODE or A8_JWT_SECRET"),
            }
        }
        Self { https: boolean("A8_REQUIRE_HTTPS"), mode }
    }

    /// Also health requests are redirected, which a probe has to know.
    pub fn redirect(&self, request: &Request) -> Option<Response> {
        let secure = request.header("x-forwarded-proto") == Some("https");
        (self.https && !secure).then(|| {
            let place = format!("https://{}{}", request.header("host").unwrap_or_default(), request.path);
            Response { location: Some(place), ..Response::empty(301) }
        })
    }

    /// The namespace of a request, or the refusal. Signatures of JWT tokens are not verified here.
    pub fn namespace(&self, request: &Request) -> Result<String, Response> {
        let token = request.header("authorization").map(|value| value.trim_start_matches("Bearer ").trim());
        let jwt = self.mode.contains("jwt") && token.is_some_and(|token| token.split('.').count() == 3);
        match token {
            None | Some("" | "default") if self.mode.is_empty() => Ok("default".to_owned()),
            Some(_) if jwt => Ok("default".to_owned()),
            Some(token) if self.mode.contains("trusted") && !token.is_empty() => Ok(token.to_owned()),
            _ => Err(Response::error(401, "error_auth_not_authorized", "")),
        }
    }
}
