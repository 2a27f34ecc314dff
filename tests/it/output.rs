//! What `-o` and `--check` do to a disk: all or nothing, and never somebody else's file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use crate::support::{a8ctl, run, stdout_of, text, tree};

/// An empty directory of one test's own, which becomes the current one.
pub(crate) fn scratch(test: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("output").join(test);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).unwrap();
    directory
}

fn generate(directory: &Path, args: &[&str]) -> Output {
    run(a8ctl(&["generate"]).args(args).current_dir(directory))
}

/// What a successful run said to people.
#[track_caller]
fn done(directory: &Path, args: &[&str]) -> String {
    let output = generate(directory, args);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output.stderr));
    assert!(output.stdout.is_empty(), "{args:?} wrote to stdout");
    text(&output.stderr)
}

/// What a refused run said.
#[track_caller]
fn refused(directory: &Path, args: &[&str]) -> String {
    let output = generate(directory, args);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {}", text(&output.stderr));
    assert!(output.stdout.is_empty(), "{args:?} wrote to stdout");
    text(&output.stderr)
}

/// Every file with its bytes, and that nothing of a run in progress is left.
#[track_caller]
fn contents(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = tree(directory);
    let left = |path: &PathBuf| path.to_string_lossy().contains(".a8ctl-") && !path.ends_with(".a8ctl-files");
    assert!(!files.iter().any(left), "something is left: {files:?}");
    files.into_iter().map(|path| (path.clone(), fs::read(directory.join(path)).unwrap_or_default())).collect()
}

#[test]
fn a_directory_is_made_kept_and_mended() {
    let here = scratch("mended");
    let args = ["k8s", "single-node", "-o", "a/b/out"];
    assert!(done(&here, &args).contains("written, 0 removed"));
    let first = contents(&here);
    assert!(done(&here, &args).contains(" 0 written, 0 removed"));
    assert_eq!(contents(&here), first);
    let check = [&args[..], &["--check"]].concat();
    assert_eq!(done(&here, &check), "");

    let tampered = here.join("a/b/out/service-registry.yaml");
    fs::write(&tampered, text(&first[Path::new("a/b/out/service-registry.yaml")]).replace("5080", "5081")).unwrap();
    fs::remove_file(here.join("a/b/out/configmap-redis.yaml")).unwrap();
    let stale = generate(&here, &check);
    assert_eq!(stale.status.code(), Some(1));
    let difference = text(&stale.stdout);
    for line in [
        "--- /dev/null",
        "+++ b/configmap-redis.yaml",
        "--- a/service-registry.yaml",
        "-    port: 5081",
        "+    port: 5080",
        "@@ ",
    ] {
        assert!(difference.contains(line), "{line:?} is missing:\n{difference}");
    }
    assert!(text(&stale.stderr).contains("stale"));
    assert_eq!(fs::read_to_string(&tampered).unwrap().matches("5081").count(), 1, "--check wrote");
    assert!(done(&here, &args).contains(" 2 written, 0 removed"));
    assert_eq!(contents(&here), first);
    assert_eq!(done(&here, &check), "");
}

#[test]
fn what_is_no_longer_made_goes_and_foreign_files_stay() {
    let here = scratch("stale");
    done(&here, &["compose", "single-node", "-o", "out"]);
    done(&here, &["k8s", "single-node", "-o", "k8s"]);
    let foreign = [("out/notes.txt", "mine"), ("k8s/kustomize/patch.yaml", "a: b\n"), ("k8s/.hidden", "")];
    for (path, content) in foreign {
        fs::create_dir_all(here.join(path).parent().unwrap()).unwrap();
        fs::write(here.join(path), content).unwrap();
    }
    let times = |path: &str| fs::metadata(here.join(path)).unwrap().modified().unwrap();
    let before = foreign.map(|(path, _)| times(path));
    let stale = generate(&here, &["compose", "dev", "-o", "out", "--check"]);
    assert_eq!(stale.status.code(), Some(1));
    assert!(text(&stale.stdout).contains("--- a/redis/redis.conf\n+++ /dev/null"), "{}", text(&stale.stdout));
    done(&here, &["compose", "dev", "-o", "out"]);
    done(&here, &["k8s", "dev", "-o", "k8s"]);
    let left = contents(&here);
    assert!(!here.join("out/redis").exists(), "an emptied directory stays: {left:?}");
    assert!(!left.keys().any(|path| path.to_string_lossy().contains("redis")), "{left:?}");
    for ((path, content), time) in foreign.iter().zip(before) {
        assert_eq!(left[Path::new(path)], content.as_bytes());
        assert_eq!(times(path), time, "{path} was touched");
    }

    // One that somebody made his own by removing the mark stays too, and so does the directory it is in.
    done(&here, &["compose", "single-node", "-o", "out"]);
    fs::write(here.join("out/redis/redis.conf"), "port 1\n").unwrap();
    done(&here, &["compose", "dev", "-o", "out"]);
    assert_eq!(tree(&here.join("out/redis")), [Path::new("redis.conf")]);
}

#[test]
fn what_is_in_the_way_is_not_touched() {
    let here = scratch("in-the-way");
    type Put = fn(&Path);
    let in_the_way: &[(&str, Put)] = &[
        ("file", |path| fs::write(path, "kind: Service\n").unwrap()),
        ("directory", |path| fs::create_dir(path).unwrap()),
        ("marked below", |path| fs::write(path, "a\nb\nc\n# Generated by a8ctl\n").unwrap()),
        #[cfg(unix)]
        ("link", |path| {
            let ours = path.with_file_name("elsewhere");
            fs::write(&ours, "# Generated by a8ctl\nelsewhere\n").unwrap();
            std::os::unix::fs::symlink(ours, path).unwrap();
        }),
    ];
    for &(what, make) in in_the_way {
        let root = here.join(what);
        done(&here, &["k8s", "dev", "-o", what]);
        // The profile that follows changes other files as well, and would remove one.
        fs::remove_file(root.join("service-registry.yaml")).unwrap();
        make(&root.join("service-registry.yaml"));
        let before = contents(&root);
        let said = refused(&here, &["k8s", "amalgam8-classic", "-o", what]);
        assert!(said.contains("service-registry.yaml") && said.contains("in the way"), "{what}: {said}");
        assert_eq!(contents(&root), before, "{what}");
    }
    // Where a directory is needed stands a file; nothing of the rest may be replaced.
    let root = here.join("compose");
    done(&here, &["compose", "dev", "-o", "compose"]);
    fs::write(root.join("redis"), "not a directory").unwrap();
    let before = contents(&root);
    refused(&here, &["compose", "single-node", "-o", "compose"]);
    assert_eq!(contents(&root), before);
}

#[test]
fn outputs_that_cannot_be() {
    let here = scratch("cannot");
    fs::write(here.join("file"), "mine").unwrap();
    fs::write(here.join("mine.yaml"), "a: b\n").unwrap();
    for (args, reason) in [
        (["k8s", "dev", "-o", "file"], "not a directory"),
        (["k8s", "dev", "-o", "file/below"], "file"),
        (["k8s", "dev", "-o", "mine.yaml"], "not written by a8ctl"),
        (["k8s", "dev", "-o", "file/x.yaml"], "file"),
        (["compose", "dev", "-o", "compose.yaml"], "name a directory"),
        (["k8s", "dev", "-o", "/proc/nowhere/out"], "/proc"),
    ] {
        let said = refused(&here, &args);
        assert!(said.starts_with("error: ") && said.contains(reason), "{args:?}: {said}");
    }
    assert_eq!(contents(&here).into_keys().collect::<Vec<_>>(), ["file", "mine.yaml"].map(PathBuf::from));
}

#[test]
fn an_index_is_no_licence() {
    let here = scratch("index");
    done(&here, &["k8s", "dev", "-o", "a/out"]);
    let marked = "# Generated by a8ctl 0.1.0\n";
    let outside = here.join("outside.yaml");
    fs::write(&outside, marked).unwrap();
    fs::write(here.join("a/out/kept.yaml"), "foreign\n").unwrap();
    let index = here.join("a/out/.a8ctl-files");
    let listed = fs::read_to_string(&index).unwrap();
    let lines =
        format!("../../outside.yaml\n{}\n./x\n\n..\n.\nkept.yaml\na/../../../outside.yaml\n", outside.display());
    fs::write(&index, format!("{listed}{lines}")).unwrap();
    done(&here, &["k8s", "dev", "-o", "a/out"]);
    assert_eq!(fs::read_to_string(&outside).unwrap(), marked);
    assert!(here.join("a/out/kept.yaml").exists());
    assert_eq!(fs::read_to_string(&index).unwrap(), listed, "the index is mended");
}

/// A subdirectory that is a link: what is behind it is neither replaced nor removed.
#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let here = scratch("links");
    done(&here, &["compose", "single-node", "-o", "out"]);
    fs::rename(here.join("out/redis"), here.join("elsewhere")).unwrap();
    std::os::unix::fs::symlink(here.join("elsewhere"), here.join("out/redis")).unwrap();
    let before = contents(&here.join("elsewhere"));
    let said = refused(&here, &["compose", "single-node", "-o", "out", "--set", "datastores.store.proxied=false"]);
    assert!(said.contains("out/redis/redis.conf"), "{said}");
    done(&here, &["compose", "dev", "-o", "out"]);
    assert_eq!(contents(&here.join("elsewhere")), before);
}

#[test]
fn one_file_is_the_stream() {
    let here = scratch("one-file");
    let stream = stdout_of(a8ctl(&["generate", "k8s", "single-node"]).current_dir(&here));
    done(&here, &["k8s", "single-node", "-o", "all.yaml"]);
    assert_eq!(contents(&here), [(PathBuf::from("all.yaml"), stream.clone().into_bytes())].into());
    assert_eq!(done(&here, &["k8s", "single-node", "-o", "all.yaml", "--check"]), "");
    let stale = generate(&here, &["k8s", "dev", "-o", "all.yaml", "--check", "-q"]);
    assert_eq!((stale.status.code(), text(&stale.stderr)), (Some(1), String::new()));
    assert!(text(&stale.stdout).starts_with("--- a/all.yaml\n+++ b/all.yaml\n@@ "), "{}", text(&stale.stdout));
    assert_eq!(contents(&here)[Path::new("all.yaml")], stream.into_bytes(), "--check wrote");
    done(&here, &["k8s", "dev", "-o", "all.yaml"]);
    // A directory that exists may be called what it likes; the current one has no name at all.
    fs::create_dir_all(here.join("dir.yaml")).unwrap();
    done(&here, &["k8s", "dev", "-o", "dir.yaml"]);
    done(&here.join("dir.yaml"), &["k8s", "dev", "-o", ".", "--check"]);
    fs::create_dir(here.join("empty")).unwrap();
    done(&here.join("empty"), &["k8s", "dev", "-o", "."]);
    assert_eq!(contents(&here.join("empty")), contents(&here.join("dir.yaml")));
}

#[test]
fn every_file_says_where_it_comes_from() {
    let here = scratch("header");
    done(&here, &["k8s", "single-node", "-o", "k8s", "--set", "placement.nodes=2"]);
    done(&here, &["compose", "single-node", "-o", "compose"]);
    for (path, bytes) in contents(&here) {
        let content = text(&bytes);
        let top: Vec<&str> = content.lines().take(4).collect();
        let at = top.iter().position(|line| line.starts_with("# Generated by a8ctl")).unwrap_or(9);
        assert!(at <= 1, "{}: {top:?}", path.display());
        if !path.ends_with(".a8ctl-files") {
            assert!(top[at].contains("from the profile single-node"), "{}: {top:?}", path.display());
            let command = if path.starts_with("k8s") {
                "# a8ctl generate k8s single-node --set placement.nodes=2"
            } else {
                "# a8ctl generate compose single-node"
            };
            assert!(content.lines().take(5).any(|line| line == command), "{}: {top:?}", path.display());
        }
    }
}

#[test]
fn streams_carry_what_they_are_for() {
    let here = scratch("streams");
    let output = generate(&here, &["compose", "single-node", "-o", "out"]);
    let export = "export A8_CONTROLLER_URL=http://127.0.0.1:31200 A8_REGISTRY_URL=http://127.0.0.1:31300\n";
    assert!(text(&output.stderr).ends_with(export), "{}", text(&output.stderr));
    let output = generate(&here, &["k8s"]);
    assert!(text(&output.stdout).starts_with("# Generated by a8ctl"));
    let said = text(&output.stderr);
    assert!(said.contains("export A8_CONTROLLER_URL=") && said.contains(" A8_REGISTRY_URL="), "{said}");
    assert_eq!(done(&here, &["compose", "single-node", "-o", "quiet", "-q"]), "");
    assert_eq!(text(&generate(&here, &["k8s", "-q"]).stderr), "");
}

/// Somebody who has read enough.
#[test]
fn a_closed_pipe_is_no_error() {
    for args in [&["generate", "k8s", "multi-node"][..], &["profile", "show", "multi-node"], &["profile", "list"]] {
        let mut child = a8ctl(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output.stderr));
        assert!(!text(&output.stderr).contains("panicked"), "{}", text(&output.stderr));
    }
}

/// Each datastore's own, which a stream cannot carry; and manifests are not applied before it.
#[test]
fn procedures_are_scripts_beside_the_manifests() {
    let directory = tempfile::tempdir().unwrap();
    let below = directory.path();
    let profile = crate::support::root().join("tests/profiles/etcd-replaced.yaml").display().to_string();
    let said = done(below, &["k8s", &profile, "-o", "out"]);
    assert!(!said.contains("kubectl apply"), "{said}");
    assert!(said.contains("    sh out/replace-member.sh etcd-1\n    sh out/add-member.sh locks-4\n"), "{said}");
    let both = ["--set", "datastores.locks.phase=replace-member", "--set", "datastores.locks.member=1"];
    let said = done(below, &[&["k8s", &profile, "-o", "out"][..], &both].concat());
    let steps = "    sh out/replace-member-etcd.sh etcd-1\n    sh out/replace-member-locks.sh locks-0\n";
    assert!(said.contains(steps) && !below.join("out/add-member.sh").exists(), "{said}");
    let said = refused(below, &["k8s", &profile, "-o", "out.yaml"]);
    assert!(said.contains("name a directory"), "{said}");
}
