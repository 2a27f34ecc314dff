//! The proxy in front of databases that somebody else runs: what it takes for alive, with a real server.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::http;
use crate::load::bars::tell;
use crate::support::{a8ctl, run, skip, stdout_of, text, tool, turn};
use crate::yaml12;

const TEST: &str = "real external: PostgreSQL";
const PROFILE: &str = "
project: books
services:
  worker:
    image: books/worker:1
    connects: { books: { engines: { postgresql: { DATABASE: { datastore: books, as: url } } } } }
datastores:
  books: { kind: external, engine: postgresql, host: 127.0.0.2, port: PORT, password: none }
";
/// Asked once a second, in doubt oftener, and given up after several answers that do not come.
const NOTICED: Duration = Duration::from_secs(15);

/// Ends when the test does.
struct Running(Child);

impl Running {
    fn signal(&self, name: &str) {
        stdout_of(Command::new("kill").args(["-s", name, &self.0.id().to_string()]));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The programs of the newest PostgreSQL here, as Debian's packages lay them.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect();
    found.retain(|bin| bin.join("postgres").exists() && bin.join("initdb").exists());
    found.sort();
    found.pop()
}

/// As somebody who is not root, which PostgreSQL refuses to be.
fn unprivileged(program: &Path) -> Command {
    if text(&run(Command::new("id").arg("-u")).stdout).trim() != "0" {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(program);
    command
}

fn start(command: &mut Command, log: &Path) -> Running {
    let log = File::create(log).unwrap();
    command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
    Running(command.spawn().unwrap())
}

fn database(bin: &Path, directory: &TempDir, port: u16) -> Running {
    let data = directory.path().join("data");
    if !data.exists() {
        std::fs::set_permissions(directory.path(), std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
        let mut init = unprivileged(&bin.join("initdb"));
        stdout_of(init.args(["--no-sync", "--auth=trust", "--username=books", "-D"]).arg(&data));
    }
    let mut command = unprivileged(&bin.join("postgres"));
    command.arg("-D").arg(&data).arg("-k").arg(directory.path());
    command.args(["-h", "127.0.0.2", "-p", &port.to_string()]);
    start(&mut command, &directory.path().join("log"))
}

/// Waits until the proxy says that its database is there, or not.
#[track_caller]
fn becomes(ready: bool, what: &str) {
    let begin = Instant::now();
    let wanted = if ready { 200 } else { 503 };
    loop {
        let answer = http::get(8404, "/readyz").map(|answer| answer.status);
        if answer.as_ref().is_ok_and(|status| *status == wanted) {
            tell(&format!("{what}: {wanted} after {:.1?}", begin.elapsed()));
            return;
        }
        assert!(begin.elapsed() < NOTICED, "{what}: {answer:?} instead of {wanted}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Waits until a question through the proxy is answered: clients are let in when it has been sure for a while.
fn answers(bin: &Path, port: u16) {
    let begin = Instant::now();
    loop {
        let mut question = Command::new(bin.join("psql"));
        question.args(["-h", "127.0.0.1", "-p", &port.to_string(), "-U", "books", "-Atc", "select 6 * 7", "postgres"]);
        let output = run(&mut question);
        if text(&output.stdout) == "42\n" {
            return tell(&format!("a question is answered after {:.1?}", begin.elapsed()));
        }
        assert!(begin.elapsed() < NOTICED, "{}", text(&output.stderr));
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_postgresql_that_hangs_is_not_alive() {
    let _turn = turn();
    let Some(haproxy) = tool(TEST, "haproxy-3.0") else { return };
    let Some(bin) = programs() else { return skip(TEST, "PostgreSQL's server is not installed") };
    let directory = tempfile::tempdir().unwrap();
    let port = http::free_port();
    let path = |name: &str| directory.path().join(name);
    std::fs::write(path("books.yaml"), PROFILE.replace("PORT", &port.to_string())).unwrap();
    stdout_of(a8ctl(&["generate", "k8s", "-q", "-o"]).arg(path("out")).arg(path("books.yaml")));
    let object = std::fs::read_to_string(path("out/configmap-worker-datastore-proxy.yaml")).unwrap();
    let config = yaml12::json(&object)["data"]["haproxy.cfg"].as_str().unwrap().to_owned();
    std::fs::write(path("haproxy.cfg"), config).unwrap();
    let _proxy = start(Command::new(haproxy).arg("-f").arg(path("haproxy.cfg")), &path("haproxy.log"));
    becomes(false, "no database");
    {
        let database = database(&bin, &directory, port);
        becomes(true, "a database");
        answers(&bin, port);
        database.signal("STOP");
        becomes(false, "it hangs");
        database.signal("CONT");
        becomes(true, "it goes on");
        database.signal("INT");
        becomes(false, "it is stopped");
    }
    let _database = database(&bin, &directory, port);
    becomes(true, "it is started again");
}
