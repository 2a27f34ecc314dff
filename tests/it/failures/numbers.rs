//! The times that the analysis reckons with are those that stand in the generated files: each is read out of the text
//! here and put together anew.

use a8ctl::failure::{Lapse, Part};
use a8ctl::target::{self, Artifact, Header, Output};
use a8ctl::topology::Platform;

use super::{lowered, topology};

/// The files of a target.
fn files(words: &str, target: &str) -> Vec<Artifact> {
    let header = Header { command: String::new(), output: Output::Stdout, failures: None };
    let target = target::find(target).unwrap();
    (target.render)(&topology(words), &header).unwrap_or_else(|problems| panic!("{problems:?}")).files
}

/// The first file whose path ends like this.
fn file<'a>(files: &'a [Artifact], end: &str) -> &'a str {
    let found = files.iter().find(|file| file.path.ends_with(end));
    &found.unwrap_or_else(|| panic!("no {end}")).text
}

/// The text from a line that begins like this to the next empty one.
fn block<'a>(text: &'a str, start: &str) -> &'a str {
    let at = text.find(&format!("\n{start}")).unwrap_or_else(|| panic!("no {start}")) + 1;
    text[at..].split("\n\n").next().unwrap()
}

/// The number behind a word, in milliseconds where it has a unit.
fn number(text: &str, word: &str) -> f64 {
    let said = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut words = said.flat_map(|line| line.split([' ', '=', ';', '"']).filter(|it| !it.is_empty()));
    words.find(|it| it.trim() == word).unwrap_or_else(|| panic!("no {word} in\n{text}"));
    let value = words.next().unwrap();
    let (digits, unit) = value.split_at(value.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(value.len()));
    digits.parse::<f64>().unwrap_or_else(|_| panic!("{word} {value}")) * if unit == "s" { 1_000.0 } else { 1.0 }
}

fn ms(text: &str, word: &str) -> u64 {
    number(text, word) as u64
}

#[track_caller]
fn part(words: &str, platform: Platform, name: &str) -> Part {
    let mut system = lowered(words, platform);
    let index = system.part(name).unwrap();
    system.parts.swap_remove(index)
}

const BOTH: [&str; 2] = ["multi-node", "multi-node balancer.timing=fast datastores.store.timing=fast"];

#[test]
fn of_the_primary() {
    for (words, down_after) in BOTH.into_iter().zip([2_000, 1_500]) {
        let files = files(words, "compose");
        let patience = ms(block(file(&files, "sentinel.conf"), "sentinel down-after"), "store");
        assert_eq!(patience, down_after);
        let watch = block(file(&files, "node-1/haproxy/haproxy.cfg"), "backend be_watch_store");
        let let_in = ms(watch, "rise") * ms(watch, "downinter");
        let redis = part(words, Platform::Hosts, "redis");
        let times = redis.clocks.takeover;
        // Looks 0.1 s, vote 0.15 to 0.25 s, the next answer of the new primary within a second, 0.4 s of a busy machine.
        assert_eq!(times.crash, Lapse::ms(patience + 150, patience + 100 + 250 + 1_000 + let_in + 400));
        assert_eq!(times.hang.max - times.crash.max, 1_000);
        // The address may be lost with it.
        assert_eq!(times.node.max - times.hang.max, 2_000);
        let config = file(&files, "redis.conf");
        let Shape { followers } = shape(&redis);
        assert_eq!(u64::from(followers), ms(config, "min-replicas-to-write"));
        assert_eq!(times.cut_loss, Some(ms(config, "min-replicas-max-lag") * 1_000 + 500));
    }
}

struct Shape {
    followers: u32,
}

fn shape(part: &Part) -> Shape {
    match part.shape {
        a8ctl::failure::Shape::PrimaryReplica { followers, .. } => Shape { followers },
        _ => panic!("{part:?}"),
    }
}

#[test]
fn of_the_leader() {
    let env = files("etcd-controller", "compose");
    let election = ms(&file(&env, "compose.yaml").replace(": ", " "), "ETCD_ELECTION_TIMEOUT");
    let config = files("./tests/profiles/etcd.yaml", "compose");
    let config = file(&config, "haproxy.cfg");
    let serves = block(config, "backend be_datastore_");
    let closed = ms(serves, "inter") + (ms(serves, "fall") - 1) * ms(serves, "fastinter");
    let closed = closed + ms(&block(config, "defaults").replace("timeout check", "asked"), "asked");
    let times = part("etcd-controller", Platform::Hosts, "etcd").clocks.takeover;
    assert_eq!(times.crash, Lapse::ms(election, 2 * election + 300));
    assert_eq!(times.hang, Lapse::ms(election, closed.max(2 * election) + 300));
}

#[test]
fn of_the_address() {
    for words in BOTH {
        let files = files(words, "compose");
        let (config, check) = (file(&files, "node-3/keepalived/keepalived.conf"), file(&files, "check-balancer.sh"));
        let (advert, priority) = (number(config, "advert_int") * 1_000.0, number(config, "priority"));
        let skew = ((256.0 - priority) * advert / 256.0) as u64;
        let (every, fall) = (1_000 * ms(config, "interval"), ms(config, "fall"));
        let answer = 1_000 * ms(check, "timeout");
        let pauses: f64 = if check.contains("sleep") { 3.0 * number(check, "sleep") } else { 0.0 };
        let times = part(words, Platform::Hosts, "balancer").clocks.takeover;
        let advert = advert as u64;
        assert_eq!(times.node, Lapse::ms(2 * advert, 3 * advert + skew + 100));
        let told = 500 + skew + 100;
        assert_eq!(times.hang, Lapse::ms(fall * answer, fall * (every + answer) + told));
        let asked =
            if pauses > 0.0 { (0, every - (pauses * 1_000.0) as u64) } else { ((fall - 1) * every, fall * every) };
        assert_eq!(times.crash, Lapse::ms(asked.0, asked.1 + told));
    }
}

#[test]
fn of_pods() {
    let files = files("single-node", "k8s");
    let text = file(&files, "statefulset-redis.yaml").replace(": ", " ");
    let liveness = &text[text.find("livenessProbe").unwrap()..text.find("readinessProbe").unwrap()];
    let of = |word: &str| 1_000 * ms(liveness, word);
    let (period, timeout, grace) = (of("periodSeconds"), of("timeoutSeconds"), of("terminationGracePeriodSeconds"));
    let failures = ms(liveness, "failureThreshold");
    let redis = part("single-node", Platform::Kubernetes, "redis").clocks;
    let (revive, restart) = (redis.revive.unwrap(), redis.restart.unwrap());
    assert_eq!(revive.max - restart.max, failures * period + timeout + grace);
    assert_eq!(revive.min - restart.min, (failures - 1) * period + timeout);
    // Nothing is generated that would shorten what every pod is given: 300 s.
    assert!(files.iter().all(|file| !file.text.contains("tolerations")));
    let moved = part("multi-node", Platform::Kubernetes, "controller").clocks.moved.unwrap();
    assert!((330_000..=366_000).contains(&moved.min) && moved.max <= 366_000, "{moved:?}");
}
