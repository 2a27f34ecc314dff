//! Broken profiles and what is said of them. Every `tests/bad/*.yaml` is one, named after its flaw; its message
//! lies beside it as a snapshot (`INSTA_UPDATE=always cargo test bad_profiles` writes them anew). What no editor
//! would keep, and what takes more arguments than a file, stands in the tables below.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{a8ctl, root, run, text, tree};

/// Name of a flaw, and a command line that has it.
const COMMANDS: &[(&str, &[&str])] = &[
    ("a-directory", &["k8s", "./parts"]),
    ("a-missing-file", &["k8s", "./nowhere.yaml"]),
    ("an-unknown-profile", &["k8s", "multinode"]),
    ("an-unknown-profile-like-none", &["k8s", "production"]),
    ("an-endless-file", &["k8s", "/dev/zero"]),
    ("a-large-file", &["k8s", "large.yaml"]),
    ("a-file-below-a-file", &["k8s", "empty.yaml/profile.yaml"]),
    (
        "a-broken-base-and-overlay",
        &[
            "k8s",
            "parts/base-with-mistakes.yaml",
            "-f",
            "parts/overlay-with-mistakes.yaml",
            "--set",
            "placement.zones=0",
        ],
    ),
    ("overlay-with-extends", &["k8s", "dev", "-f", "parts/overlay-extends.yaml"]),
    ("overlay-is-empty", &["k8s", "dev", "-f", "parts/overlay-empty.yaml"]),
    ("overlay-is-a-list", &["k8s", "dev", "-f", "parts/overlay-list.yaml"]),
    ("overlays-are-missing", &["k8s", "dev", "-f", "./one.yaml", "-f", "./two.yaml"]),
    ("set-without-a-value", &["k8s", "dev", "--set", "services.controller.replicas"]),
    ("set-to-nothing", &["k8s", "dev", "--set", "services.controller.replicas="]),
    ("set-without-a-path", &["k8s", "dev", "--set", "=3"]),
    ("set-with-an-empty-key", &["k8s", "dev", "--set", "services..replicas=3"]),
    ("set-an-unknown-service", &["k8s", "dev", "--set", "services.controler.replicas=1"]),
    ("set-an-unknown-datastore", &["k8s", "dev", "--set", "datastores.cache.kind=redis"]),
    ("set-an-unknown-variable", &["k8s", "dev", "--set", "services.controller.env.A8_LOG_LEVL=debug"]),
    ("set-a-variable-of-nobody", &["k8s", "amalgam8-classic", "--set", "services.registry.env.HOME=/x"]),
    ("set-an-unknown-port", &["k8s", "dev", "--set", "services.controller.ports.htp.container=1"]),
    ("set-an-unknown-key", &["k8s", "dev", "--set", "services.controller.replica=1"]),
    ("set-an-unknown-section", &["k8s", "dev", "--set", "placment.nodes=1"]),
    ("set-an-index", &["k8s", "single-node", "--set", "datastores.store.keys[0]=*"]),
    ("set-below-a-scalar", &["k8s", "dev", "--set", "project.name=x"]),
    ("set-a-word-for-a-number", &["k8s", "dev", "--set", "services.controller.replicas=three"]),
    ("set-a-quoted-number", &["k8s", "dev", "--set", "services.controller.replicas=\"3\""]),
    ("set-an-open-list", &["k8s", "single-node", "--set", "datastores.store.keys=[a, b"]),
    ("set-a-duplicate-key", &["k8s", "dev", "--set", "placement={nodes: 1, nodes: 2}"]),
    ("set-null-for-nothing", &["k8s", "dev", "--set", "services.controller.client=null"]),
    ("set-a-hostile-value", &["k8s", "dev", "--set", "project=x\n\u{1b}[31merror: \u{202e}forged"]),
    ("set-a-hostile-path", &["k8s", "dev", "--set", "a\u{1b}[2J\nb=1"]),
    ("several-bad-sets", &["k8s", "dev", "--set", "placement.nodes=0", "--set", "x", "--set", "services.web.user=1"]),
    ("bad-kube-version", &["k8s", "dev", "--kube-version", "1.20"]),
    ("clients-of-one-host", &["haproxy", "single-node", "--set", "balancer.clients=[build-1]"]),
    (
        "clients-with-tls",
        &[
            "haproxy",
            "node-side",
            "--set",
            "balancer.tls={certificate: {secret: redis, key: password}, key: {secret: redis, key: password}}",
        ],
    ),
    ("strict-parity", &["compose", "single-node", "--strict-parity"]),
    ("bad-haproxy-version", &["compose", "dev", "--haproxy-version", "3.1"]),
    ("compose-over-fewer-hosts", &["compose", "multi-node", "--set", "placement.hosts.node-3=null"]),
    ("compose-with-hosts-in-fewer-zones", &["compose", "multi-zone", "--set", "placement.hosts.node-3.zone=b"]),
    ("k8s-with-hosts-in-more-zones", &["k8s", "multi-zone", "--set", "placement.zones=2"]),
    (
        "compose-over-more-hosts",
        &[
            "compose",
            "multi-node",
            "--set",
            "placement.nodes=1",
            "--set",
            "placement.spread=preferred",
            "--set",
            "datastores.store.mode=standalone",
        ],
    ),
    (
        "compose-with-a-moving-address-on-one-host",
        &["compose", "single-node", "--set", "balancer={vip: {address: 192.0.2.10/24}}"],
    ),
    (
        "compose-with-shared-storage-on-several-hosts",
        &["compose", "multi-node", "--set", "services.registry.storage={kind: shared, size: 1Gi, mount: /data}"],
    ),
    ("compose-over-several-hosts-by-set", &["compose", "single-node", "--set", "placement.nodes=3"]),
    (
        "compose-with-replicated-storage-on-one-host",
        &[
            "compose",
            "parts/replicated.yaml",
            "--set",
            "placement={nodes: 1, hosts: null, spread: preferred}",
            "--set",
            "balancer.vip=null",
            "--set",
            "datastores.store.mode=standalone",
        ],
    ),
    ("k8s-with-replicated-storage", &["k8s", "parts/replicated.yaml"]),
    ("nginx-with-replicated-storage", &["nginx", "replicated-registry"]),
    ("nginx-before-sentinels", &["nginx", "multi-node"]),
    ("nginx-before-a-proxied-redis", &["nginx", "single-node"]),
    ("nginx-before-a-proxied-datastore-of-somebody-else", &["nginx", "external-db"]),
    ("nginx-with-a-bad-bound-of-bodies", &["nginx", "vm-nginx", "--set", "balancer.max_body=1MB"]),
    ("nginx-with-a-word-for-buffering", &["nginx", "vm-nginx", "--set", "balancer.request_buffering=off"]),
    ("nginx-over-fewer-hosts", &["nginx", "vm-nginx", "--set", "placement.hosts.node-3=null"]),
    ("haproxy-over-fewer-hosts", &["haproxy", "vm-haproxy", "--set", "placement.hosts.node-3=null"]),
    (
        "haproxy-with-two-processes-at-one-port",
        &["haproxy", "vm-haproxy", "--set", "services.registry.ports.http.service=6080"],
    ),
    (
        "haproxy-where-a-process-listens",
        &["haproxy", "vm-haproxy", "--set", "services.registry.ports.http.published=6080"],
    ),
    ("nginx-at-the-port-of-its-status", &["nginx", "vm-nginx", "--set", "services.registry.ports.http.service=8404"]),
    ("haproxy-with-replicated-storage", &["haproxy", "parts/replicated.yaml"]),
    ("compose-with-an-etcd-of-three-on-no-hosts", &["compose", "parts/etcd.yaml"]),
    ("compose-with-a-certificate-in-a-variable", &["compose", "parts/etcd-tls.yaml"]),
    ("certificates-without-names", &["k8s", "parts/etcd-tls.yaml", "--set", "kubernetes.discovery=environment"]),
    ("compose-of-a-broken-file", &["compose", "ten-mistakes.yaml"]),
    ("a-hostile-file-name", &["k8s", "./evil\nerror[fine]: \u{1b}[31mforged.yaml"]),
    ("a-hostile-missing-name", &["k8s", "./no\n\u{1b}[2Jwhere.yaml"]),
];

/// What has no place in any text.
const PLACELESS: &[&str] = &[
    "a-directory",
    "a-file-below-a-file",
    "a-hostile-missing-name",
    "a-large-file",
    "a-missing-file",
    "an-endless-file",
    "an-unknown-profile",
    "an-unknown-profile-like-none",
    "overlays-are-missing",
    "pipe",
];

/// Files with bytes that editors and version control would change: name and content.
fn made() -> Vec<(&'static str, Vec<u8>)> {
    let utf16 = "project: x\n".encode_utf16().flat_map(u16::to_le_bytes);
    let deep: String = (0..1_200).map(|level| format!("{}k:\n", " ".repeat(level))).collect();
    vec![
        ("not-utf8", b"extends: dev\nproject: caf\xe9\n".to_vec()),
        ("not-utf8-behind-umlauts", "# für Übermütige\nproject: ü\u{fc}".bytes().chain([0xff, b'\n']).collect()),
        ("utf16", [0xff, 0xfe].into_iter().chain(utf16).collect()),
        ("null-byte", b"extends: dev\nproject: a\0b\n".to_vec()),
        ("control-character", b"extends: dev\nproject: \"a\x1b[31mb\"\n".to_vec()),
        ("byte-order-mark", "\u{feff}extends: dev\nproject: A\n".into()),
        ("crlf-line-ends", b"extends: dev\r\nplacement: { nodes: 1 }\r\nproject: A\r\n".to_vec()),
        ("cr-line-ends", b"extends: dev\rproject: A\r".to_vec()),
        ("wide-characters-before", "extends: dev\nservices: { \"名前\": 1, \"e\u{301}é\": 2 }\n".into()),
        ("deep-brackets", [b'['; 100_000].to_vec()),
        ("deep-flow-mappings", b"{a: ".repeat(100_000)),
        ("deep-mappings", deep.into_bytes()),
        ("deep-lists", b"- ".repeat(5_000)),
        ("many-questions", b"? ".repeat(5_000)),
        ("one-long-line", [b"project: ".to_vec(), b"x".repeat(500_000)].concat()),
        ("one-long-word", b"x".repeat(900_000)),
        ("many-mistakes", (0..3_000).flat_map(|at| format!("k{at}: 1\n").into_bytes()).collect()),
        ("evil\nerror[fine]: \u{1b}[31mforged", b"extends: dev\nproject: A\n".to_vec()),
    ]
}

/// A directory with every input, the current one of every case.
fn inputs(test: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&directory);
    let from = root().join("tests/bad");
    for path in tree(&from).into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "yaml")) {
        fs::create_dir_all(directory.join(&path).parent().unwrap()).unwrap();
        fs::copy(from.join(&path), directory.join(path)).unwrap();
    }
    for (name, bytes) in made() {
        fs::write(directory.join(format!("{name}.yaml")), bytes).unwrap();
    }
    fs::File::create(directory.join("large.yaml")).unwrap().set_len(50 << 20).unwrap();
    directory
}

/// Every case: its name and arguments.
fn cases() -> Vec<(String, Vec<String>)> {
    let file = |name: &str| (name.to_owned(), vec!["k8s".to_owned(), format!("{name}.yaml")]);
    let lying = tree(&root().join("tests/bad"));
    let lying = lying.iter().filter(|path| path.parent() == Some(Path::new("")));
    let lying = lying.filter_map(|path| path.to_str()?.strip_suffix(".yaml"));
    let mut all: Vec<_> = lying.map(file).collect();
    all.extend(made().iter().filter(|(name, _)| !name.contains('\n')).map(|(name, _)| file(name)));
    all.extend(
        COMMANDS.iter().map(|(name, args)| ((*name).to_owned(), args.iter().map(|&arg| arg.to_owned()).collect())),
    );
    all
}

/// What every refusal keeps, whatever is wrong.
#[track_caller]
fn judge(name: &str, directory: &Path, args: &[&str]) -> String {
    let output = run(a8ctl(&["generate"]).args(args).current_dir(directory));
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{name}: {said}");
    assert!(output.stdout.is_empty(), "{name} wrote to stdout");
    assert!(!said.contains("panicked"), "{name}: {said}");
    let shown = |c: char| c == '\n' || !(c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
    assert!(said.chars().all(shown), "{name} reaches the terminal: {said:?}");
    assert!(said.len() < 1 << 20, "{name} says too much");
    let placed = said.lines().any(|line| {
        let place = line.trim_start().strip_prefix("--> ").and_then(|place| place.rsplit_once(':'));
        place.is_some_and(|(before, column)| {
            column.parse::<u32>().is_ok()
                && before.rsplit_once(':').is_some_and(|(_, line)| line.parse::<u32>().is_ok())
        })
    });
    assert_eq!(placed, !PLACELESS.contains(&name), "{name} has no place, or one that is not expected:\n{said}");
    assert!(!placed || said.contains('^'), "{name} shows no excerpt:\n{said}");
    let count = |start: &str| said.lines().filter(|line| line.trim_start().starts_with(start)).count();
    let errors = count("error[");
    assert!(errors > 0 && count("= help: ") == errors, "{name} has an error without a mend:\n{said}");
    let end = format!("{errors} {}; nothing was written\n", if errors == 1 { "error" } else { "errors" });
    assert!(said.ends_with(&end), "{name}:\n{said}");
    said
}

#[test]
fn every_flaw_is_refused_with_its_place_and_its_mend() {
    let directory = inputs("bad");
    let before = tree(&directory);
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path("../bad");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    let mut names = BTreeSet::new();
    for (name, args) in cases() {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let said = judge(&name, &directory, &args);
        let into_directory = [&args[..], &["-o", "out/below"]].concat();
        assert_eq!(judge(&name, &directory, &into_directory), said, "{name} with -o");
        // A thousand mistakes are worth counting, not keeping.
        let kept = if said.len() < 20_000 { said } else { format!("{}\n", said.lines().last().unwrap_or("")) };
        insta::assert_snapshot!(name.clone(), kept);
        assert!(names.insert(name.clone()), "two cases are called {name}");
    }
    assert_eq!(tree(&directory), before, "something was written");
    assert!(names.len() >= 200, "{}", names.len());
    let snapshots = tree(&root().join("tests/bad"));
    let orphans: Vec<_> = snapshots
        .iter()
        .filter_map(|path| path.to_str()?.strip_suffix(".snap"))
        .filter(|name| !names.contains(*name))
        .collect();
    assert!(orphans.is_empty(), "nothing is as broken as {orphans:?}");
}

#[test]
fn ten_mistakes_are_ten_errors_in_the_order_of_the_text() {
    let said = judge("ten-mistakes", &inputs("ten"), &["k8s", "ten-mistakes.yaml"]);
    let places = said.lines().filter_map(|line| line.trim_start().strip_prefix("--> ten-mistakes.yaml:"));
    let places: Vec<(u32, u32)> = places
        .filter_map(|place| place.split_once(':'))
        .map(|(line, column)| (line.parse().unwrap(), column.parse().unwrap()))
        .collect();
    assert_eq!(places.len(), 10, "{said}");
    assert!(places.is_sorted(), "{places:?}");
}

/// To open a pipe that nobody writes to is to wait for ever.
#[cfg(unix)]
#[test]
fn a_named_pipe_is_refused_at_once() {
    let directory = inputs("pipe");
    let made = run(std::process::Command::new("mkfifo").arg("pipe.yaml").current_dir(&directory));
    assert!(made.status.success(), "{}", text(&made.stderr));
    let said = judge("pipe", &directory, &["k8s", "./pipe.yaml"]);
    assert!(said.contains("it is a pipe"), "{said}");
}

/// `/dev/stdin` and `-f <(command)` are pipes too; somebody writes into them.
#[cfg(unix)]
#[test]
fn a_pipe_of_the_shell_is_read_like_a_file() {
    let shell = "printf 'extends: dev\\nproject: A\\n' | \"$0\" generate k8s /dev/stdin";
    let output = run(std::process::Command::new("sh").args(["-c", shell, env!("CARGO_BIN_EXE_a8ctl")]));
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("/dev/stdin:2:10"), "{}", text(&output.stderr));
}
