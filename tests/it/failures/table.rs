//! Cases worked by hand, from what each part does, and from the statements of the pages that the tool began with.
//!
//! `[A8]` is Amalgam8's page on HA, `[K8S]` the tutorial on Deployments, `[3SCALE]` 3scale's page on HA, `[ANKA]` the one
//! of the Anka Build Cloud; `[ha]` and `[k8s]` are the measurements of configurations and of the published manifest.

use super::build::{system, text, verdict};

/// A system, what goes wrong, what that costs the whole, and why.
pub(super) type Case = (&'static str, &'static str, &'static str, &'static str);

/// The published manifest of [A8]: no probes, no spread that is kept, Redis without a disk.
const CLASSIC: &str = "n1 n2 n3 \
    | controller service any n1 n2 n3 crash=0..700 node=45000..50000 restart=300..700 moved=345000..360000 \
      drained=500..3000 >redis \
    | registry service any n1 n2 n3 crash=0..700 node=45000..50000 restart=300..700 moved=345000..360000 \
      drained=500..3000 >redis \
    | redis store any n1 memory restart=300..1000 moved=345000..360000 drained=1000..5000";

const CLASSIC_CASES: &[Case] = &[
    (
        "",
        "replica-crash controller",
        "interrupted 0..700 2/3",
        "[A8] any instance can fulfil any request: its share fails until the container is there again",
    ),
    ("", "replica-crash registry", "interrupted 0..700 2/3", "[A8] the registry's instances are stateless as well"),
    (
        "",
        "replica-hang controller",
        "degraded 2/3 person",
        "[A8] says that routing to an unhealthy container halts; without a probe nobody asks, [k8s] 5.7: a third for ever",
    ),
    (
        "",
        "datastore-primary-crash redis",
        "data-loss 300..1000 0/1 all person",
        "[A8] in-memory storage persists nothing: the process comes back empty, [k8s] 5.1",
    ),
    ("", "datastore-restart redis", "data-loss 300..1000 0/1 all person", "half a second is enough to lose everything"),
    (
        "",
        "datastore-primary-hang redis",
        "data-loss 0/1 all person",
        "nothing ends it by itself, and whoever ends it ends what it kept: [k8s] e",
    ),
    (
        "",
        "node-loss n1",
        "data-loss 345000..360000 0/1 all person",
        "the node with Redis: nobody has the rules until it runs elsewhere, and then they are gone: [k8s] g",
    ),
    (
        "",
        "node-loss n2",
        "interrupted 45000..50000 2/3",
        "the node without Redis: a third fails until the node is given up: [k8s] f",
    ),
    ("", "drain n1", "data-loss 1000..5000 0/1 all person", "a drain ends Redis like anything else: [k8s] i"),
    ("", "drain n3", "survives 2/3", "replicas that are ended on purpose are taken out first"),
    (
        "",
        "network-cut n1",
        "data-loss 345000..360000 0/1 all person",
        "another is started elsewhere, empty, and the one with the data is ended when its node returns: [k8s] j'",
    ),
    ("", "network-cut n3", "interrupted 45000..50000 2/3", "a third fails until the node is given up: [k8s] j"),
    ("", "rolling-update controller", "survives 2/3", "[K8S] upgrades without interruption: one after the other"),
    ("", "rolling-update redis", "data-loss 300..1000 0/1 all person", "its next version starts empty"),
    (
        "",
        "replica-crash controller-0 + replica-crash registry-1",
        "interrupted 0..700 2/3",
        "what shares nothing costs what each costs",
    ),
    (
        "",
        "node-loss n2 + node-loss n3",
        "interrupted 45000..50000 1/3",
        "the last of three serves with Redis beside it",
    ),
    (
        "",
        "replica-crash controller-0 + replica-crash controller-1 + replica-crash controller-2",
        "interrupted 300..700 0/3",
        "until the first container is there again",
    ),
];

/// Three nodes in zones with a guarded Redis under Sentinel, as [ha] 3 recommends.
const SENTINEL: &str = "n1/a n2/b n3/c \
    | controller service any n1 n2 n3 crash=0 hang=500..1500 node=500..1500 restart=300..700 >redis \
    | redis store primary n1 n2 n3 disk votes=sentinel followers=1 restart=300..600 t-crash=2200..3600 \
      t-hang=2200..3600 t-node=2200..3600 t-planned=1400..1600 cut-loss=2500 \
    | sentinel voter quorum n1 n2 n3 restart=300..700";

const SENTINEL_CASES: &[Case] = &[
    ("", "replica-crash controller", "survives 2/3", "[A8] any instance serves; the balancer asks another: [ha] 2"),
    ("", "replica-hang controller", "interrupted 500..1500 2/3", "until its check fails"),
    (
        "",
        "datastore-primary-crash redis",
        "interrupted 2200..3600 2/3 last-moments",
        "[A8] a highly available backend: Sentinel makes another the primary",
    ),
    ("", "datastore-primary-hang redis", "interrupted 2200..3600 2/3 last-moments", "the same, [ha] 3: SIGSTOP"),
    ("", "datastore-restart redis", "interrupted 300..600 2/3", "back before it is missed, with its disk: [ha] 0.3"),
    ("", "datastore-replica-crash redis", "survives 2/3", "the primary goes on, and still has one that follows"),
    ("", "datastore-disk-loss redis", "interrupted 2200..3600 2/3 last-moments", "the others have copies"),
    (
        "",
        "datastore-majority-loss redis",
        "degraded 1/3 last-moments person",
        "the last one becomes the primary, and refuses writes without one that follows",
    ),
    ("", "datastore-replica-crash sentinel", "survives 2/3", "two of three are more than half"),
    (
        "",
        "datastore-majority-loss sentinel",
        "survives 1/3 person",
        "those that vote are asked when the primary is lost, and not before; somebody must start them",
    ),
    ("", "node-loss n1", "interrupted 2200..3600 2/3 last-moments", "the longest of check and takeover"),
    ("", "zone-loss b", "interrupted 2200..3600 2/3 last-moments", "a zone with one node is that node"),
    (
        "",
        "network-cut n1",
        "data-loss 2200..3600 2/3 bounded=2500",
        "a primary that is cut off takes writes until it misses its followers: [ha] 3, partition",
    ),
    ("", "network-cut c", "data-loss 2200..3600 2/3 bounded=2500", "whoever is the primary, it may be there"),
    ("", "drain n2", "interrupted 1400..1600 2/3", "it hands over after its writes are held: [ha] 8.7"),
    ("", "rolling-update redis", "interrupted 1400..1600 2/3", "the same"),
    ("", "rolling-update sentinel", "survives 2/3", "one of three at a time"),
    ("", "rolling-update controller", "survives 2/3", "one of three at a time"),
    (
        "",
        "zone-loss a + zone-loss b",
        "down 1/3 last-moments person",
        "one of three that vote is no majority: nobody takes over",
    ),
    (
        "",
        "datastore-primary-crash redis-0 + datastore-majority-loss sentinel",
        "interrupted 2200..3600 2/3 last-moments person",
        "nobody takes over, but the primary itself is started again; those that vote are started by somebody",
    ),
    (
        "",
        "node-loss n1 + datastore-majority-loss sentinel",
        "down 2/3 last-moments person",
        "the primary's node does not come back, and nobody takes over",
    ),
    (
        "",
        "node-loss n1 + datastore-replica-crash sentinel-1",
        "interrupted 2500..4300 2/3 last-moments",
        "two of three that vote are away until one is started again, and then another takes over: 300 + 2200 to 700 + 3600",
    ),
    (
        "",
        "datastore-replica-crash redis-1 + datastore-replica-crash redis-2",
        "interrupted 300..600 1/3",
        "no follower, no writes, until one is back",
    ),
    (
        "",
        "datastore-disk-loss redis-0 + datastore-disk-loss redis-1 + datastore-disk-loss redis-2",
        "data-loss 2200..3600 0/3 all person",
        "no copy is left",
    ),
];

/// The same as it is generated: one that starts asks the voters, of whom all must agree.
const ASKING: &str = "n1 n2 n3 \
    | redis store primary n1 n2 n3 disk asks votes=sentinel agree=3 followers=1 budget=1 restart=300..600 \
      t-crash=2200..3600 t-node=2200..3600 t-planned=1400..1600 cut-loss=2500 \
    | sentinel voter quorum n1 n2 n3 budget=1 restart=300..700";

const ASKING_CASES: &[Case] = &[
    ("", "datastore-primary-crash redis", "interrupted 2200..3600 2/3 last-moments", "three of three agree"),
    ("", "node-loss n1", "down 2/3 person", "two of the three that must agree are left"),
    ("", "network-cut n2", "down 2/3 person", "the primary may be there, and two do not replace it"),
    (
        "",
        "datastore-replica-crash sentinel",
        "survives 2/3",
        "nobody asks it before the primary is lost, and it is started again",
    ),
    (
        "",
        "datastore-primary-crash redis-0 + datastore-replica-crash sentinel-1",
        "interrupted 2500..4300 2/3 last-moments",
        "until the third votes again, and then the takeover: 300 + 2200 to 700 + 3600",
    ),
    (
        "",
        "datastore-primary-crash redis-0 + datastore-majority-loss sentinel",
        "down 2/3 last-moments person",
        "it is started again, and asks those that vote who is the primary; nobody says so. Before they went, another took over",
    ),
    (
        "",
        "datastore-disk-loss redis-0 + datastore-majority-loss sentinel",
        "down 2/3 last-moments person",
        "the same on an empty disk: the two others have all of it, and nobody copies the emptiness",
    ),
    (
        "",
        "drain n1 + drain n2",
        "down 2/3 person",
        "the second is refused; the first took one of three that must agree",
    ),
];

/// Who agree when most do, with budgets.
const BUDGETS: &str = "n1 n2 n3 \
    | redis store primary n1 n2 n3 disk asks votes=sentinel followers=1 budget=1 restart=300..600 \
      t-crash=2200..3600 t-node=2200..3600 t-planned=1400..1600 cut-loss=2500 \
    | sentinel voter quorum n1 n2 n3 budget=1 restart=300..700";

const BUDGETS_CASES: &[Case] = &[
    ("", "drain n1", "interrupted 1400..1600 2/3", "it hands over"),
    (
        "",
        "drain n1 + drain n2",
        "interrupted 1400..1600 2/3 person",
        "the second waits: a server and a voter are away already, and no more may be ended",
    ),
    (
        "",
        "drain n1 + node-loss n2",
        "down 1/3 last-moments person",
        "the loss comes after the drain, and asks no budget",
    ),
];

/// etcd as [ANKA] recommends for its controllers, measured in [ha] 4.
const ETCD: &str = "n1/a n2/b n3/c \
    | controller service any n1 n2 n3 crash=0 hang=500..1500 node=0..1000 restart=300..700 >etcd \
    | etcd store quorum n1 n2 n3 disk restart=300..600 t-crash=500..2000 t-hang=1000..2000 t-node=1000..2000 \
      t-planned=0..200";

const ETCD_CASES: &[Case] = &[
    ("", "replica-crash controller", "survives 2/3", "[ANKA] the controller is stateless and keeps its data on etcd"),
    ("", "datastore-primary-crash etcd", "interrupted 500..2000 2/3", "another is elected: [ha] 4"),
    ("", "datastore-primary-hang etcd", "interrupted 1000..2000 2/3", "[ha] 4: SIGSTOP of the leader"),
    ("", "datastore-replica-crash etcd", "survives 2/3", "[ha] 4: two of three go on"),
    ("", "datastore-majority-loss etcd", "down 1/3 person", "one of three decides nothing"),
    ("", "datastore-restart etcd", "interrupted 500..2000 2/3", "its term ends with its process"),
    (
        "",
        "datastore-disk-loss etcd",
        "interrupted 500..2000 2/3 person",
        "[ANKA] [ha] 4: it does not start on an empty disk until it is a new member",
    ),
    (
        "",
        "datastore-disk-loss etcd-0 + datastore-disk-loss etcd-1",
        "data-loss 1/3 unbounded person",
        "the last may lack what the two had agreed on",
    ),
    (
        "",
        "datastore-disk-loss etcd-0 + datastore-disk-loss etcd-1 + datastore-disk-loss etcd-2",
        "data-loss 0/3 all person",
        "no copy is left",
    ),
    (
        "",
        "datastore-primary-crash etcd-0 + datastore-replica-crash etcd-1",
        "interrupted 800..2600 1/3",
        "until one is back, and then they elect: 300 + 500 to 600 + 2000",
    ),
    ("", "node-loss n1", "interrupted 1000..2000 2/3", "election; the check of the controllers is shorter"),
    ("", "zone-loss a", "interrupted 1000..2000 2/3", "a zone with one node is that node"),
    ("", "node-loss n1 + node-loss n2", "down 1/3 person", "no majority, and no node to move to"),
    ("", "zone-loss a + node-loss n3", "down 1/3 person", "the same"),
    ("", "network-cut n1", "interrupted 1000..2000 2/3", "a leader that is cut off cannot agree on anything: no loss"),
    ("", "network-cut b", "interrupted 1000..2000 2/3", "the leader may be there"),
    ("", "drain n1", "interrupted 0..200 2/3", "[ha] 4: SIGTERM hands over"),
    ("", "rolling-update etcd", "interrupted 0..200 2/3", "the leader hands over in its turn"),
    ("", "drain n1 + node-loss n2", "down 1/3 person", "a drain leaves nothing over for a loss"),
];

/// Two balancers with one address between them, [ANKA]'s "virtual tools", measured in [ha] 5.
const VIP: &str = "n1 n2 \
    | app service any n1 n2 crash=0 hang=0 node=0 restart=100..500 >vip \
    | vip balancer primary n1 n2 restart=100..500 t-crash=700..1000 t-hang=1800..2000 t-node=600..1000 t-planned=0..400";

const VIP_CASES: &[Case] = &[
    ("", "balancer-crash vip", "interrupted 700..1000 1/2", "[ANKA] traffic is divided between balancers: the other"),
    ("", "replica-hang vip", "interrupted 1800..2000 1/2", "until its own check fails: [ha] 5"),
    ("", "node-loss n1", "interrupted 600..1000 1/2", "until its adverts are missed"),
    ("", "network-cut n2", "interrupted 600..1000 1/2", "an address keeps nothing: no loss"),
    ("", "drain n1", "interrupted 0..400 1/2", "it hands over before it is ended"),
    ("", "rolling-update vip", "interrupted 0..400 1/2", "the same"),
    (
        "",
        "balancer-crash vip-0 + balancer-crash vip-1",
        "interrupted 700..1000 0/2",
        "one after the other: the takeover and, after the second, until one is started again",
    ),
    ("", "node-loss n1 + node-loss n2", "down 0/2 person", "nothing is left"),
    (
        "",
        "balancer-crash vip-0 + node-loss n2",
        "interrupted 700..1000 0/2",
        "the one that crashed is started again, and the address comes back to it",
    ),
];

/// Each with a system of its own.
const OTHER_CASES: &[Case] = &[
    (
        "n1 | app service any n1 memory restart=300..700",
        "replica-crash app",
        "data-loss 300..700 0/1 all person",
        "[A8] in memory, no data is persisted",
    ),
    (
        "n1 n2 n3 | app service any n1 n2 n3 memory crash=0 restart=300..700",
        "replica-crash app",
        "data-loss 2/3 own-copy person",
        "[A8] in memory, each instance maintains its own copy: its copy is lost",
    ),
    (
        "n1 n2 n3 | app service any n1 n2 n3 memory crash=0 restart=300..700",
        "rolling-update app",
        "data-loss 2/3 own-copy person",
        "[A8] and a change of version loses the copies one after the other",
    ),
    (
        "n1 n2 n3 | app service any n1 n2 n3 crash=0 hang=10000..30000 revive=30000..60000",
        "replica-hang app",
        "interrupted 10000..30000 2/3",
        "[A8] with a probe, routing to what is unhealthy does halt",
    ),
    (
        "n1 n2 | app service any n1 n2 crash=0 restart=300..700 >db | db external any *",
        "datastore-unreachable db",
        "down 0/1",
        "[A8] an external backend is somebody else's to mend, and everything waits",
    ),
    (
        "n1 n2 | app service any n1 n2 crash=0 restart=300..700 >db | db external any *",
        "node-loss n1",
        "degraded 1/2 person",
        "nobody asks whether the node is there: half of the requests fail",
    ),
    (
        "n1 n2 | app service any n1 n2 crash=0 node=0..1000 >lb | lb balancer any n1 restart=100..500",
        "balancer-crash lb",
        "interrupted 100..500 0/1",
        "[A8] load balancers, in the plural: one is there again when it is there again",
    ),
    (
        "n1 n2 | app service any n1 n2 crash=0 node=0..1000 >lb | lb balancer any n1",
        "balancer-crash lb",
        "down 0/1 person",
        "and without anything that starts it, never",
    ),
    (
        "n1 n2 | app service any n1 n2 crash=0 node=0..1000 >lb | lb balancer any n1",
        "node-loss n1",
        "down 0/1 person",
        "nor when its node is lost, however many replicas are left",
    ),
    (
        "n1 n2 | app service any n1 n2 crash=0 node=0..1000 >lb | lb balancer any n1",
        "node-loss n2",
        "interrupted 0..1000 1/2",
        "the other node does not carry it",
    ),
    (
        "n1 | web service any n1",
        "replica-crash web",
        "down 0/1 person",
        "[K8S] a pod of nobody's that is deleted stays deleted, and the page fails",
    ),
    (
        "n1 n2 | web service any n1 n2 crash=0 restart=1000..5000",
        "replica-crash web",
        "survives 1/2",
        "[K8S] the page continues working even with one pod down",
    ),
    (
        "n1 n2 | web service any n1 n2 crash=0 restart=1000..5000",
        "replica-crash web-0 + replica-crash web-1",
        "interrupted 1000..5000 0/2",
        "[K8S] new pods are created in the place of both",
    ),
    (
        "n1 n2 n3 | web service any n1 n2 n3 crash=0 restart=1000..5000",
        "replica-crash web-0 + replica-crash web-1",
        "survives 1/3",
        "[K8S] scaled to 3: two may go",
    ),
    (
        "n1 n2 | web service any n1 n2 crash=0 restart=1000..5000",
        "rolling-update web",
        "survives 1/2",
        "[K8S] upgrades while minimizing interruption",
    ),
    (
        "n1 | web service any n1 restart=1000..5000",
        "rolling-update web",
        "interrupted 1000..5000 0/1",
        "one is ended before the next is there",
    ),
    (
        "n1 | api service any n1 n1 crash=0 restart=1000..5000",
        "replica-crash api",
        "survives 1/2",
        "[3SCALE] one node tolerates individual pods' failures because there are multiple replicas",
    ),
    (
        "n1 | api service any n1 n1 crash=0 restart=1000..5000 >db | db store any n1 disk restart=1000..2000",
        "node-loss n1",
        "down 0/1 if-disk-stays person",
        "[3SCALE] one node: a backup must be restored if the node fails",
    ),
    (
        "n1 n2 | api service any n1 n2 crash=0 node=0 restart=1000..5000",
        "node-loss n1",
        "survives 1/2",
        "[3SCALE] replicas distributed across the hosts continue if a node fails",
    ),
    (
        "n1 n2 | api service any n1 n1 crash=0 node=0 restart=1000..5000 moved=300000..360000",
        "node-loss n1",
        "interrupted 300000..360000 0/2",
        "[3SCALE] without affinities both may be on the node that fails",
    ),
    (
        "n1 n2 | api service any n1 n1 crash=0 drained=1000..2000 budget=1",
        "drain n1",
        "survives 1/2",
        "[3SCALE] a disruption budget ensures that one pod is running at all times: the second waits",
    ),
    (
        "n1 n2 | api service any n1 n1 crash=0 drained=1000..2000",
        "drain n1",
        "interrupted 1000..2000 0/2",
        "[3SCALE] without one, both are ended at once",
    ),
    (
        "n1 n2 | api service any n1 n1 crash=0 drained=1000..2000 budget=0",
        "drain n1",
        "survives 2/2 person",
        "a budget that allows nothing blocks the drain until somebody acts",
    ),
    (
        "n1 | api service any n1 n1 crash=0 drained=1000..2000 budget=1",
        "drain n1",
        "survives 1/2 person",
        "the one that was ended has nowhere to go, so the second is never ended",
    ),
    (
        "n1 n2 | api service any n1 drained=1000..2000 budget=1",
        "drain n1",
        "interrupted 1000..2000 0/1",
        "a budget of one does not help one replica",
    ),
    (
        "n1/a n2/b n3/c n4/a | db store quorum n1 n2 n3 shared apart zones=3 moved=5000",
        "node-loss n1 + node-loss n2",
        "interrupted 5000..5000 1/3",
        "of two zones each takes one, and the node that is free is in the one that has none",
    ),
    (
        "n1/a n2/b n3/c n4/a | db store quorum n1 n2 n3 shared apart zones=3 moved=5000",
        "node-loss n2 + node-loss n3",
        "down 1/3 person",
        "the node that is free is in the only zone that is left, which has one",
    ),
    (
        "n1 n2 | web service any n1 n2 crash=0 surge rolled=0 restart=1000..5000",
        "rolling-update web",
        "survives 2/2",
        "[K8S] maxUnavailable 0 and a surge: the next one is ready before one goes",
    ),
    (
        "n1 | web service any n1 crash=0 surge rolled=0..300 stop=0..300 restart=1000..5000",
        "rolling-update web",
        "interrupted 0..300 1/1",
        "the same of a single one, which ends before proxies know",
    ),
    (
        "n1 | web service any n1 memory crash=0 surge rolled=0 restart=1000..5000",
        "rolling-update web",
        "data-loss 0..0 1/1 all person",
        "[A8] in memory: the next one serves at once, and empty",
    ),
    (
        "n1 n2 n3 | app service any n1 n2 n3 crash=0 node=0 restart=500 | lb balancer any n1 n2 n3 restart=500 stop=500",
        "drain n1",
        "degraded 2/3 person",
        "clients of the balancer on the machine that is emptied find nobody there, as when it is lost",
    ),
    (
        "n1 n2 n3 | files service manual n1 n2 n3 disk restart=500 cut-loss=3000",
        "node-loss n1",
        "degraded 2/3 last-moments person",
        "[ANKA] what was not copied is on the lost disk alone, should another be promoted",
    ),
    (
        "n1 n2 n3 | files service manual n1 n2 n3 disk restart=500 cut-loss=3000",
        "replica-hang files",
        "degraded 2/3 person",
        "its disk is there",
    ),
    (
        "n1 n2 | api service any n1 n1 n2 crash=0 drained=1000..2000 budget=1 restart=500",
        "drain n1 + drain n2",
        "survives 2/3 person",
        "two drains share one budget: one is ended, finds no node, and the others wait for it",
    ),
    (
        "n1 | api service any n1 restart=1000..5000 >cache | cache store any n1 memory optional restart=500",
        "datastore-primary-crash cache",
        "survives 0/1 all",
        "[3SCALE] memcached is not critical; its content is gone",
    ),
    (
        "n1 | api service any n1 >cache | cache external any * optional",
        "datastore-unreachable cache",
        "survives 0/1",
        "[3SCALE] what is not critical needs no HA deployment",
    ),
    (
        "n1 n2 | api service any n1 n2 crash=0 >db | db store any n1 disk restart=1000..2000",
        "datastore-primary-crash db",
        "interrupted 1000..2000 0/1",
        "[3SCALE] a database by the operator is one: it comes back with its disk",
    ),
    (
        "n1 n2 | api service any n1 n2 crash=0 >db | db store any n1 disk restart=1000..2000",
        "datastore-disk-loss db",
        "data-loss 1000..2000 0/1 all person",
        "[3SCALE] not set up for HA: the only disk with the state",
    ),
    (
        "n1 n2 | registry service any n1 n2 shared crash=0 node=0..1000",
        "node-loss n1",
        "interrupted 0..1000 1/2",
        "[ANKA] registries on shared storage behind a balancer: the other serves the same files",
    ),
    (
        "n1 | registry service any n1 disk restart=500..900",
        "replica-crash registry",
        "interrupted 500..900 0/1",
        "[ANKA] the registry uses the local disk, and finds it again",
    ),
    (
        "n1 n2 | registry service any n1 disk restart=500..900",
        "node-loss n1",
        "down 0/1 if-disk-stays person",
        "[ANKA] its disk is away with its node",
    ),
    (
        "n1 n2 | registry service any n1 shared moved=5000..9000",
        "node-loss n1",
        "interrupted 5000..9000 0/1",
        "[ANKA] shared storage can be reached from where it is started next",
    ),
    (
        "n1 n2 n3 | registry service manual n1 n2 n3 disk restart=500..900",
        "node-loss n2",
        "survives 2/3",
        "[ANKA] replicated storage, one that is written: a copy less",
    ),
    (
        "n1 n2 n3 | registry service manual n1 n2 n3 disk restart=500..900",
        "node-loss n1",
        "degraded 2/3 last-moments person",
        "[ANKA] the write-only registry is lost, and scripts elect nobody: the others are read",
    ),
    (
        "n1 n2 n3 | registry service manual n1 n2 n3 disk restart=500..900",
        "replica-crash registry",
        "interrupted 500..900 2/3",
        "[ANKA] until it is started again",
    ),
    (
        "n1 | all service any n1 memory disk restart=2000..4000",
        "replica-crash all",
        "interrupted 2000..4000 0/1",
        "[ANKA] the native package, all in one process: everything waits for it",
    ),
    (
        "n1 n2 | app service any n1 n2 crash=2000..6000",
        "replica-crash app",
        "interrupted 2000..6000 1/2",
        "[ha] 2: a check every 2 s, three times, and half of the requests until then",
    ),
    (
        "n1 n2 | app service any n1 n2 hang=500..1500",
        "replica-crash app",
        "degraded 1/2 person",
        "nobody notices, and nothing starts it: its share fails for ever",
    ),
    (
        "n1 n2 | app service any n1 >db | db store primary n1 n2 memory restart=300..600 t-crash=2000..3000",
        "datastore-restart db",
        "data-loss 300..600 1/2 all person",
        "[ha] 0.3: the others copy what it has: nothing",
    ),
    (
        "n1 n2 | app service any n1 >db | db store primary n1 n2 memory t-crash=2000..3000",
        "datastore-primary-crash db",
        "interrupted 2000..3000 1/2 last-moments",
        "it stays away, and the copy takes over",
    ),
    (
        "n1 n2 | app service any n1 >db | db store primary n1 n2 disk t-node=2000..3000",
        "network-cut n2",
        "data-loss 2000..3000 1/2 unbounded",
        "without a guard a primary that is cut off takes writes without end: [ha] 3",
    ),
    (
        "n1 n2 | app service any n1 >db | db store quorum n1 n2 disk restart=300..600 t-crash=500..2000",
        "datastore-primary-crash db",
        "interrupted 800..2600 1/2",
        "of two, both are the majority: worse than one",
    ),
    (
        "n1 n2 n3 n4 | app service any n1 crash=0 >db | db store quorum n1 n2 n3 n4",
        "node-loss n3 + node-loss n4",
        "down 2/4 person",
        "of four, two are not more than half: no better than three",
    ),
    (
        "n1 n2 n3 n4 n5 | app service any * crash=0 >db | db store quorum n1 n2 n3 n4 n5 t-node=1000..2000",
        "node-loss n1 + node-loss n2",
        "interrupted 1000..2000 3/5",
        "of five, three are",
    ),
    (
        "n1 n2 n3 n4 | app service any * >db | db store quorum n1 n2 n3 apart moved=5000..6000 t-crash=1000 t-node=1000",
        "node-loss n1 + node-loss n2",
        "interrupted 6000..7000 1/3",
        "the fourth node has room for one, and two elect",
    ),
    (
        "n1 n2 n3 | app service any * >db | db store quorum n1 n2 n3 apart moved=5000..6000",
        "node-loss n1 + node-loss n2",
        "down 1/3 person",
        "the last node has one already",
    ),
    (
        "n1 n2 n3 n4 n5 n6 | app service any * >db | db store quorum n1 n2 n3 n4 n5 apart moved=5000",
        "node-loss n1 + node-loss n2 + node-loss n3 + node-loss n4",
        "down 1/5 person",
        "two more are needed, and there is room for one",
    ),
    (
        "n1 n2 | app service any n1 moved=5000..6000",
        "node-loss n1 + node-loss n2",
        "down 0/1 person",
        "no node is left",
    ),
    (
        "n1/a n2/a n3/b | app service any n1 n2 crash=0 node=0 moved=5000",
        "zone-loss a",
        "interrupted 5000..5000 0/2",
        "two nodes of one zone are one failure",
    ),
    ("n1/a n2/b | app service any n1 n2 crash=0 node=0", "zone-loss a", "survives 1/2", "spread over zones"),
    (
        "n1 n2 | app service any n1 >b | b service any n1 optional >db | db store any n2 restart=500",
        "node-loss n2",
        "survives 0/1 person",
        "what only a part needs that is not critical is not missed",
    ),
    (
        "n1 n2 | app service any n1 | lb balancer any n2",
        "balancer-crash lb",
        "down 0/1 person",
        "nobody is known to need it, and it is said to be critical",
    ),
    (
        "n1 n2 | a service any n1 >b | b service any n2 >a",
        "replica-crash b",
        "down 0/1 person",
        "parts that need each other fail together",
    ),
    (
        "| a service any * * crash=0 >b | b store any * restart=500..900",
        "datastore-primary-crash b",
        "interrupted 500..900 0/1",
        "nothing is known of nodes, and nothing is assumed",
    ),
    (
        "n1 n2 | app service any n1 >files | files store manual n1 n2 disk | copy sync any n2 optional",
        "replica-crash copy",
        "survives 0/1 person",
        "[ANKA] scripts that copy are missed when the copy is needed; somebody must start them",
    ),
    (
        "n1 | app service any n1 restart=500 >db | db store any n1 disk restart=500",
        "replica-crash app + datastore-disk-loss db",
        "data-loss 500..500 0/1 all person",
        "the worse of both",
    ),
];

pub(super) fn check(of: &str, cases: &[Case], wrong: &mut Vec<String>) -> usize {
    for (line, faults, expected, why) in cases {
        let line = if line.is_empty() { of } else { line };
        let got = text(&verdict(&system(line), faults).effect);
        if got != *expected {
            wrong.push(format!("{line}\n  {faults}\n  expected {expected}: {why}\n  got      {got}"));
        }
    }
    cases.len()
}

#[test]
fn every_case_is_as_worked_by_hand() {
    let mut wrong = Vec::new();
    let tables = [
        (CLASSIC, CLASSIC_CASES),
        (SENTINEL, SENTINEL_CASES),
        (ASKING, ASKING_CASES),
        (BUDGETS, BUDGETS_CASES),
        (ETCD, ETCD_CASES),
        (VIP, VIP_CASES),
        ("", OTHER_CASES),
    ];
    let cases: usize = tables.iter().map(|(of, cases)| check(of, cases, &mut wrong)).sum();
    assert!(wrong.is_empty(), "{} of {cases}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cases >= 80, "{cases}");
}
