//! What must hold for any bytes, for those that the fuzzer kept (`fuzz/seeds/`) and for some that are a little off.
//! `scripts/fuzz` looks for more.

use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use crate::hostile::{Random, shaken};
use crate::support::{root, run, text, tree};

#[allow(unreachable_pub, reason = "a library there")]
#[path = "../../fuzz/src/lib.rs"]
mod checks;

use checks::CHECKS;

/// The fuzzer grants 5 s for 64 KiB; here other tests take their part of the machine, and no file has that size.
const LONGEST: Duration = Duration::from_secs(30);
/// Says to a process that it is the one with the limit.
const LIMITED: &str = "A8CTL_REPLAY";
/// KiB of addresses, which are more than those of memory in use: the fuzzer grants 512 MiB of that.
const MEMORY: &str = "1048576";

fn seeds(check: &str) -> Vec<PathBuf> {
    let directory = root().join("fuzz/seeds").join(check);
    tree(&directory).into_iter().map(|file| directory.join(file)).collect()
}

/// Texts that once took minutes or gigabytes: what they have many of meets what else they have many of. Half of what
/// the fuzzer may make, for the sake of slow machines.
fn growing() -> Vec<(&'static str, String)> {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [";
    let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  group: a.org\n  \
        names: { kind: Shop }\n  versions:\n  - name: v1\n    schema: { openAPIV3Schema: { allOf: [{ $ref: \"#\" }, \
        { $ref: \"#\" }] } }\n---\napiVersion: a.org/v1\nkind: Shop\nmetadata: { name: a }\n";
    let pass = "server { location / { proxy_pass http://a; } }\n";
    vec![
        ("haproxy", format!("defaults\n{}{}", "a\n".repeat(6_000), "backend b\nserver\n".repeat(1_000))),
        ("nginx", format!("http {{\nupstream a {{ server b; server c; }}\n{}", pass.repeat(700))),
        ("manifest", format!("apiVersion: v1\nkind: {}\n", "a".repeat(32_000))),
        ("manifest", format!("{pod}], {} }}\n", (0..1_500).map(|it| format!("a{it}: 1,")).collect::<String>())),
        ("manifest", format!("services: {{ a: {{ image: b, depends_on: [{}] }} }}\n", "b,".repeat(2_000))),
        ("manifest", definition.to_owned()),
        ("schema", "{ \"allOf\": [{ \"$ref\": \"#\" }, { \"$ref\": \"#\" }] }".to_owned()),
    ]
}

/// In a process of its own: it has a limit of memory, and what hangs ends with it.
#[test]
fn seeds_hold_within_their_bounds() {
    if std::env::var_os(LIMITED).is_some() {
        return replay();
    }
    let limited = format!("ulimit -v {MEMORY} && exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.args(["-c", &limited]).arg(std::env::current_exe().unwrap()).env(LIMITED, "1");
    let itself = "fuzz::seeds_hold_within_their_bounds";
    let output = run(command.args(["--exact", itself, "--nocapture", "--test-threads=1"]));
    let said = text(&output.stderr);
    let end: Vec<&str> = said.lines().rev().take(30).collect();
    let end: Vec<&str> = end.into_iter().rev().collect();
    assert!(output.status.success(), "{}", end.join("\n"));
    let replayed = said.lines().filter(|line| line.starts_with("replay ")).count();
    let all = CHECKS.iter().map(|(name, _)| seeds(name).len()).sum::<usize>() + growing().len();
    assert!(replayed == all && replayed > 100, "{replayed} of {all}");
}

fn replay() {
    let read = |path: PathBuf| (path.display().to_string(), std::fs::read(path).unwrap());
    for (name, check) in CHECKS {
        let made = growing().into_iter().filter(|(of, _)| of == name);
        let made = made.enumerate().map(|(at, (_, text))| (format!("growing {name} {at}"), text.into_bytes()));
        for (what, bytes) in seeds(name).into_iter().map(read).chain(made) {
            eprintln!("replay {what}");
            let (done, wait) = channel();
            let worker = std::thread::spawn(move || {
                check(&bytes);
                drop(done);
            });
            let ended = wait.recv_timeout(LONGEST);
            assert_eq!(ended, Err::<(), _>(RecvTimeoutError::Disconnected), "{what} took too long");
            worker.join().unwrap();
        }
    }
}

#[test]
fn seeds_are_few_and_each_has_a_reader() {
    let all = tree(&root().join("fuzz/seeds"));
    let known = |path: &&PathBuf| CHECKS.iter().any(|(name, _)| path.starts_with(name));
    assert_eq!(all.iter().filter(known).count(), all.len());
    let size: u64 = all.iter().map(|path| root().join("fuzz/seeds").join(path).metadata().unwrap().len()).sum();
    assert!(size < 1 << 20 && all.len() < 1_000, "{} files, {size} bytes", all.len());
    for (name, _) in CHECKS {
        assert!(!seeds(name).is_empty(), "{name}");
        let target = std::fs::read_to_string(root().join(format!("fuzz/fuzz_targets/{name}.rs"))).unwrap();
        assert!(target.contains(&format!("a8ctl_fuzz::{name}(")), "{target}");
    }
}

#[test]
fn manifests_with_bytes_out_of_place_never_panic() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for (file, readers) in [
        ("base.yaml", ["manifest", "fix"].as_slice()),
        ("compose.yaml", &["manifest", "fix"]),
        ("haproxy.cfg", &["haproxy", "fix"]),
        ("nginx.conf", &["nginx", "fix"]),
        ("redis.conf", &["redis", "fix"]),
    ] {
        let original = std::fs::read(root().join("tests/validate").join(file)).unwrap();
        for round in 0..300 {
            let bytes = shaken(&original, &mut random);
            let reader = readers[round % readers.len()];
            CHECKS.iter().filter(|(name, _)| *name == reader).for_each(|(_, check)| check(&bytes));
        }
    }
}
