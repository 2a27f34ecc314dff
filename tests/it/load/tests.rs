//! That the loads count what they say they count.

use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::gap::Gap;
use super::http::Client;
use super::server::serve;
use super::{Failure, Load, redis, run, stored};
use crate::http::free_port;
use crate::support::{root, run as command, skip, text, tool};

/// A process that ends with the test.
struct Running(Child);

impl Running {
    fn start(command: &mut Command) -> Self {
        Self(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// For `server`: a controller that knows the one rule and stores all.
fn controller(head: &str) -> String {
    if head.starts_with("POST") {
        return "HTTP/1.1 201 Created\r\ncontent-length: 0\r\n\r\n".to_owned();
    }
    ok(r#"{"rules":[{"id":"a8ctl-load"}]}"#)
}

#[test]
fn every_request_of_a_load_is_counted() {
    let test = "load: stand-ins";
    let built = command(Command::new("bash").arg(root().join("scripts/test-standin")));
    if !built.status.success() {
        return skip(test, &text(&built.stderr));
    }
    let standin = |name: &str| {
        let port = free_port();
        let mut command = Command::new(root().join("target/standin").join(name));
        (Running::start(command.env("A8_API_PORT", port.to_string())), ([127, 0, 0, 1], port).into())
    };
    let ((_controller, address), (_registry, registry)) = (standin("a8controller"), standin("a8registry"));
    let load = Load { duration: Duration::from_secs(1), pollers: Some((registry, 100)), ..Load::at(address) };
    let mut elapsed = Duration::ZERO;
    let report = run(&load, |clock| elapsed = clock.elapsed());
    assert!(elapsed < load.duration, "the fault came after the load");
    let polls = report.polls.as_ref().unwrap();
    assert_eq!([report.gets.asked, report.posts.asked, polls.asked], [400, 100, 100], "{report}");
    assert_eq!([report.gets.failed(), report.posts.failed(), polls.failed()], [0; 3], "{report}");
    let mut present = stored(address);
    // And the rule that is read.
    assert_eq!(present.len(), 101);
    assert_eq!(report.lost(&present).len(), 0);
    present.remove(&report.acknowledged[17].0);
    assert_eq!(report.lost(&present), [&report.acknowledged[17]]);
}

/// All that had to begin during a stall is late, not only what was under way.
#[test]
fn latency_counts_from_the_schedule() {
    let start = Instant::now();
    let (from, to) = (Duration::from_millis(300), Duration::from_millis(1800));
    let address = serve(move |head, _| {
        let now = start.elapsed();
        if now > from {
            sleep(to.saturating_sub(now));
        }
        Some(controller(head))
    });
    let load = Load { rate: 200, writes: 50, duration: Duration::from_secs(2), ..Load::at(address) };
    let report = run(&load, |_| ());
    assert_eq!([report.gets.asked, report.posts.asked], [200, 200]);
    assert_eq!(report.gets.failed() + report.posts.failed(), 0, "{report}");
    // Of the stall's 1.5 s those of the first half second, and no fewer on a slow machine.
    assert!(report.slow() >= 90, "{report}");
    assert!(report.worst() >= Duration::from_millis(1400), "{report}");
    assert!(report.posts.gap.length >= Duration::from_millis(1400), "{report}");
}

#[test]
fn bad_answers_are_told_apart() {
    let posts = AtomicUsize::new(0);
    let address = serve(move |head, _| {
        // The one that prepares the load is taken.
        if head.starts_with("POST") && posts.fetch_add(1, Ordering::Relaxed) == 0 {
            return Some(controller(head));
        }
        let honest = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
        Some(if head.starts_with("POST") { honest.to_owned() } else { ok(r#"{"rules":[]}"#) })
    });
    let report = run(&Load { rate: 100, duration: Duration::from_millis(500), ..Load::at(address) }, |_| ());
    assert_eq!([report.gets.asked, report.gets.count(Failure::Empty)], [40, 40], "{report}");
    assert_eq!([report.posts.asked, report.posts.count(Failure::Status(503))], [10, 10], "{report}");
    assert_eq!((report.acknowledged.len(), report.posts.gap.length), (0, Duration::from_millis(500)));
}

#[test]
fn only_what_is_safe_is_asked_again() {
    let posts = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&posts);
    // Each connection takes one request and closes at the next, unanswered.
    let address = serve(move |head, number| {
        counter.fetch_add(usize::from(head.starts_with("POST")), Ordering::Relaxed);
        (number == 0).then(|| ok("x"))
    });
    let client = Client::new(address);
    for _ in 0..3 {
        assert_eq!(client.send("GET", "/", ""), Ok((200, "x".to_owned())));
    }
    assert_eq!(client.send("POST", "/", "{}"), Err(Failure::Reset));
    assert_eq!(posts.load(Ordering::Relaxed), 1);
    // On a new connection nothing is asked again.
    let closes = Client::new(serve(|_, _| None));
    assert_eq!(closes.send("GET", "/", ""), Err(Failure::Reset));
    let nobody = Client::new(([127, 0, 0, 1], free_port()).into());
    assert_eq!(nobody.send("GET", "/", ""), Err(Failure::Refused));
}

#[test]
fn answers_end_in_three_ways() {
    for (head, body) in [
        ("Content-Length: 4", "abcd"),
        ("transfer-encoding: chunked", "3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n"),
        ("Connection: close", "abcd"),
    ] {
        let answer = format!("HTTP/1.1 503 Service Unavailable\r\n{head}\r\n\r\n{body}");
        let client = Client::new(serve(move |_, _| Some(answer.clone())));
        for _ in 0..2 {
            assert_eq!(client.send("GET", "/", ""), Ok((503, "abcd".to_owned())), "{head}");
        }
    }
}

#[test]
fn gaps_reach_to_the_end() {
    let gap = |times: &[u64]| Gap::longest(times.iter().map(|at| Duration::from_secs(*at)), Duration::from_secs(9));
    let of = |from, length| Gap { from: Duration::from_secs(from), length: Duration::from_secs(length) };
    assert_eq!(gap(&[1, 2, 7, 8]), of(2, 5));
    assert_eq!(gap(&[3, 1]), of(3, 6));
    assert_eq!(gap(&[5, 6, 7]), of(0, 5));
    assert_eq!(gap(&[]), of(0, 9));
}

/// A Redis without a disk forgets all when it restarts, and the load has to notice.
#[test]
fn what_redis_forgets_is_missed() {
    let Some(program) = tool("load: Redis", "redis-server") else { return };
    let port = free_port();
    let start = || {
        let options = ["--save", "", "--requirepass", "secret", "--bind", "127.0.0.1", "--port"];
        Running::start(Command::new(&program).args(options).arg(port.to_string()))
    };
    let load = redis::Load {
        address: ([127, 0, 0, 1], port).into(),
        password: "secret",
        duration: Duration::from_millis(2000),
    };
    let mut server = Some(start());
    let mut killed = Duration::ZERO;
    let report = redis::run(&load, |clock| {
        sleep(Duration::from_millis(800));
        drop(server.take());
        killed = clock.elapsed();
        sleep(Duration::from_millis(300));
        server = Some(start());
    });
    let lost = redis::lost(&load, &report);
    let before: Vec<_> = report.acknowledged.iter().filter(|(_, at)| *at < killed).cloned().collect();
    assert!(before.len() > 10 && lost == before, "{report}: {} of {} lost", lost.len(), before.len());
    assert!(report.errors("broken") > 0 && report.gap.length >= Duration::from_millis(250), "{report}");
}
