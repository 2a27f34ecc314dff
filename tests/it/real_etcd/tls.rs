//! What the operator of an encrypted etcd provides, as the generated script demands it; who is refused; and a way in for
//! clients that speak plain HTTP.

use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value as Json;
use tempfile::TempDir;

use super::cluster::{Cluster, member, proxy};
use crate::http;
use crate::openssl::Authority;
use crate::support::{run, text, tool};

pub(super) struct Tls {
    authority: Authority,
    stranger: Authority,
    /// What is put below `secrets/`, and how each certificate was made.
    provided: TempDir,
    ways: Option<Child>,
}

/// Where plain HTTP goes in that comes out encrypted at an address.
pub(super) fn way(to: SocketAddr) -> SocketAddr {
    let SocketAddr::V4(to) = to else { unreachable!() };
    let [_, _, third, fourth] = to.ip().octets();
    (Ipv4Addr::new(127, 0, 2 + third, fourth), to.port()).into()
}

impl Tls {
    /// `None` after a skip.
    pub(super) fn new(test: &str) -> Option<Self> {
        let (authority, stranger) = (Authority::new(test)?, Authority::new(test)?);
        // It identifies itself well, to whoever trusts somebody else.
        stranger.certify_with("client", &["extendedKeyUsage=clientAuth"]);
        Some(Self { authority, stranger, provided: tempfile::tempdir().unwrap(), ways: None })
    }

    /// Puts what the generated script asks for where it asks for it, until it asks no more. A certificate that must be
    /// for other names than the one that is there is made anew.
    pub(super) fn provide(&self, out: &Path) {
        let provided = self.provided.path();
        let script = fs::read_to_string(out.join("make-secrets.sh")).unwrap();
        for line in script.lines().filter_map(|line| line.strip_prefix("need_pem ")) {
            let (file, made) = line.split_once(' ').unwrap_or((line, ""));
            let before = fs::read_to_string(provided.join(format!("{file}.made")));
            if before.is_ok_and(|before| before != made) {
                self.make(file, Some(made.trim_matches('\'')));
            }
        }
        let secrets = out.join("secrets");
        for _ in 0..100 {
            fs::create_dir_all(&secrets).unwrap();
            for file in fs::read_dir(provided).unwrap().map(|entry| entry.unwrap().path()) {
                if file.extension().is_none() {
                    fs::copy(&file, secrets.join(file.file_name().unwrap())).unwrap();
                }
            }
            let script = || run(Command::new("sh").arg(out.join("make-secrets.sh")));
            let output = script();
            let said = text(&output.stderr);
            if output.status.success() {
                // One that is for nobody is no certificate of a member.
                fs::copy(provided.join("store-client-certificate"), secrets.join("store-certificate")).unwrap();
                let said = text(&script().stderr);
                assert!(said.contains("the certificate secrets/store-certificate is not for "), "{said}");
                fs::copy(provided.join("store-certificate"), secrets.join("store-certificate")).unwrap();
                return;
            }
            let file = said.split("into secrets/").nth(1).and_then(|rest| rest.split(' ').next());
            self.make(file.unwrap_or_else(|| panic!("{said}")), said.split("a certificate with ").nth(1));
        }
        panic!("it never has enough");
    }

    /// Lets every certificate be made anew the next time that it is asked for.
    pub(super) fn forget_certificates(&self) {
        for file in fs::read_dir(self.provided.path()).unwrap().map(|entry| entry.unwrap().path()) {
            if file.extension().is_some_and(|ending| ending == "made") {
                fs::write(file, "").unwrap();
            }
        }
    }

    /// The certificate that is put below `secrets/`, in PEM.
    pub(super) fn provided(&self, file: &str) -> String {
        fs::read_to_string(self.provided.path().join(file)).unwrap().trim().to_owned()
    }

    /// The certificate that is shown at an address, in PEM.
    pub(super) fn shown(at: SocketAddr) -> String {
        let mut command = Command::new("openssl");
        command.args(["s_client", "-connect", &at.to_string()]).stdin(Stdio::null());
        let said = text(&run(&mut command).stdout);
        let (start, end) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----");
        let inside = said.split(start).nth(1).and_then(|rest| rest.split(end).next());
        format!("{start}{}{end}", inside.unwrap_or_else(|| panic!("{said}")))
    }

    fn make(&self, file: &str, made: Option<&str>) {
        let to = self.provided.path().join(file);
        if let Some(made) = made {
            let extensions: Vec<&str> = made.split_whitespace().collect();
            self.authority.certify_with(file, &extensions);
            fs::copy(self.authority.path(&format!("{file}.crt")), to).unwrap();
            let key = format!("{}-key", file.strip_suffix("-certificate").unwrap());
            fs::copy(self.authority.path(&format!("{file}.key")), self.provided.path().join(key)).unwrap();
            let note = format!("'{}'", made.trim());
            fs::write(self.provided.path().join(format!("{file}.made")), note).unwrap();
        } else {
            assert!(file.ends_with("-ca"), "{file}");
            fs::copy(self.authority.path("ca.crt"), to).unwrap();
        }
    }

    /// Starts the ways in: to the proxy, whose certificate must be for its name, and to four members.
    pub(super) fn start(&mut self, haproxy: &Path) {
        let provided = self.provided.path();
        let of = |file: &str| fs::read_to_string(provided.join(file)).unwrap();
        let both = provided.join("client.pem");
        fs::write(&both, of("store-client-certificate") + &of("store-client-key")).unwrap();
        let mut config =
            "defaults\n mode tcp\n timeout connect 500ms\n timeout client 60s\n timeout server 60s\n retries 0\n"
                .to_owned();
        for (number, to) in [proxy()].into_iter().chain((1..=4).map(member)).enumerate() {
            let (from, ca, crt) = (way(to), self.authority.path("ca.crt"), both.display());
            let named = if to == proxy() { " verifyhost balancer" } else { "" };
            config.push_str(&format!(
                "listen way{number}\n bind {from}\n server it {to} ssl verify required ca-file {} crt {crt}{named}\n",
                ca.display()
            ));
        }
        let path = provided.join("ways.cfg");
        fs::write(&path, config).unwrap();
        let mut command = Command::new(haproxy);
        self.ways = Some(command.arg("-db").arg("-f").arg(path).stdout(Stdio::null()).spawn().unwrap());
    }
}

impl Drop for Tls {
    fn drop(&mut self) {
        if let Some(mut ways) = self.ways.take() {
            let _ = ways.kill();
            let _ = ways.wait();
        }
    }
}

/// Puts the secrets of a container where it reads them, below a directory.
pub(super) fn mount(service: &Json, secrets: &Path, below: &Path) {
    for mount in service["secrets"].as_array().into_iter().flatten() {
        let text = |key: &str| mount[key].as_str().unwrap();
        let to = below.join(text("target").trim_start_matches('/'));
        let new = to.with_extension("new");
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(secrets.join(text("source")), &new).unwrap();
        fs::rename(&new, &to).unwrap();
    }
}

/// Who speaks plain HTTP, has no certificate or one of somebody else is told nothing, by members and by the proxy.
pub(super) fn strangers_are_refused(cluster: &Cluster) {
    let Some(tls) = cluster.tls() else { return };
    let etcdctl = tool("etcdctl", "etcdctl-3.5").unwrap();
    let ca = tls.authority.path("ca.crt");
    let list = |at: SocketAddr, ca: &Path, identity: Option<(PathBuf, PathBuf)>| {
        let mut command = Command::new(&etcdctl);
        command.args(["--command-timeout=2s", "--endpoints", &format!("https://{at}"), "--cacert"]).arg(ca);
        if let Some((certificate, key)) = identity {
            command.arg("--cert").arg(certificate).arg("--key").arg(key);
        }
        run(command.args(["member", "list"])).status.success()
    };
    let ours = |file: &str| tls.provided.path().join(file);
    let client = || Some((ours("store-client-certificate"), ours("store-client-key")));
    let theirs = || Some((tls.stranger.path("client.crt"), tls.stranger.path("client.key")));
    for at in [proxy(), member(1)] {
        assert!(list(at, &ca, client()), "{at} refuses a client");
        assert!(!list(at, &ca, None), "{at} takes one without a certificate");
        assert!(!list(at, &ca, theirs()), "{at} takes one of another authority");
        assert!(!list(at, &tls.stranger.path("ca.crt"), client()), "this client does not look who answers");
        let plain = http::ask(at, "GET", "/health", "", Duration::from_secs(2));
        assert!(!plain.as_ref().is_ok_and(|answer| answer.status < 400), "{at} speaks plainly: {plain:?}");
    }
    // Members among themselves.
    let peer = SocketAddr::new(member(1).ip(), 2380);
    let plain = http::ask(peer, "GET", "/version", "", Duration::from_secs(2));
    assert!(!plain.as_ref().is_ok_and(|answer| answer.status < 400), "{peer} speaks plainly: {plain:?}");
    for (identity, taken) in [(None, false), (theirs(), false), (client(), true)] {
        let answer = get(peer, &ca, identity.as_ref());
        assert_eq!(answer.starts_with("HTTP/1.0 200"), taken, "{identity:?} at {peer}: {answer}");
    }
    // The metrics, and nothing else, are for everybody who reaches them: no other host does.
    let metrics = SocketAddr::new(member(1).ip(), 2381);
    let ask = |path: &str| http::ask(metrics, "GET", path, "", Duration::from_secs(2)).unwrap().status;
    assert_eq!([ask("/metrics"), ask("/v3/kv/range"), ask("/version")], [200, 404, 404]);
}

/// What is answered there to a request that shows a certificate, or none.
fn get(at: SocketAddr, ca: &Path, identity: Option<&(PathBuf, PathBuf)>) -> String {
    let mut command = Command::new("openssl");
    command.args(["s_client", "-quiet", "-verify_return_error", "-connect", &at.to_string(), "-CAfile"]).arg(ca);
    if let Some((certificate, key)) = identity {
        command.arg("-cert").arg(certificate).arg("-key").arg(key);
    }
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = pipes.spawn().unwrap();
    // Who was refused before has nobody to write to.
    let _ = child.stdin.take().unwrap().write_all(b"GET /version HTTP/1.0\r\n\r\n");
    text(&child.wait_with_output().unwrap().stdout)
}
