//! Files of Compose for several hosts: which of them share one, who is reached where, and what becomes of an address
//! that moves.

use std::collections::BTreeSet;

use a8ctl::failure::{Analysis, Outcome, Role, Shape, System, single};
use a8ctl::topology::Platform;

use super::manifests::{of_directory, of_files, outcome, says};
use super::{lowered, verdict};

/// Where what is read differs from what the profile says, by profile and the beginning of the failure, and why.
const DIFFERS: &[(&str, &str, &str)] = &[
    ("multi-node", "replica-hang balancer", "what the script asks is not read"),
    ("multi-zone", "replica-hang balancer", "what the script asks is not read"),
    ("vm-haproxy", "replica-hang balancer", "what the script asks is not read"),
    ("vm-nginx", "replica-hang balancer", "what the script asks is not read"),
    ("etcd-controller", "replica-hang balancer", "what the script asks is not read"),
    ("external-db", "replica-hang balancer", "what the script asks is not read"),
    ("replicated-registry", "replica-hang balancer", "what the script asks is not read"),
    ("single-node", "rolling-update", "Compose replaces all at once; the script that does not is not read"),
    ("amalgam8-classic", "rolling-update", "Compose replaces all at once; the script that does not is not read"),
    ("node-side", "replica-hang balancer", "that clients have balancers of their own is not said"),
    ("node-side", "balancer-crash balancer", "that clients have balancers of their own is not said"),
    ("node-side", "rolling-update balancer", "that clients have balancers of their own is not said"),
    ("node-side", "drain", "that clients have balancers of their own is not said"),
    ("node-side", "node-loss", "that clients have balancers of their own is not said"),
    ("api-manager", "replica-crash", "that nobody calls a worker is not said"),
    ("api-manager", "replica-hang", "that nobody calls a worker is not said"),
    (
        "api-manager",
        "replica-slow-start",
        "as with one that hangs, and that services go on without a cache is not said",
    ),
    ("api-manager", "datastore-", "that services go on without a cache is not said"),
    ("api-manager", "rolling-update", "as with single-node, and as with the cache"),
];

/// Where it is better or sooner, which the files leave open and `unknown` says.
const BETTER: &[(&str, &str, &str)] = &[
    ("amalgam8", "", "whether what names no store keeps anything in its memory is not said"),
    ("dev", "", "whether what names no store keeps anything in its memory is not said"),
    ("api-manager", "datastore-", "what a cache forgets is taken to be had again"),
    ("api-manager", "replica-slow-start cache", "what a cache forgets is taken to be had again"),
    ("api-manager", "rolling-update cache", "what a cache forgets is taken to be had again"),
    (
        "amalgam8-classic",
        "",
        "Docker starts the same container again, with its last snapshot: what was written since is said to be unknown",
    ),
    ("replicated-registry", "replica-crash", "which part a copy has is asked by a script, and scripts are not read"),
    ("replicated-registry", "rolling-update", "which part a copy has is asked by a script, and scripts are not read"),
];

/// What the profile knows and files do not say, by profile and the beginning of the failure, and why.
const NOT_READ: &[(&str, &str, &str)] = &[
    ("multi-zone", "zone-loss", "zones are not said"),
    ("multi-zone", "network-cut", "zones are not said"),
    ("node-side", "replica-hang client-balancers", "they are clients' own"),
    ("node-side", "balancer-crash client-balancers", "they are clients' own"),
    ("node-side", "rolling-update client-balancers", "they are clients' own"),
    ("api-manager", "datastore-unreachable", "databases are named in files of variables, or after their addresses"),
    ("api-manager", "datastore-", "a program that keeps an index is no datastore by its image"),
];

/// What a part or a host is called in the files that is called otherwise in the profile.
const CALLED: &[(&str, &str, &str)] = &[
    ("single-node", "node-1", "host"),
    ("api-manager", "node-1", "host"),
    ("amalgam8-classic", "node-1", "host"),
    ("dev", "node-1", "host"),
    ("amalgam8", "node-1", "host"),
    ("external-db", "store", "redis.example.com"),
    ("vm-nginx", "store", "redis.example.com"),
];

#[test]
fn what_is_written_for_hosts_is_read_back() {
    let mut used: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
    let mut problems = Vec::new();
    for profile in [
        "multi-node",
        "multi-zone",
        "node-side",
        "vm-haproxy",
        "vm-nginx",
        "etcd-controller",
        "external-db",
        "replicated-registry",
        "single-node",
        "api-manager",
        "amalgam8-classic",
        "amalgam8",
        "dev",
    ] {
        let said = lowered(profile, Platform::Hosts);
        let found = of_directory(&format!("snapshots/{profile}/compose"), 0);
        let (meant, read) = (Analysis::new(&said), Analysis::new(&found));
        let mut allowed = |list: &'static [(&str, &str, &str)], name: &str| {
            let row = list.iter().find(|(of, beginning, _)| *of == profile && name.starts_with(beginning));
            row.is_some_and(|row| {
                used.insert(*row);
                true
            })
        };
        let mut both = 0;
        for fault in single(&said) {
            let name = format!("{} {}", fault.kind.as_str(), fault.subject);
            let renamed = CALLED.iter().find(|(of, subject, _)| *of == profile && *subject == fault.subject);
            let numbered = format!("{}-1", fault.subject);
            let subjects = [renamed.map_or(fault.subject.as_str(), |(_, _, called)| called), &numbered];
            let alike =
                |subject: &&str| single(&found).into_iter().find(|it| it.kind == fault.kind && it.subject == *subject);
            let Some(own) = subjects.iter().find_map(alike) else {
                if !allowed(NOT_READ, &name) {
                    problems.push(format!("{profile}: {name}: not read"));
                }
                continue;
            };
            both += 1;
            let (read, meant) = (read.verdict(vec![own]).effect, meant.verdict(vec![fault]).effect);
            let longest = |lapse: Option<a8ctl::failure::Lapse>| lapse.map_or(u64::MAX, |lapse| lapse.max);
            let sooner = read.outcome == meant.outcome && longest(read.lapse) < longest(meant.lapse);
            let better = read.outcome < meant.outcome || read.loss < meant.loss;
            let (list, differs) = if better || sooner && meant.outcome > Outcome::Survives {
                (BETTER, true)
            } else {
                (DIFFERS, read.outcome > meant.outcome)
            };
            if differs && !allowed(list, &name) {
                let how = if list == BETTER { "better than it is" } else { "worse than it is" };
                problems.push(format!("{profile}: {name}: {how}: {read:?}\n    {meant:?}"));
            }
        }
        assert!(both > 5, "{profile}: {both}");
    }
    assert!(problems.is_empty(), "{}:\n{}", problems.len(), problems.join("\n"));
    for row in DIFFERS.iter().chain(NOT_READ).chain(BETTER) {
        assert!(used.contains(row), "{row:?} does not occur");
    }
}

#[test]
fn hosts_of_a_profile_are_hosts_again() {
    let system = of_directory("snapshots/multi-node/compose", 0);
    let nodes: Vec<&str> = system.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(nodes, ["node-1", "node-2", "node-3"]);
    let mut parts: Vec<&str> = system.parts.iter().map(|part| part.name.as_str()).collect();
    parts.sort_unstable();
    // Neither keepalived nor anybody elsewhere.
    assert_eq!(parts, ["balancer", "controller", "redis", "redis-sentinel", "registry"]);
    let balancer = &system.parts[system.part("balancer").unwrap()];
    assert_eq!(balancer.shape, Shape::PrimaryReplica { voters: None, followers: 0, automatic: true });
    assert!(says(&system, "What the script asks that decides which host has 192.0.2.10 is not read"));
    assert!(says(&system, "nothing says whether they share a rack"), "{:#?}", system.unknown);
    // One host's files alone are one host.
    let one = of_directory("snapshots/multi-node/compose/node-1", 0);
    assert_eq!(one.nodes.len(), 1);
    assert!(says(&one, "192.0.2.10 is told of on one host alone"), "{:#?}", one.unknown);
}

/// A project with one service of an image, and what else stands there.
fn project(name: &str, service: &str, more: &str) -> String {
    let name = if name.is_empty() { String::new() } else { format!("name: {name}\n") };
    format!("{name}services:\n  {service}:\n    image: shop/{service}\n    restart: always\n{more}")
}

fn read(files: &[(&str, &str)]) -> System {
    of_files(files, 0).expect("something runs").system
}

#[test]
fn what_cannot_share_a_host_does_not() {
    for (a, b, hosts) in [
        // One project's name, a port, a container's name.
        (project("shop", "web", ""), project("shop", "web", ""), 2),
        (project("a", "web", "    ports: ['80:80']\n"), project("b", "web", "    ports: ['80:81']\n"), 2),
        (project("a", "web", "    ports: ['80:80']\n"), project("b", "web", "    ports: ['192.0.2.1:80:81']\n"), 2),
        (project("a", "web", "    container_name: web\n"), project("b", "web", "    container_name: web\n"), 2),
        // Different ports, addresses, protocols and names.
        (project("a", "web", "    ports: ['80:80']\n"), project("b", "web", "    ports: ['81:80']\n"), 1),
        (project("a", "web", "    ports: ['80:80']\n"), project("b", "web", "    ports: ['80:80/udp']\n"), 1),
        (
            project("a", "web", "    ports: ['192.0.2.1:80:80']\n"),
            project("b", "web", "    ports: ['192.0.2.2:80:80']\n"),
            1,
        ),
        (project("", "web", ""), project("", "api", ""), 1),
        // A port that Docker chooses excludes nothing.
        (project("a", "web", "    ports: ['80']\n"), project("b", "web", "    ports: ['80']\n"), 1),
    ] {
        let system = read(&[("x/compose.yaml", &a), ("y/compose.yaml", &b)]);
        assert_eq!(system.nodes.len(), hosts, "{a}{b}");
        let unknown = "On which host y/compose.yaml runs is not said: the worst is taken";
        assert_eq!(says(&system, unknown), hosts == 1, "{:#?}", system.unknown);
        assert_eq!(says(&system, "stand in for one another"), hosts == 2, "{:#?}", system.unknown);
    }
    // Files that lie together may be layers of one project.
    let layers = [("compose.yaml", &project("", "web", "")), ("compose.prod.yaml", &project("", "web", ""))];
    let system = read(&layers.map(|(name, text)| (name, text.as_str())));
    assert_eq!((system.nodes.len(), system.parts.len()), (1, 1));
    assert!(says(&system, "there are several files: they are read as one project"), "{:#?}", system.unknown);
}

#[test]
fn addresses_of_hosts_are_what_runs_there() {
    let store = "name: shop\nservices:\n  db:\n    image: postgres:16\n    ports: ['192.0.2.1:5432:5432']\n";
    let web = |address: &str| {
        let variable = format!("    environment: {{ DATABASE_URL: 'postgres://{address}/x' }}\n");
        project("shop", "web", &format!("{variable}    ports: ['192.0.2.2:80:80']\n"))
    };
    let here = read(&[("x/compose.yaml", store), ("y/compose.yaml", &web("192.0.2.1:5432"))]);
    assert!(here.parts.iter().all(|part| part.role != Role::External), "{here:#?}");
    assert!(outcome(&here, "node-loss x") >= Outcome::Down);
    let elsewhere = read(&[("x/compose.yaml", store), ("y/compose.yaml", &web("192.0.2.9:5432"))]);
    assert!(elsewhere.parts.iter().any(|part| part.role == Role::External && part.name == "192.0.2.9"));
    // Of a port where nothing is known to listen nothing is assumed.
    let nobody = read(&[("x/compose.yaml", store), ("y/compose.yaml", &web("192.0.2.1:5433"))]);
    assert!(says(&nobody, "What answers at 192.0.2.1:5433 is not said"), "{:#?}", nobody.unknown);
    assert!(nobody.parts.iter().all(|part| part.role != Role::External));
}

#[test]
fn balancers_files_say_who_is_asked_instead() {
    let project = "services:\n  edge:\n    image: haproxy:3\n    ports: ['80:80']\n    restart: always\n    volumes: \
                   ['./edge:/usr/local/etc/haproxy:ro']\n  a:\n    image: shop/web\n    restart: always\n  b:\n    \
                   image: shop/web\n    restart: always\n";
    let config = |more: &str, check: &str| {
        format!(
            "defaults\n    mode http\nfrontend f\n    bind :80\n    default_backend web\nbackend web\n{more}    server \
             a a:8080{check}\n    server b b:8080{check}\n"
        )
    };
    let again = "    option redispatch\n    retries 2\n    retry-on conn-failure empty-response response-timeout\n";
    for (more, check, crash, hang) in [
        ("", "", Outcome::Interrupted, Outcome::Degraded),
        ("", " check", Outcome::Interrupted, Outcome::Degraded),
        ("    option httpchk\n", " check", Outcome::Interrupted, Outcome::Interrupted),
        (again, "", Outcome::Survives, Outcome::Degraded),
        (&format!("{again}    option httpchk\n"), " check", Outcome::Survives, Outcome::Survives),
    ] {
        let system = read(&[("compose.yaml", project), ("edge/haproxy.cfg", &config(more, check))]);
        // One list of servers of one image: they stand in for one another.
        let part = system.parts.iter().find(|part| part.members.len() == 2).expect("a and b together");
        assert_eq!(outcome(&system, &format!("replica-crash {}", part.name)), crash, "{more}{check}");
        assert_eq!(outcome(&system, &format!("replica-hang {}", part.name)), hang, "{more}{check}");
    }
    let nginx = |more: &str| {
        format!(
            "events {{}}\nhttp {{\n  upstream web {{ server a:8080; server b:8080; }}\n  server {{ listen 80; {more} \
             location / {{ proxy_pass http://web; }} }}\n}}\n"
        )
    };
    let project = project.replace("haproxy:3", "nginx:1").replace("/usr/local/etc/haproxy", "/etc/nginx");
    for (more, crash, hang) in [
        ("", Outcome::Survives, Some(60_000)),
        ("proxy_read_timeout 5s;", Outcome::Survives, Some(5_000)),
        ("proxy_next_upstream off;", Outcome::Interrupted, None),
    ] {
        let system = read(&[("compose.yaml", &project), ("edge/nginx.conf", &nginx(more))]);
        let part = system.parts.iter().find(|part| part.members.len() == 2).expect("a and b together");
        assert_eq!(outcome(&system, &format!("replica-crash {}", part.name)), crash, "{more}");
        let hung = verdict(&system, &format!("replica-hang {}", part.name)).effect;
        assert_eq!(hung.lapse.map(|lapse| lapse.max), hang, "{more}");
    }
}

#[test]
fn an_address_moves_only_where_everything_for_that_is_said() {
    let project = "name: edge\nservices:\n  edge:\n    image: haproxy:3\n    ports: ['80:80']\n    restart: always\n  \
                   vrrp:\n    image: shop/keepalived\n    network_mode: host\n    restart: always\n    volumes: \
                   ['./vrrp:/etc/keepalived:ro']\n";
    let config = |script: &str| {
        format!(
            "vrrp_script ask {{\n  script \"/usr/bin/curl -f http://127.0.0.1/\"\n  interval 2\n  fall 3\n}}\nvrrp_instance one {{\n  interface \
             eth0\n  virtual_router_id 7\n  priority 100\n  virtual_ipaddress {{\n    192.0.2.10/24\n  }}\n{script}}}\n"
        )
    };
    let asks = config("  track_script {\n    ask\n  }\n");
    let of = |a: &str, b: &str| {
        let files =
            [("x/compose.yaml", project), ("x/vrrp/k.conf", a), ("y/compose.yaml", project), ("y/vrrp/k.conf", b)];
        read(&files[..if b.is_empty() { 3 } else { 4 }])
    };
    let moves = of(&asks, &asks);
    let hung = verdict(&moves, "replica-hang edge").effect;
    // Three questions, every two seconds, of which each may take two; then the others' patience.
    assert_eq!(hung.outcome, Outcome::Interrupted);
    assert!((12_000..14_000).contains(&hung.lapse.unwrap().max), "{hung:?}");
    assert_eq!(outcome(&moves, "node-loss x"), Outcome::Interrupted);
    for (system, words) in [
        (of(&config(""), &config("")), "the address stays with one that does not"),
        (of(&asks, &asks.replace("router_id 7", "router_id 8")), "told of on one host alone"),
        (of(&asks, ""), "told of on one host alone"),
    ] {
        assert!(says(&system, words), "{words}: {:#?}", system.unknown);
        assert_eq!(outcome(&system, "replica-hang edge"), Outcome::Degraded, "{words}");
    }
}
