//! Manifests of another hand: what is read of them, and what is not.

use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use a8ctl::diagnostic::Sources;
use a8ctl::failure::{
    Analysis, Assumed, Keeps, Kind, Loss, Outcome, Read, Reason, Role, Shape, System, Verdict, read, single,
};
use a8ctl::manifest;
use a8ctl::topology::Platform;

use super::{lowered, verdict};
use crate::support::{a8ctl, root, run, stdout_of, text, tree};

/// What some files are.
#[track_caller]
pub(super) fn of_files(files: &[(&str, &str)], nodes: u32) -> Option<Read> {
    let mut sources = Sources::default();
    let mut documents = Vec::new();
    for (name, text) in files {
        let source = sources.add(*name, *text);
        let mut problems = Vec::new();
        documents.extend(manifest::of_file(name, text, source, &mut problems).unwrap_or_default());
        assert!(problems.is_empty(), "{name}: {problems:?}");
    }
    read("these", &documents, &sources, Assumed { nodes: (nodes > 0).then_some(nodes), zones: None })
}

#[track_caller]
fn of(text: &str) -> Read {
    of_files(&[("all.yaml", text)], 0).expect("something runs")
}

/// What a directory is.
#[track_caller]
pub(super) fn of_directory(directory: &str, nodes: u32) -> System {
    let directory = root().join(directory);
    let known =
        |path: &PathBuf| path.extension().is_some_and(|it| manifest::EXTENSIONS.iter().any(|known| it == *known));
    let files: Vec<(String, String)> = tree(&directory)
        .into_iter()
        .filter(known)
        .map(|path| (path.display().to_string(), std::fs::read_to_string(directory.join(&path)).unwrap()))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    of_files(&files, nodes).expect("something runs").system
}

pub(super) fn outcome(system: &System, fault: &str) -> Outcome {
    verdict(system, fault).effect.outcome
}

pub(super) fn says(system: &System, words: &str) -> bool {
    system.unknown.iter().any(|sentence| sentence.contains(words))
}

/// A program with three replicas under a ReplicationController, as people wrote them, with its Service.
fn replicated(name: &str, variable: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Service\nmetadata: {{ name: {name} }}\nspec: {{ type: NodePort, selector: \
         {{ name: {name} }}, ports: [{{ port: 6080, targetPort: 8080 }}] }}\n---\napiVersion: v1\nkind: \
         ReplicationController\nmetadata: {{ name: {name} }}\nspec:\n  replicas: 3\n  selector: {{ name: {name} }}\n  \
         template:\n    metadata: {{ labels: {{ name: {name} }} }}\n    spec:\n      containers:\n      - name: \
         {name}\n        image: shop/{name}\n        ports: [{{ containerPort: 8080 }}]\n        env:\n        - \
         {{ name: STORE, value: redis }}\n        - {{ name: STORE_ADDRESS, value: '{variable}' }}\n"
    )
}

/// The shape of the manifest that was published: two programs of three replicas and one Redis, nothing else said.
fn published() -> String {
    let store = replicated("redis", "").replace("replicas: 3", "replicas: 1").replace("shop/redis", "redis:alpine");
    let store = store.replace("8080", "6379");
    let address = "$(REDIS_SERVICE_HOST):$(REDIS_SERVICE_PORT)";
    format!("{store}{}{}", replicated("rules", &format!("redis://{address}")), replicated("names", address))
}

#[test]
fn the_published_manifest_loses_every_rule_with_its_redis() {
    let read = of(&published());
    let system = &read.system;
    let store = &system.parts[system.part("redis").unwrap()];
    assert_eq!((store.role, store.shape, store.keeps), (Role::Datastore, Shape::AnyOf, Keeps::Memory));
    for fault in ["datastore-primary-crash redis", "datastore-restart redis", "rolling-update redis"] {
        assert_eq!(outcome(system, fault), Outcome::DataLoss, "{fault}");
    }
    // Nothing says where Redis stands, so the loss of a node may take it along.
    assert_eq!(outcome(system, "node-loss node-1"), Outcome::DataLoss);
    assert_eq!(outcome(system, "drain node-1"), Outcome::DataLoss);
    for service in ["rules", "names"] {
        // What hangs is never found out; what ends is seen by the kubelet.
        let hung = verdict(system, &format!("replica-hang {service}")).effect;
        assert_eq!((hung.outcome, hung.lapse), (Outcome::Degraded, None), "{service}");
        assert_eq!(outcome(system, &format!("replica-crash {service}")), Outcome::Interrupted);
        // A change is possible, and a person's work.
        let rolled = verdict(system, &format!("rolling-update {service}")).effect;
        assert!(rolled.outcome <= Outcome::Interrupted && rolled.person, "{rolled:?}");
    }
    assert!(says(system, "How many nodes the cluster has is not said: 3"), "{:#?}", system.unknown);
    assert!(says(system, "ReplicationController/default/rules"), "{:#?}", system.unknown);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("controlplane.yaml");
    std::fs::write(&path, published()).unwrap();
    let said = stdout_of(&mut a8ctl(&["failures", path.to_str().unwrap()]));
    for words in ["That redis, rules and names stand there may be: nothing says where.", "`volumeClaimTemplates`"] {
        assert!(said.replace("\n    ", " ").contains(words), "{words}: {said}");
    }
}

/// A failure's cost, to be held against another's.
fn cost(verdict: &Verdict) -> (Outcome, u64) {
    (verdict.effect.outcome, verdict.effect.lapse.map_or(0, |lapse| lapse.max))
}

/// Read back, what a8ctl writes is never better than what the profile says of it, and mostly the same.
#[test]
fn what_is_written_is_read_back() {
    // Where it is worse, and why.
    const WORSE: &[(&str, &str, &str)] =
        &[("amalgam8-classic k8s", "rolling-update", "one that stands still may wait for what is gone")];
    for (profile, platform, directory, nodes) in [
        ("multi-node", Platform::Kubernetes, "snapshots/multi-node/k8s", 3),
        ("single-node", Platform::Kubernetes, "snapshots/single-node/k8s", 1),
        ("amalgam8-classic", Platform::Kubernetes, "snapshots/amalgam8-classic/k8s", 1),
    ] {
        let said = lowered(profile, platform);
        let found = of_directory(directory, nodes);
        let analysis = Analysis::new(&found);
        let (mut same, mut all) = (0, 0);
        for fault in single(&said) {
            let subject = fault.subject.as_str();
            let alike = single(&found).into_iter().find(|it| it.kind == fault.kind && it.subject == subject);
            let own = alike.unwrap_or_else(|| panic!("{directory}: no {:?} of {subject}", fault.kind));
            let name = format!("{} {subject}", fault.kind.as_str());
            let (read, meant) = (analysis.verdict(vec![own]), Analysis::new(&said).verdict(vec![fault]));
            assert!(cost(&read) >= cost(&meant), "{directory}: {name}: {:?} {:?}", read.effect, meant.effect);
            let case = format!("{profile} {}", platform.as_str());
            let allowed = WORSE.iter().any(|(of, kind, _)| *of == case && name.starts_with(kind));
            assert!(allowed || cost(&read) == cost(&meant), "{case}: {name}: {:?} {:?}", read.effect, meant.effect);
            assert!(read.effect.loss >= meant.effect.loss, "{case}: {name}");
            all += 1;
            same += usize::from(cost(&read) == cost(&meant));
        }
        assert!(same * 3 >= all && all > 8, "{directory}: {same} of {all}");
    }
}

#[test]
fn what_strangers_wrote_is_read_without_a_panic() {
    let mut files: Vec<PathBuf> =
        ["base.yaml", "compose.yaml", "shapes.yaml", "stores.yaml"].map(PathBuf::from).to_vec();
    files.extend(
        tree(&root().join("tests/validate/strangers")).into_iter().map(|it| PathBuf::from("strangers").join(it)),
    );
    for file in files {
        let path = root().join("tests/validate").join(&file);
        for format in ["human", "json"] {
            let said = stdout_of(&mut a8ctl(&["failures", path.to_str().unwrap(), "--format", format, "--nodes", "4"]));
            assert!(!said.is_empty(), "{}", file.display());
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let read = of_files(&[("all.yaml", &text)], 4).unwrap();
        assert_eq!(read.hand.parts.len(), read.system.parts.len());
        assert!(!read.system.unknown.is_empty(), "{}", file.display());
        for sentence in &read.system.unknown {
            assert!(sentence.ends_with(['.', ')']) && !sentence.contains("{}"), "{sentence}");
        }
    }
}

#[test]
fn what_nothing_runs_in_exits_2_and_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    std::fs::create_dir(directory.path().join("empty")).unwrap();
    let empty = directory.path().join("empty").display().to_string();
    let map = file("map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata: { a: b }\n");
    let good = file("good.yaml", &published());
    file("broken/a.yaml", "kind: [\n");
    let broken = directory.path().join("broken").display().to_string();
    for (args, words) in [
        (vec![empty.as_str()], "nothing runs in"),
        (vec![&map], "nothing runs in"),
        // Of the one that can be read nothing is said: the other might hold what it needs.
        (vec![&good, &broken], "a.yaml"),
        (vec![&good, "./nowhere.yaml"], "cannot read"),
        (vec![&good, "--set", "a=b"], "are for profiles"),
        (vec![&good, "--nodes", "0"], "--nodes"),
        (vec![&good, "--nodes", "2", "--zones", "3"], "--zones 3"),
        (vec!["multi-node", "--nodes", "3"], "--set placement.nodes=3"),
    ] {
        let output = run(a8ctl(&["failures"]).args(&args));
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty() && text(&output.stderr).contains(words), "{}", text(&output.stderr));
    }
    let mut command = a8ctl(&["failures", "-", "--zones", "3"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(published().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success() && text(&output.stdout).contains("zone-loss"), "{}", text(&output.stdout));
}

#[test]
fn many_objects_are_read_in_a_moment() {
    let many: String = (0..1_000).map(|number| replicated(&format!("part-{number}"), "part-0:8080")).collect();
    let begun = Instant::now();
    let read = of(&many);
    assert_eq!(read.system.parts.len(), 1_000);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[test]
fn hostile_names_stay_names() {
    let name = "\"a|b<c>`d`\\e[31m\\n\\u202e{}$(x)\"";
    let text = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: {name}, namespace: {name} }}\nspec:\n  replicas: \
         2\n  template:\n    spec:\n      containers:\n      - {{ name: a, image: {name}, ports: [{{ containerPort: \
         1 }}] }}\n"
    );
    let text = format!("{text}---\n{text}");
    let read = of(&text);
    assert_eq!(read.system.parts.len(), 1);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("all.yaml");
    std::fs::write(&path, &text).unwrap();
    let said = stdout_of(&mut a8ctl(&["failures", path.to_str().unwrap()]));
    assert!(!said.contains(['\u{1b}', '\u{202e}']) && said.lines().all(|line| line.chars().count() <= 100), "{said}");
}

/// A Deployment of an image.
pub(super) fn deployment(name: &str, replicas: u32, image: &str, pod: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: {name} }}\nspec:\n  replicas: {replicas}\n{spec}  \
         template:\n    metadata: {{ labels: {{ app: {name} }} }}\n    spec:\n{pod}      containers:\n      - name: \
         {name}\n        image: {image}\n        ports: [{{ containerPort: 8080 }}]\n---\napiVersion: v1\nkind: \
         Service\nmetadata: {{ name: {name} }}\nspec: {{ selector: {{ app: {name} }}, ports: [{{ port: 80 }}] }}\n"
    )
}

#[test]
fn what_is_required_of_places_is_read() {
    let apart = "      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: \
                 kubernetes.io/hostname, labelSelector: { matchLabels: { app: web } } }] } }\n";
    let system = of(&deployment("web", 3, "shop/web", apart, "")).system;
    assert!(system.parts[0].apart);
    assert_eq!(outcome(&system, "node-loss node-1"), Outcome::Interrupted);
    // What is only wished for is not required.
    let wished = apart.replace("requiredDuringSchedulingIgnoredDuringExecution", "preferred");
    let system = of(&deployment("web", 3, "shop/web", &wished, "")).system;
    assert_eq!(verdict(&system, "node-loss node-1").effect.left, 0);
    let pinned = of(&deployment("web", 2, "shop/web", "      nodeName: north\n", "")).system;
    assert!(pinned.nodes[0].name == "north" && pinned.parts[0].clocks.moved.is_none());
}

#[test]
fn rollouts_and_budgets_are_read() {
    let asked = "shop/web\n        readinessProbe: { httpGet: { path: /, port: 8080 } }";
    for (spec, expected) in [
        ("  strategy: { type: Recreate }\n", Outcome::Interrupted),
        ("  strategy: { rollingUpdate: { maxUnavailable: 100% } }\n", Outcome::Interrupted),
        ("  strategy: { rollingUpdate: { maxUnavailable: 1 } }\n", Outcome::Interrupted),
    ] {
        let system = of(&deployment("web", 3, asked, "", spec)).system;
        let all = !spec.contains(": 1 ");
        let effect = verdict(&system, "rolling-update web").effect;
        assert_eq!((effect.outcome, effect.left == 0), (expected, all), "{spec}");
    }
    let budget = |most: &str| {
        let budget = format!(
            "---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{ name: b }}\nspec: {{ {most}, \
             selector: {{ matchLabels: {{ app: web }} }} }}\n"
        );
        of(&format!("{}{budget}", deployment("web", 3, "shop/web", "", ""))).system.parts[0].budget
    };
    assert_eq!(budget("maxUnavailable: 1"), Some(1));
    assert_eq!(budget("minAvailable: 100%"), Some(0));
    assert_eq!(budget("minAvailable: 2"), Some(1));
}

#[test]
fn what_a_slow_start_meets_is_read() {
    let asks = "httpGet: { path: /, port: 8080 }";
    for (probes, expected, allowed) in [
        // Pods that nothing asks are ready at once.
        (String::new(), "degraded 2/3", None),
        (format!("readinessProbe: {{ {asks} }}"), "survives 2/3", None),
        (
            format!("livenessProbe: {{ {asks}, initialDelaySeconds: 15, periodSeconds: 5 }}"),
            "degraded 2/3 person",
            Some(30_000),
        ),
        (
            format!("startupProbe: {{ {asks}, periodSeconds: 2, failureThreshold: 30 }}"),
            "survives 2/3 person",
            Some(60_000),
        ),
    ] {
        let image = format!("shop/web\n        {probes}");
        let system = of(&deployment("web", 3, &image, "", "")).system;
        let effect = verdict(&system, "replica-slow-start web").effect;
        assert_eq!(super::build::text(&effect), expected, "{probes}");
        assert_eq!(system.parts[0].clocks.start_allowed, allowed, "{probes}");
    }
    let project = "services:\n  web: { image: shop/web, restart: always, deploy: { replicas: 2 } }\n";
    let effect = verdict(&of(project).system, "replica-slow-start web").effect;
    assert_eq!(super::build::text(&effect), "degraded 1/2", "nothing stands before them that asks");
}

#[test]
fn what_compose_says_is_read() {
    let project = "services:\n  web:\n    image: shop/web\n    ports: ['80:80']\n    restart: always\n    deploy: { \
                   replicas: 2 }\n    environment: { DATABASE_URL: 'postgres://db:5432/x', QUEUE: \
                   'amqp://elsewhere.example:5672' }\n  db:\n    image: postgres:16\n    volumes: \
                   ['data:/var/lib/postgresql/data']\n  once:\n    image: shop/web\n    restart: 'no'\n";
    let read = of_files(&[("compose.yaml", project)], 0).unwrap();
    let system = read.system;
    let names: Vec<&str> = system.parts.iter().map(|part| part.name.as_str()).collect();
    assert_eq!(names, ["web", "db", "elsewhere.example"]);
    assert_eq!(system.nodes.len(), 1);
    assert_eq!(system.parts[1].keeps, Keeps::Disk);
    assert_eq!(system.parts[2].role, Role::External);
    assert_eq!(outcome(&system, "datastore-unreachable elsewhere.example"), Outcome::Down);
    // Nothing starts it again.
    assert_eq!(outcome(&system, "datastore-primary-crash db"), Outcome::Down);
    assert!(says(&system, "elsewhere.example is run by somebody else"), "{:#?}", system.unknown);
}

#[test]
fn stores_are_what_they_are_told_to_be() {
    let set = |name: &str, image: &str, args: &str, more: &str| {
        format!(
            "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{ name: {name} }}\nspec:\n  replicas: 3\n  \
             serviceName: {name}\n  template:\n    metadata: {{ labels: {{ app: {name} }} }}\n    spec:\n      \
             containers:\n      - name: {name}\n        image: {image}\n        args: [{args}]\n        volumeMounts: \
             [{{ name: data, mountPath: /data }}]\n{more}"
        )
    };
    let claim = "  volumeClaimTemplates: [{ metadata: { name: data } }]\n";
    let by_hand = Shape::PrimaryReplica { voters: None, followers: 0, automatic: false };
    let sentinels = set("watch", "redis:7", "redis-sentinel, /etc/s.conf", "");
    for (text, shape, keeps) in [
        (set("etcd", "quay.example/etcd:v3", "--initial-cluster=a=http://a:1", claim), Shape::Quorum, Keeps::Disk),
        (set("etcd", "quay.example/etcd:v3", "", ""), Shape::Quorum, Keeps::Memory),
        (set("redis", "redis:7", "", claim), by_hand, Keeps::Disk),
        (set("redis", "redis:7", "--save, '', --appendonly, 'no'", claim), by_hand, Keeps::Memory),
        (set("db", "postgres:16", "", claim), by_hand, Keeps::Disk),
        (
            format!("{}{sentinels}", set("redis", "redis:7", "", claim)),
            Shape::PrimaryReplica { voters: Some(1), followers: 0, automatic: true },
            Keeps::Disk,
        ),
        (set("cache", "memcached:1", "", ""), Shape::AnyOf, Keeps::Nothing),
    ] {
        let system = of(&text).system;
        assert_eq!((system.parts[0].shape, system.parts[0].keeps), (shape, keeps), "{text}");
    }
}

#[test]
fn a_primary_hands_over_where_a_script_of_its_own_says_so() {
    let set = |name: &str, args: &str, more: &str| {
        format!(
            "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{ name: {name} }}\nspec:\n  replicas: 3\n  \
             serviceName: {name}\n  volumeClaimTemplates: [{{ metadata: {{ name: data }} }}]\n  template:\n    \
             metadata: {{ labels: {{ app: {name} }} }}\n    spec:\n      containers:\n      - name: {name}\n        \
             image: redis:7\n        args: [{args}]\n        volumeMounts: [{{ name: data, mountPath: /data }}]\n{more}"
        )
    };
    let watch = set("watch", "redis-sentinel, /etc/s.conf", "");
    let before = |command: &str| format!("        lifecycle: {{ preStop: {{ exec: {{ command: [{command}] }} }} }}\n");
    let rolled = |more: &str| {
        let system = of(&format!("{}{watch}", set("redis", "redis-server, /etc/r.conf", more))).system;
        let fault = single(&system).into_iter().find(|it| it.kind == Kind::RollingUpdate && it.subject == "redis");
        let effect = Analysis::new(&system).verdict(vec![fault.unwrap()]).effect;
        (effect.reason, effect.loss)
    };
    assert_eq!(rolled(""), (Reason::TakesOver, Loss::LastMoments));
    assert_eq!(rolled(&before("sleep, '5'")), (Reason::TakesOver, Loss::LastMoments));
    let asks = before("redis-cli, -h, watch, -p, '26379', SENTINEL, FAILOVER, store");
    assert_eq!(rolled(&asks), (Reason::HandsOver, Loss::None));
}
