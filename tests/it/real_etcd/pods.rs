//! The encrypted etcd of the Kubernetes output, with the certificate that it asks for: members are called at the address
//! of a Service, and call from that of their pod.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::openssl::Authority;
use crate::support::{a8ctl, run, skip, stdout_of, text, tool};
use crate::yaml12;

const SERVER: &str = "# store-certificate is a certificate of yours with ";
/// Of its Services, one of which has the addresses of all pods.
const HEADLESS: &str = "DNS:etcd-headless.guild.svc.cluster.local";

/// What the members say when their certificate has these extensions.
fn members(test: &str, version: &str, manifests: &Path, extensions: &[&str], seconds: u32) -> Option<Output> {
    let authority = Authority::new(test)?;
    authority.certify_with("server", extensions);
    let here = authority.directory();
    let names = |of: fn(u32) -> String| (0..3).map(of).collect::<String>();
    let services = names(|pod| format!("10.9.1.1{pod} etcd-{pod}.guild.svc.cluster.local\n"));
    let pods = names(|pod| format!("10.9.0.1{pod} etcd-headless.guild.svc.cluster.local\n"));
    fs::write(here.join("hosts"), format!("127.0.0.1 localhost\n{services}{pods}")).unwrap();
    fs::create_dir(here.join("bin")).unwrap();
    for program in ["etcd", "etcdctl"] {
        let path = fs::canonicalize(tool(test, &format!("{program}-{version}"))?).unwrap();
        let path = path.display();
        fs::write(here.join("bin").join(program), format!("#!/bin/sh\nexec {path} \"$@\"\n")).unwrap();
    }
    stdout_of(Command::new("chmod").arg("-R").arg("+x").arg(here.join("bin")));
    let set = yaml12::json(&fs::read_to_string(manifests.join("statefulset-etcd.yaml")).unwrap());
    let variables = set["spec"]["template"]["spec"]["containers"][0]["env"].as_array().unwrap();
    for pod in 0..3 {
        let mut lines = String::new();
        for variable in variables.iter().filter(|variable| variable["value"].is_string()) {
            let (name, value) = (variable["name"].as_str().unwrap(), variable["value"].as_str().unwrap());
            let value = value.replace("$(POD_NAME)", &format!("etcd-{pod}"));
            let value = value.replace("/run/secrets/etcd", &here.display().to_string());
            let value = value.replace("/var/lib/etcd", &here.join(format!("data-{pod}")).display().to_string());
            lines += &format!("{name}={value}\n");
        }
        fs::write(here.join(format!("env-{pod}")), lines).unwrap();
    }
    let mut command = Command::new("unshare");
    command.args(["--net", "--mount", "--pid", "--fork", "--kill-child", "bash"]);
    command.arg(crate::support::root().join("tests/it/real_etcd/pods.sh")).arg(here).arg(seconds.to_string());
    let mut output = run(&mut command);
    output.stderr.extend(fs::read(here.join("log-1")).unwrap_or_default());
    Some(output)
}

fn agree(version: &str) {
    let test = format!("real etcd {version} with TLS as pods");
    if !run(Command::new("unshare").args(["--net", "--mount", "--pid", "--fork", "true"])).status.success() {
        skip(&test, "no namespaces: it takes root");
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let mut command = a8ctl(&["generate", "k8s", "tests/profiles/etcd-tls.yaml", "-o"]);
    let output = run(command.arg(directory.path()).args(["--set", "datastores.store.phase=bootstrap"]));
    let steps = text(&output.stderr);
    let made = steps.lines().find_map(|line| line.trim().strip_prefix(SERVER)).unwrap_or_else(|| panic!("{steps}"));
    let extensions: Vec<&str> = made.split_whitespace().collect();
    let said = |extensions: &[&str], seconds| members(&test, version, directory.path(), extensions, seconds);
    let Some(output) = said(&extensions, 40) else { return };
    assert!(output.status.success(), "{}", text(&output.stderr));
    // And that name is not asked for in vain.
    let fewer = made.replace(&format!("{HEADLESS},"), "");
    assert_ne!(fewer, made);
    let Some(output) = said(&fewer.split_whitespace().collect::<Vec<_>>(), 6) else { return };
    assert!(!output.status.success() && text(&output.stderr).contains("does not match any of DNSNames"));
}

#[test]
fn pods_of_etcd_3_4_agree() {
    agree("3.4");
}

#[test]
fn pods_of_etcd_3_5_agree() {
    agree("3.5");
}
