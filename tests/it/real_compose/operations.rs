//! What operators do on a single host: roll and reload, with readers and writers that do not stop.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::project::Project;
use super::unnoticed::unnoticed;
use crate::support::{run, stdout_of, text};

const REPLICAS: [&str; 6] = ["controller-1", "controller-2", "controller-3", "registry-1", "registry-2", "registry-3"];
/// What a replica's server says of itself when it is used: it runs, and nobody has taken it out.
const USED: (&str, &str) = ("2", "0");

pub(super) fn check(project: &Project) {
    let docker = project.docker_config();
    everything_is_rolled(project, &docker);
    interrupted_at(project, &docker, "drained", || sleep(Duration::from_secs(1)));
    interrupted_at(project, &docker, "stopped", || {
        let stopped = || project.inspect("controller-2")["State"]["Running"] == false;
        until(Duration::from_secs(60), "controller-2 is stopped", stopped);
    });
    reloaded(project, &docker);
}

fn everything_is_rolled(project: &Project, docker: &TempDir) {
    let ids = |services: &[&str]| -> Vec<_> { services.iter().map(|it| project.inspect(it)["Id"].take()).collect() };
    let stay = ["redis", "balancer"];
    let (before, staying) = (ids(&REPLICAS), ids(&stay));
    unnoticed(project, "roll", || {
        stdout_of(&mut project.script(docker, "roll.sh", &[]));
    });
    for ((replica, before), after) in REPLICAS.iter().zip(before).zip(ids(&REPLICAS)) {
        assert_ne!(before, after, "{replica} is the old one");
    }
    assert_eq!(staying, ids(&stay));
    everything_is_used(project);
}

/// Ended by a signal at some moment, the script puts back what it had taken out.
fn interrupted_at(project: &Project, docker: &TempDir, what: &str, moment: impl FnOnce()) {
    unnoticed(project, &format!("roll ended while {what}"), || {
        let mut command = project.script(docker, "roll.sh", &["controller-2"]);
        let mut roll = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(roll.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert_eq!(said, "roll: controller-2 is drained\n");
        let out = || servers(project).iter().any(|(name, used)| name == "controller-2" && used.1 != USED.1);
        until(Duration::from_secs(10), "controller-2 is drained", out);
        moment();
        stdout_of(Command::new("kill").args(["-TERM", &roll.id().to_string()]));
        assert!(!roll.wait().unwrap().success());
        everything_is_used(project);
    });
}

/// Five times with a file that has changed, then with one that cannot be used.
fn reloaded(project: &Project, docker: &TempDir) {
    let file = project.path("haproxy/haproxy.cfg");
    let good = std::fs::read_to_string(&file).unwrap();
    let reload = || project.script(docker, "reload.sh", &[]);
    unnoticed(project, "reload", || {
        for number in 1..=5 {
            let changed = good.replace("string ready", &format!("string ready-{number}"));
            assert_ne!(changed, good);
            std::fs::write(&file, changed).unwrap();
            let before = process(project).unwrap();
            stdout_of(&mut reload());
            let taken = || process(project).is_some_and(|it| it != before);
            until(Duration::from_secs(10), "a new process", taken);
            sleep(Duration::from_millis(1_500));
        }
        std::fs::write(&file, good.replace("frontend fe_status", "front fe_status")).unwrap();
        assert!(!run(&mut reload()).status.success(), "a file that cannot be used is taken");
        std::fs::write(&file, good).unwrap();
        stdout_of(&mut reload());
    });
    everything_is_used(project);
    assert_eq!(project.inspect("balancer")["RestartCount"], 0);
}

fn everything_is_used(project: &Project) {
    let used = || {
        let servers = servers(project);
        let used = |replica: &str| servers.iter().any(|(name, it)| name == replica && (&*it.0, &*it.1) == USED);
        REPLICAS.iter().all(|replica| used(replica) && project.inspect(replica)["State"]["Running"] == true)
    };
    until(Duration::from_secs(10), "every replica is used", used);
}

/// Every server with its operational and administrative state.
fn servers(project: &Project) -> Vec<(String, (String, String))> {
    let states = asked(project, "show servers state");
    let fields = states.lines().map(|line| line.split(' ').collect::<Vec<_>>()).filter(|fields| fields.len() > 6);
    fields.map(|fields| (fields[3].to_owned(), (fields[5].to_owned(), fields[6].to_owned()))).collect()
}

/// Which of the balancer's processes answers.
fn process(project: &Project) -> Option<String> {
    let info = asked(project, "show info");
    info.lines().find(|line| line.starts_with("Pid: ")).map(str::to_owned)
}

/// What the balancer's admin socket answers.
fn asked(project: &Project, question: &str) -> String {
    let program =
        r#"$s = IO::Socket::UNIX->new("/run/haproxy/admin.sock") or die; print $s "$ARGV[0]\n"; print while <$s>"#;
    let mut docker = Command::new("docker");
    docker.args(["exec", &project.container("balancer"), "perl", "-MIO::Socket::UNIX", "-e", program, question]);
    text(&run(&mut docker).stdout)
}

fn until(at_most: Duration, what: &str, come: impl Fn() -> bool) {
    let start = Instant::now();
    while !come() {
        assert!(start.elapsed() < at_most, "not within {at_most:?}: {what}");
        sleep(Duration::from_millis(50));
    }
}
