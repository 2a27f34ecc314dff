//! The command line itself: help, exit codes, and `profile`.

use a8ctl::profile::BUILTINS;

use crate::output::scratch;
use crate::support::{a8ctl, root, run, stdout_of, text};

#[test]
fn help_names_every_argument() {
    for (command, words) in [
        (&[][..], &["generate", "profile", "--color", "--version"][..]),
        (
            &["generate"],
            &["[PROFILE]", "-f, --file", "--set", "-o, --output", "--check", "--kube-version", "-q, --quiet"],
        ),
        (&["generate"], &["k8s:", "compose:", "multi-node"]),
        (&["graph"], &["[PROFILE]", "-f, --file", "--set", "--target", "--format", "svg:", "mermaid:", "dot:"]),
        (&["profile"], &["list", "show"]),
        (&["profile", "list"], &["Usage"]),
        (&["profile", "show"], &["[PROFILE]", "-f, --file", "--set", "--sources"]),
    ] {
        let help = stdout_of(a8ctl(command).arg("--help"));
        for word in words {
            assert!(help.contains(word), "{command:?} --help does not say {word}:\n{help}");
        }
    }
}

#[test]
fn what_is_no_command_exits_2_and_writes_no_data() {
    for args in [
        &[][..],
        &["generate"],
        &["generate", "swarm"],
        &["generate", "k8s", "dev", "--nonsense"],
        &["generate", "k8s", "dev", "--check"],
        &["generate", "k8s", "dev", "more"],
        &["generate", "k8s", "-o"],
        &["profile"],
        &["profile", "show", "nowhere"],
        &["--color", "blue", "profile", "list"],
    ] {
        let output = run(&mut a8ctl(args));
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn the_list_is_one_line_a_profile() {
    let list = stdout_of(&mut a8ctl(&["profile", "list"]));
    assert_eq!(list.lines().count(), BUILTINS.len());
    for (line, builtin) in list.lines().zip(BUILTINS) {
        assert!(line.starts_with(builtin.name) && line.contains(builtin.summary()), "{line}");
        assert!(line.chars().count() < 150, "{line}");
    }
}

/// What is shown is a profile: it means the same, and shows the same again.
#[test]
fn a_shown_profile_shows_itself() {
    let here = scratch("shown");
    let over = "services:\n  controller: { env: { A8_X: 'yes', A8_Y: \"# \\\"$x\\\" é \" } }\n  registry: { env: { A8_Z: '0x1F' } }\n";
    std::fs::write(here.join("over.yaml"), over).unwrap();
    let over = here.join("over.yaml");
    let with_sets = &["-f", over.to_str().unwrap(), "--set", "kubernetes.storage_class=fast"][..];
    for (name, sets) in BUILTINS.iter().map(|builtin| (builtin.name, &[][..])).chain([("single-node", with_sets)]) {
        let shown = stdout_of(a8ctl(&["profile", "show", name]).args(sets));
        std::fs::write(here.join("shown.yaml"), &shown).unwrap();
        let again = stdout_of(a8ctl(&["profile", "show", "./shown.yaml"]).current_dir(&here));
        assert_eq!(again, shown, "{name}");
        let on_k8s = root().join("snapshots").join(name).join("k8s").is_dir();
        let target = if on_k8s { "k8s" } else { "compose" };
        let artifacts = |profile: &str, sets: &[&str]| {
            let text = stdout_of(a8ctl(&["generate", target, profile, "-q"]).args(sets).current_dir(&here));
            text.lines().filter(|line| !line.starts_with('#')).map(|line| format!("{line}\n")).collect::<String>()
        };
        assert_eq!(artifacts("./shown.yaml", &[]), artifacts(name, sets), "{name}");
    }
}

#[test]
fn every_value_has_a_source() {
    let here = scratch("sources");
    std::fs::write(here.join("over.yaml"), "kubernetes:\n  budgets: false\n").unwrap();
    let args = ["profile", "show", "multi-zone", "-f", "over.yaml", "--set", "services.registry.replicas=2"];
    let plain = stdout_of(a8ctl(&args).current_dir(&here));
    let shown = stdout_of(a8ctl(&args).arg("--sources").current_dir(&here));
    let mut seen = [0; 4];
    for (line, plain) in shown.lines().zip(plain.lines()) {
        let Some((value, origin)) = line.rsplit_once("  # ") else {
            assert!(line.ends_with(':') || line.ends_with("{}") || line.ends_with("[]"), "no source: {line}");
            continue;
        };
        assert_eq!(value, plain);
        let placed = |file: &str| {
            origin
                .strip_prefix(file)
                .and_then(|rest| rest.strip_prefix(':'))
                .is_some_and(|at| at.parse::<u32>().is_ok())
        };
        let kinds = [
            origin == "default",
            origin == "--set services.registry.replicas=2",
            placed("over.yaml"),
            BUILTINS.iter().any(|builtin| placed(&format!("profiles/{}.yaml", builtin.name))),
        ];
        let kind = kinds.iter().position(|is| *is);
        seen[kind.unwrap_or_else(|| panic!("a strange source: {line}"))] += 1;
    }
    assert_eq!(shown.lines().count(), plain.lines().count());
    assert!(seen[0] > 20 && seen[1] == 1 && seen[2] == 1 && seen[3] > 60, "{seen:?}");
    for (line, key) in
        [("zones: 3  # profiles/multi-zone.yaml:4", "zones"), ("budgets: false  # over.yaml:2", "budgets")]
    {
        assert!(shown.contains(line), "{key}:\n{shown}");
    }
}

#[test]
fn a_service_without_the_certificate_it_is_asked_for_is_warned_of() {
    let profile = "tests/profiles/etcd-tls.yaml";
    for (set, warned) in [
        ("services.web.connects.store.engines.etcd.GUILD_STORE_KEY=null", true),
        ("services.web.connects.locks.engines.etcd.GUILD_LOCKS_CA=null", false),
    ] {
        let said = text(&run(&mut a8ctl(&["generate", "k8s", profile, "--set", set])).stderr);
        assert_eq!(said.contains("warning[no-certificate]: `store` asks"), warned, "{said}");
    }
}

#[test]
fn what_a_target_leaves_out_is_warned_of() {
    for (args, codes) in [
        (["haproxy", "vm-haproxy"], &["not-deployed"][..]),
        (["haproxy", "amalgam8-classic"], &["not-deployed", "untold-port"]),
        (["nginx", "vm-nginx"], &["passive-checks", "unguarded"]),
        (["haproxy", "dev"], &["partial-output"]),
        (["compose", "single-node"], &["partial-output"]),
    ] {
        let said = text(&run(a8ctl(&["generate"]).args(args)).stderr);
        let mut found: Vec<&str> = said.split("warning[").skip(1).map(|rest| rest.split(']').next().unwrap()).collect();
        found.retain(|code| *code != "partial-output" || codes.contains(code));
        found.dedup();
        assert_eq!(found, codes, "{args:?}: {said}");
    }
}
