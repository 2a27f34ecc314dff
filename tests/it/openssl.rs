//! Certificates, and requests over TLS, by the machine's `openssl`: a library for either would be as large as a8ctl.

use std::io::{Error, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::http::{self, Answer};
use crate::support::{skip, stdout_of, text};

/// An authority whose certificates nobody trusts who is not told to.
pub(crate) struct Authority {
    directory: TempDir,
}

impl Authority {
    /// `None` after a skip.
    pub(crate) fn new(test: &str) -> Option<Self> {
        let version = Command::new("openssl").arg("version").output().map(|output| text(&output.stdout));
        // Version 1 cannot sign with an authority in one step.
        if !version.as_ref().is_ok_and(|it| it.starts_with("OpenSSL ") && !it.starts_with("OpenSSL 1")) {
            skip(test, &format!("`openssl` 3 is needed, and there is {version:?}"));
            return None;
        }
        // Not in /tmp: some Docker daemons have a /tmp of their own.
        let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        // Without the machine's own configuration, which may add extensions a second time.
        std::fs::write(directory.path().join("request.cnf"), "[req]\ndistinguished_name = name\n[name]\n").unwrap();
        let authority = Self { directory };
        let ca = ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"];
        authority.request("ca", &ca);
        Some(authority)
    }

    /// Where `ca.crt`, `HOST.crt` and `HOST.key` are.
    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.directory.path().join(file)
    }

    /// A certificate for a host's name, and its key.
    pub(crate) fn certify(&self, host: &str) {
        self.certify_with(host, &[&format!("subjectAltName=DNS:{host}")]);
    }

    /// A certificate with these extensions, and its key.
    pub(crate) fn certify_with(&self, name: &str, extensions: &[&str]) {
        let (ca, key) = (self.path("ca.crt"), self.path("ca.key"));
        let (ca, key) = (ca.to_string_lossy(), key.to_string_lossy());
        let mut more = vec!["-CA", &ca, "-CAkey", &key];
        more.extend(extensions.iter().flat_map(|extension| ["-addext", extension]));
        self.request(name, &more);
    }

    fn request(&self, name: &str, more: &[&str]) {
        let mut command = Command::new("openssl");
        command.current_dir(self.directory()).args(["req", "-config", "request.cnf", "-x509", "-days", "2", "-nodes"]);
        command.args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", &format!("/CN={name}")]);
        command.args(["-keyout", &format!("{name}.key"), "-out", &format!("{name}.crt")]).args(more);
        stdout_of(&mut command);
    }

    /// One request to a port of this machine whose certificate must be of this authority and for `host`.
    pub(crate) fn ask(&self, host: &str, port: u16, method: &str, path: &str, json: &str) -> Result<Answer, Error> {
        let mut command = Command::new("openssl");
        command.args(["s_client", "-quiet", "-verify_return_error", "-verify_hostname", host, "-servername", host]);
        command.arg("-CAfile").arg(self.path("ca.crt")).args(["-connect", &format!("127.0.0.1:{port}")]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        // What was refused before it was written says so on stderr.
        let _ = child.stdin.take().unwrap().write_all(http::request(method, path, json).as_bytes());
        let output = child.wait_with_output()?;
        http::answer(&text(&output.stdout)).map_err(|error| Error::other(format!("{error} {}", text(&output.stderr))))
    }
}
