//! Times that must fit into one another: how long a request may take, how soon a replica is found out, how long one
//! that ends is left alone.

use crate::diagnostic::{Diagnostic, Span};
use crate::grammar::{Millis, Name};
use crate::topology::{Balancer, Check, Shutdown, Timing};

/// How long a balancer waits for the answer to a check, in milliseconds, as its configuration says.
const fn answer(timing: Timing) -> u64 {
    match timing {
        Timing::Default => 500,
        Timing::Fast => 250,
    }
}

/// A service's times with their places.
pub(super) struct Times<'a> {
    pub(super) name: &'a Name,
    pub(super) check: Option<(&'a Check, Span)>,
    pub(super) shutdown: Option<(&'a Shutdown, Span)>,
}

/// What does not fit, as warnings.
pub(super) fn problems(times: &Times<'_>, balancer: &Balancer) -> Vec<Diagnostic> {
    check(times, balancer).into_iter().chain(shutdown(times, balancer)).collect()
}

/// A hung replica must be out before the first of its requests is given up, or those asked again meet it again.
fn check(times: &Times<'_>, balancer: &Balancer) -> Option<Diagnostic> {
    let (check, span) = times.check?;
    // A question is under way, the next gets no answer, and neither does the one after.
    let out = check.interval.0.saturating_add(2 * answer(balancer.timing));
    let patience = balancer.server_timeout;
    (out > patience.0).then(|| {
        let message = format!(
            "a replica of `{}` that hangs is found out after {}, when the first requests have been given up after \
             {patience} and asked again",
            times.name,
            Millis(out)
        );
        let interval = Millis(patience.0.saturating_sub(2 * answer(balancer.timing)).max(100));
        let enough = interval.0.saturating_add(2 * answer(balancer.timing)) <= patience.0;
        let raise = format!("`balancer.server_timeout` to {}", Millis(out));
        let help =
            if enough { format!("lower `interval` to {interval}, or raise {raise}") } else { format!("raise {raise}") };
        Diagnostic::warning("check-slower-than-requests", message).at(span).help(help)
    })
}

/// A request that came before the replica was drained must end before the replica does.
fn shutdown(times: &Times<'_>, balancer: &Balancer) -> Option<Diagnostic> {
    let (shutdown, span) = times.shutdown?;
    let drain = shutdown.drain?;
    let whole = Millis(drain.0.saturating_add(balancer.server_timeout.0));
    // Where the draining alone takes longer, that is said already.
    (drain.0 < shutdown.grace.0 && whole.0 > shutdown.grace.0).then(|| {
        let message = format!(
            "`{}` is killed {} after it was told to end: a request that comes while it drains for {drain} may take {}",
            times.name, shutdown.grace, balancer.server_timeout
        );
        let help = format!("raise `grace` to {whole}, or lower `balancer.server_timeout`");
        Diagnostic::warning("grace-cuts-requests", message).at(span).help(help)
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::profile::{Request, load};

    /// What is said of a profile with these values.
    fn codes(profile: &str, sets: &[&str]) -> Vec<&'static str> {
        let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
        let nothing = |_: &Path| Err("there are no files".to_owned());
        let loaded = load(&Request { profile, overlays: &[], sets: &sets }, &nothing);
        loaded.problems.iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn times_that_do_not_fit_are_said() {
        let cut = ["grace-cuts-requests"];
        let slow = ["check-slower-than-requests"];
        assert_eq!(codes("dev", &["services.controller.shutdown.grace=11s"]), cut);
        assert_eq!(codes("dev", &["services.controller.shutdown.grace=12s"]), [""; 0]);
        assert_eq!(codes("dev", &["services.controller.check.interval=1001ms"]), slow);
        assert_eq!(codes("dev", &["services.controller.check.interval=1s"]), [""; 0]);
        assert_eq!(codes("dev", &["balancer.timing=fast", "services.controller.check.interval=1s"]), slow);
        assert_eq!(codes("dev", &["balancer.timing=fast", "services.controller.check.interval=500ms"]), [""; 0]);
    }

    #[test]
    fn those_of_the_built_in_profiles_fit() {
        for profile in crate::profile::BUILTINS {
            for timing in ["default", "fast"] {
                let set = format!("balancer.timing={timing}");
                assert_eq!(codes(profile.name, &[&set]), [""; 0], "{} {timing}", profile.name);
            }
        }
    }
}
