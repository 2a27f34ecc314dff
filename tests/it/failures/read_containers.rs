//! Services of Compose of another hand: what Docker keeps of them, who stands before whom, and what a script asks.

use a8ctl::failure::{Outcome, Role};

use super::manifests::{of_files, outcome, says};
use super::read_pods::{cluster, costs};

#[test]
fn docker_starts_the_same_container_again() {
    let store = |lines: &str| format!("services:\n  db:\n    restart: always\n{lines}");
    for (lines, crash, rolled) in [
        // Their own images declare a volume.
        ("    image: postgres:16\n", Outcome::Interrupted, Outcome::Interrupted),
        ("    image: docker.io/library/mysql:8\n", Outcome::Interrupted, Outcome::Interrupted),
        ("    image: mongo:7\n", Outcome::Interrupted, Outcome::Interrupted),
        ("    image: redis:7\n", Outcome::Interrupted, Outcome::Interrupted),
        ("    image: quay.example/etcd:v3\n    volumes: [/etcd-data]\n", Outcome::Interrupted, Outcome::Interrupted),
        // What is in the container alone ends with that one.
        ("    image: quay.example/etcd:v3\n", Outcome::Interrupted, Outcome::DataLoss),
        ("    image: shop.example/postgres:16\n", Outcome::Interrupted, Outcome::DataLoss),
        ("    image: redis:7\n    tmpfs: [/data]\n", Outcome::DataLoss, Outcome::DataLoss),
        (
            "    image: redis:7\n    command: redis-server --save '' --appendonly no\n",
            Outcome::DataLoss,
            Outcome::DataLoss,
        ),
    ] {
        let system = cluster(&store(lines), 0, 0).system;
        assert_eq!(outcome(&system, "datastore-primary-crash db"), crash, "{lines}");
        assert_eq!(outcome(&system, "datastore-restart db"), crash, "{lines}");
        assert_eq!(outcome(&system, "rolling-update db"), rolled, "{lines}");
    }
    let read = cluster(&store("    image: postgres:16\n"), 0, 0);
    assert_eq!(costs(&read, "datastore-disk-loss db").0, "data-loss 300..1000 0/1 all person");
    assert_eq!(costs(&read, "node-loss host").0, "down 0/1 if-disk-stays person");
    assert!(says(&read.system, "in a volume without a name"), "{:?}", read.system.unknown);
}

#[test]
fn a_port_of_the_host_is_there_once() {
    let project = |more: &str| format!("services:\n  web:\n    image: shop/web\n    ports: ['8080:8080']\n{more}");
    let read = cluster(&project("    restart: always\n    deploy: { replicas: 2 }\n"), 0, 0);
    assert_eq!(read.system.parts[0].members.len(), 1);
    assert!(says(&read.system, "web takes a port of its host"), "{:?}", read.system.unknown);
    let (_, mend) = costs(&read, "replica-crash web");
    assert!(mend.starts_with("2 services of the image of Service//web that take no port"), "{mend}");
    // What nothing starts again needs that first.
    let read = cluster(&project(""), 0, 0);
    assert_eq!(costs(&read, "replica-crash web").1, "`restart: unless-stopped` of Service//web");
    assert!(!costs(&read, "replica-hang web").1.contains("unless-stopped"));
}

/// Two hosts with a balancer whose address moves, as a script says, and a web server on each.
fn hosts(script: &str) -> a8ctl::failure::Read {
    let project = "services:\n  lb:\n    image: haproxy:3.0\n    restart: always\n    network_mode: host\n    volumes: \
                   ['./haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro']\n  keepalived:\n    image: \
                   shop/keepalived\n    network_mode: host\n    volumes: \
                   ['./keepalived.conf:/etc/keepalived/keepalived.conf:ro']\n  web:\n    image: nginx\n    restart: \
                   always\n    ports: ['8080:80']\n";
    let balancer = "defaults\n  mode http\nfrontend f\n  bind :80\n  default_backend b\nbackend b\n  option httpchk GET \
                    /\n  server a 10.0.0.1:8080 check inter 1s fall 2\n  server b 10.0.0.2:8080 check inter 1s fall 2\n";
    let address = format!(
        "vrrp_script chk {{\n  script \"{script}\"\n  interval 2\n  fall 2\n}}\nvrrp_instance v {{\n  \
         virtual_router_id 51\n  priority 101\n  advert_int 1\n  virtual_ipaddress {{\n    10.0.0.100/24\n  }}\n  \
         track_script {{\n    chk\n  }}\n}}\n"
    );
    let files: Vec<(String, &str)> = ["h1", "h2"]
        .iter()
        .flat_map(|host| {
            let of = |file: &str, text| (format!("{host}/{file}"), text);
            [of("compose.yaml", project), of("haproxy.cfg", balancer), of("keepalived.conf", address.as_str())]
        })
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    of_files(&files, 0).expect("something runs")
}

#[test]
fn what_stands_behind_a_balancer_is_a_service() {
    let read = hosts("/usr/bin/curl -f http://localhost/");
    let roles: Vec<(&str, Role)> = read.system.parts.iter().map(|part| (part.name.as_str(), part.role)).collect();
    assert_eq!(roles, [("lb", Role::Balancer), ("web", Role::Service)]);
    assert!(says(&read.system, "Which hosts have the addresses 10.0.0.1 and 10.0.0.2"), "{:?}", read.system.unknown);
    // By the checks: 2 of them a second apart, and one for the answer.
    assert_eq!(costs(&read, "replica-hang web").0, "interrupted 0..3000 1/2");
    let (cost, mend) = costs(&read, "node-loss h1");
    assert!(cost.starts_with("interrupted ") && mend.starts_with("a shorter `advert_int`"), "{cost}: {mend}");
}

#[test]
fn a_script_that_asks_for_a_process_does_not_see_that_it_hangs() {
    for (script, expected) in [
        ("/usr/bin/pgrep haproxy", "down 1/2 person"),
        ("killall -0 haproxy", "down 1/2 person"),
        ("nc -z localhost 80", "down 1/2 person"),
        ("/usr/bin/curl -f http://localhost/", "interrupted 0..9205 1/2"),
        ("/etc/keepalived/check.sh", "down 1/2 person"),
    ] {
        let read = hosts(script);
        let (cost, mend) = costs(&read, "replica-hang lb");
        assert_eq!(cost, expected, "{script}");
        assert_eq!(mend.starts_with("a `script` of keepalived that asks"), cost.starts_with("down"), "{mend}");
        assert_eq!(says(&read.system, "What the script asks"), script.ends_with(".sh"), "{script}");
        assert_eq!(outcome(&read.system, "balancer-crash lb"), Outcome::Interrupted);
    }
}
