//! Pods of another hand: where they stand, how they are replaced, and what they keep.

use a8ctl::diagnostic::Sources;
use a8ctl::failure::{Assumed, Lapse, Origin, Outcome, Read, Reason, Words, after_node_loss, read};
use a8ctl::manifest;

use super::build::text;
use super::manifests::{deployment, outcome, says};
use super::verdict;

/// What manifests are in a cluster of so many nodes and zones.
#[track_caller]
pub(super) fn cluster(manifests: &str, nodes: u32, zones: u32) -> Read {
    let (mut sources, mut problems) = (Sources::default(), Vec::new());
    let source = sources.add("all.yaml", manifests);
    let documents = manifest::of_file("all.yaml", manifests, source, &mut problems).unwrap_or_default();
    assert!(problems.is_empty(), "{problems:?}");
    let assumed = Assumed { nodes: (nodes > 0).then_some(nodes), zones: (zones > 0).then_some(zones) };
    read("these", &documents, &sources, assumed).expect("something runs")
}

/// What one failure costs, and the change that would mend it.
#[track_caller]
pub(super) fn costs(read: &Read, fault: &str) -> (String, String) {
    let verdict = verdict(&read.system, fault);
    let told = Words::new(&read.system, &Origin::Manifests(read.hand.clone())).of(&verdict);
    (text(&verdict.effect), told.mend.unwrap_or_default())
}

const ASKED: &str = "shop/web\n        readinessProbe: { httpGet: { path: /, port: 8080 } }";

fn apart(place: &str) -> String {
    format!(
        "      affinity: {{ podAntiAffinity: {{ requiredDuringSchedulingIgnoredDuringExecution: [{{ topologyKey: {place}, \
         labelSelector: {{ matchLabels: {{ app: web }} }} }}] }} }}\n"
    )
}

fn even(place: &str, more: &str) -> String {
    format!(
        "      topologySpreadConstraints: [{{ maxSkew: 1, topologyKey: {place}, whenUnsatisfiable: DoNotSchedule, \
         labelSelector: {{ matchLabels: {{ app: web }} }}{more} }}]\n"
    )
}

const HOST: &str = "kubernetes.io/hostname";
const ZONE: &str = "topology.kubernetes.io/zone";

#[test]
fn an_update_without_a_place_for_the_next_pod_never_ends() {
    let surge = "  strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }\n";
    for (pod, replicas, strategy, (nodes, zones), step) in [
        // A quarter of 3: none may be away, and one more finds no node.
        (apart(HOST), 3, "", (3, 0), Some(1)),
        (apart(HOST), 3, "", (4, 0), None),
        (apart(HOST), 3, surge, (3, 0), None),
        // A quarter of 4 is 1.
        (apart(HOST), 4, "", (4, 0), None),
        // One of 3 has no node: those two may not go before two may be away.
        (apart(HOST), 3, "", (2, 0), Some(2)),
        (apart(HOST), 3, surge, (2, 0), Some(2)),
        (apart(ZONE), 3, "", (6, 3), Some(1)),
        (apart(ZONE), 2, "", (6, 3), None),
        ("      hostNetwork: true\n".to_owned(), 3, "", (3, 0), Some(1)),
        // One more beside another is no two more than elsewhere.
        (even(HOST, ""), 3, "", (3, 0), None),
        (even(HOST, ", minDomains: 4"), 3, "", (3, 0), Some(1)),
        (even(HOST, ", minDomains: 4, matchLabelKeys: [pod-template-hash]"), 3, "", (3, 0), None),
    ] {
        let read = cluster(&deployment("web", replicas, ASKED, &pod, strategy), nodes, zones);
        let (cost, mend) = costs(&read, "rolling-update web");
        let case = format!("{pod}{strategy}{nodes} nodes: {cost}; {mend}");
        let Some(step) = step else {
            assert!(cost.starts_with("interrupted 0..300 "), "{case}");
            continue;
        };
        let there = read.system.parts[0].members.len();
        assert_eq!(cost, format!("survives {there}/{there} person"), "{case}");
        let wanted = format!("`spec.strategy.rollingUpdate: {{ maxSurge: 0, maxUnavailable: {step} }}`");
        assert!(mend.starts_with(&wanted), "{case}");
    }
}

#[test]
fn an_update_beside_the_pod_that_has_the_disk_is_none() {
    let claim = "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data }\nspec: { accessModes: \
                 [ReadWriteOnce] }\n";
    let pod = "      volumes: [{ name: d, persistentVolumeClaim: { claimName: data } }]\n";
    let of = |image: &str, strategy: &str| {
        let image = format!("{image}\n        volumeMounts: [{{ name: d, mountPath: /data }}]");
        cluster(&format!("{claim}{}", deployment("db", 1, &image, pod, strategy)), 3, 0)
    };
    // Nothing keeps two servers from one directory.
    let (cost, mend) = costs(&of("redis:7", ""), "rolling-update db");
    assert_eq!(cost, "data-loss 1/1 unbounded person");
    assert!(mend.starts_with("`spec.strategy.type: Recreate`"), "{mend}");
    // Where a lock does, the second waits, and the first for the second.
    let (cost, mend) = costs(&of("mysql:8", ""), "rolling-update db");
    assert_eq!(cost, "survives 1/1 person");
    assert!(mend.starts_with("`spec.strategy.type: Recreate`"), "{mend}");
    let recreated = of("redis:7", "  strategy: { type: Recreate }\n");
    assert_eq!(costs(&recreated, "rolling-update db").0, "interrupted 1000..5000 0/1");
    assert!(says(&of("redis:7", "").system, "two processes write to one directory"));
}

#[test]
fn a_place_that_is_lost_counts_unless_its_taint_does() {
    let honor = ", nodeTaintsPolicy: Honor";
    for (pod, (nodes, zones), placed) in [
        (even(ZONE, ""), (3, 3), 2),
        (even(ZONE, honor), (3, 3), 3),
        // The other node of the zone is left.
        (even(ZONE, ""), (6, 3), 3),
        // That of one zone, and no other of two: the worst is a zone of one node.
        (even(ZONE, ""), (4, 3), 2),
        (apart(ZONE), (3, 3), 2),
        (even(HOST, ""), (3, 0), 2),
        (even(HOST, honor), (3, 0), 3),
        (even(HOST, ", nodeTaintsPolicy: Honor, minDomains: 3"), (3, 0), 2),
        (even(HOST, ""), (4, 0), 3),
        // Two on one of two nodes; the lost one counts as empty.
        (even(HOST, ""), (2, 0), 1),
        (apart(HOST), (4, 0), 3),
    ] {
        let system = cluster(&deployment("web", 3, ASKED, &pod, ""), nodes, zones).system;
        let after = after_node_loss(&system).unwrap();
        assert_eq!(after.parts[0].placeable, placed, "{pod}{nodes} nodes, {zones} zones");
    }
    let system = cluster(&deployment("web", 3, ASKED, &apart(ZONE), ""), 4, 2).system;
    assert_eq!(system.parts[0].members.len(), 2);
    assert!(says(&system, "only those are reckoned with that find a zone"), "{:?}", system.unknown);
}

#[test]
fn what_nothing_asks_is_away_while_it_starts() {
    let wait = "shop/web\n        lifecycle: { preStop: { exec: { command: [sleep, '10'] } } }";
    for (image, expected) in [
        ("shop/web".to_owned(), "interrupted 1000..5000 0/3"),
        (wait.to_owned(), "interrupted 1000..5000 0/3"),
        (ASKED.to_owned(), "interrupted 0..300 3/3"),
        (format!("{wait}\n        readinessProbe: {{ tcpSocket: {{ port: 8080 }} }}"), "survives 3/3"),
    ] {
        let read = cluster(&deployment("web", 3, &image, "", ""), 3, 0);
        let (cost, mend) = costs(&read, "rolling-update web");
        assert_eq!(cost, expected, "{image}");
        assert_eq!(mend.starts_with("a `readinessProbe` in"), cost.ends_with("0/3"), "{mend}");
        assert_eq!(says(&read.system, "how long its start takes is not said"), cost.ends_with("0/3"));
    }
}

#[test]
fn a_directory_of_a_pod_outlives_its_containers() {
    let of = |path: &str, volume: &str| {
        let image = format!("redis:7\n        volumeMounts: [{{ name: d, mountPath: {path} }}]");
        cluster(&deployment("db", 1, &image, &format!("      volumes: [{{ name: d, {volume} }}]\n"), ""), 3, 0)
    };
    for (read, crash, rolled) in [
        (of("/data", "emptyDir: {}"), Outcome::Interrupted, Outcome::DataLoss),
        (of("/tmp", "emptyDir: {}"), Outcome::DataLoss, Outcome::DataLoss),
        (of("/data", "configMap: { name: a }"), Outcome::DataLoss, Outcome::DataLoss),
    ] {
        let system = &read.system;
        assert_eq!(outcome(system, "datastore-primary-crash db"), crash);
        assert_eq!(outcome(system, "datastore-restart db"), crash);
        for fault in ["rolling-update db", "drain node-1", "node-loss node-1"] {
            assert_eq!(outcome(system, fault), rolled, "{fault}");
        }
        assert!(costs(&read, "rolling-update db").1.contains("`volumeClaimTemplates`"));
    }
}

#[test]
fn one_claim_of_all_pods_is_one_disk() {
    let mount = "shop/web\n        volumeMounts: [{ name: d, mountPath: /data }]";
    let of = |volume: &str, pod: &str| {
        let pod = format!("{pod}      volumes: [{{ name: d, {volume} }}]\n");
        costs(&cluster(&deployment("web", 3, mount, &pod, ""), 3, 0), "datastore-disk-loss web").0
    };
    let claim = "persistentVolumeClaim: { claimName: data }";
    assert_eq!(of(claim, ""), "data-loss 500..2000 0/3 all person");
    // A directory of one node, and of three.
    let directory = "hostPath: { path: /srv/shop }";
    assert_eq!(of(directory, ""), "data-loss 500..2000 0/3 all person");
    assert_eq!(of(directory, &apart(HOST)), "data-loss 0..1000 2/3 own-copy person");
}

/// Members of a store that agree.
fn agreeing(name: &str, image: &str, replicas: u32, service: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{ name: {name} }}\nspec:\n  replicas: {replicas}\n  \
         serviceName: {name}\n  volumeClaimTemplates: [{{ metadata: {{ name: data }} }}]\n  template:\n    metadata: {{ \
         labels: {{ app: {name} }} }}\n    spec:\n{}      containers:\n      - name: {name}\n        image: {image}\n        \
         ports: [{{ containerPort: 2379 }}]\n        volumeMounts: [{{ name: data, mountPath: /data }}]\n---\napiVersion: \
         v1\nkind: Service\nmetadata: {{ name: {name} }}\nspec: {{ {service}selector: {{ app: {name} }}, ports: [{{ port: \
         2379 }}] }}\n",
        apart(HOST).replace("app: web", &format!("app: {name}"))
    )
}

#[test]
fn stores_that_agree_take_the_time_of_their_own() {
    let of = |name: &str, image: &str, fault: &str| {
        let read = cluster(&agreeing(name, image, 3, "clusterIP: None, "), 3, 0);
        let effect = verdict(&read.system, &format!("{fault} {name}")).effect;
        (effect.lapse, effect.reason)
    };
    let takes = |min, max| (Some(Lapse::ms(min, max)), Reason::TakesOver);
    // A closed connection is seen at once, silence after 10 s.
    assert_eq!(of("zk", "zookeeper:3.9", "datastore-primary-crash"), takes(200, 2_200));
    assert_eq!(of("zk", "zookeeper:3.9", "datastore-primary-hang"), takes(10_000, 20_300));
    // Raft waits for silence, whatever becomes of connections.
    assert_eq!(of("consul", "hashicorp/consul:1.20", "datastore-primary-crash"), takes(5_000, 10_300));
    for (name, image, reason) in [
        ("zk", "zookeeper:3.9", Reason::TakesOver),
        ("consul", "hashicorp/consul:1.20", Reason::TakesOver),
        ("etcd", "quay.example/etcd:v3", Reason::HandsOver),
    ] {
        let read = cluster(&agreeing(name, image, 3, "clusterIP: None, "), 3, 0);
        assert_eq!(verdict(&read.system, "drain node-1").effect.reason, reason, "{name}");
    }
}

#[test]
fn the_other_of_two_members_has_every_commit() {
    let read = cluster(&agreeing("etcd", "quay.example/etcd:v3", 2, "clusterIP: None, "), 3, 0);
    assert_eq!(costs(&read, "datastore-disk-loss etcd").0, "down 1/2 person");
}

#[test]
fn a_service_sends_clients_to_a_member_that_hangs() {
    let of = |service: &str| cluster(&agreeing("etcd", "quay.example/etcd:v3", 3, service), 3, 0);
    let (through, direct) = (of(""), of("clusterIP: None, "));
    assert_eq!(costs(&through, "datastore-primary-hang etcd").0, "degraded 2/3 person");
    assert_eq!(costs(&direct, "datastore-primary-hang etcd").0, "interrupted 1000..2300 2/3");
    // Until the endpoint goes: 30 to 55 s, and a second.
    assert_eq!(costs(&through, "node-loss node-1").0, "interrupted 30000..56000 2/3");
    assert_eq!(costs(&direct, "node-loss node-1").0, "interrupted 1000..2300 2/3");
}

#[test]
fn a_drain_leaves_daemons_where_they_are() {
    let daemons = deployment("web", 1, ASKED, "", "").replace("kind: Deployment", "kind: DaemonSet");
    let system = cluster(&daemons.replace("  replicas: 1\n", ""), 3, 0).system;
    assert_eq!(system.parts[0].members.len(), 3);
    let drained = verdict(&system, "drain node-1");
    assert!(drained.faults[0].hits.is_empty() && drained.effect.outcome == Outcome::Survives, "{drained:?}");
    assert_eq!(outcome(&system, "node-loss node-1"), Outcome::Interrupted);
}

#[test]
fn mends_are_of_what_decides() {
    let read = cluster(&deployment("web", 3, ASKED, &apart(HOST), ""), 4, 0);
    for (fault, words) in [
        ("replica-crash web", "no setting hides it"),
        ("replica-hang web", "shorter times of the `readinessProbe`"),
        ("node-loss node-1", "nothing here makes it shorter"),
        ("drain node-1", "a `preStop`"),
        ("rolling-update web", "a `preStop`"),
    ] {
        let (_, mend) = costs(&read, fault);
        assert!(mend.starts_with(words), "{fault}: {mend}");
    }
    let read = cluster(&deployment("web", 3, ASKED, "      nodeName: north\n", ""), 3, 0);
    let (_, mend) = costs(&read, "node-loss north");
    assert!(mend.contains("in the place of what binds Deployment/default/web to one node"), "{mend}");
}

#[test]
fn one_that_is_ended_sooner_than_it_is_found_out_is_away_then() {
    let probes = "shop/web\n        readinessProbe: { httpGet: { path: /, port: 8080 }, periodSeconds: 30, \
                  failureThreshold: 1 }\n        livenessProbe: { httpGet: { path: /, port: 8080 }, periodSeconds: 5, \
                  failureThreshold: 2, terminationGracePeriodSeconds: 1 }";
    let read = cluster(&deployment("web", 3, probes, &apart(HOST), ""), 4, 0);
    // At the earliest when the readiness probe has failed once, at the latest when the liveness probe has twice: 11 s,
    // with a second to end it and one for the endpoints.
    assert_eq!(costs(&read, "replica-hang web").0, "interrupted 1000..13000 2/3");
}

#[test]
fn a_pod_that_is_not_to_be_started_again_is_not() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec:\n  restartPolicy: Never\n  containers: [{ name: \
               a, image: shop/web, ports: [{ containerPort: 80 }] }]\n";
    let read = cluster(pod, 3, 0);
    let (cost, mend) = costs(&read, "replica-crash web");
    assert_eq!(cost, "down 0/1 person");
    assert_eq!(mend, "a Deployment in the place of Pod/default/web, which starts it again");
    let always = cluster(&pod.replace("Never", "Always"), 3, 0);
    assert!(costs(&always, "replica-crash web").0.starts_with("interrupted"));
}

#[test]
fn what_is_left_out_is_said() {
    let job = "---\napiVersion: batch/v1\nkind: Job\nmetadata: { name: once }\nspec:\n  template:\n    spec:\n      \
               restartPolicy: Never\n      containers: [{ name: a, image: shop/once }]\n";
    let worker = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: worker }\nspec:\n  replicas: \
                  999999999999\n  template:\n    spec:\n      containers: [{ name: a, image: shop/worker }]\n";
    let system = cluster(&format!("{job}{worker}"), 3, 0).system;
    for words in [
        "Job/default/once runs to an end, and is left out",
        "The `replicas` of Deployment/default/worker are no number",
        "Nobody calls the pods of Deployment/default/worker and nothing asks them",
    ] {
        assert!(says(&system, words), "{words}: {:#?}", system.unknown);
    }
    let parts = agreeing("db", "cassandra:5", 3, "clusterIP: None, ");
    assert!(says(&cluster(&parts, 3, 0).system, "How many copies of each part the members of db keep is not said"));
}
