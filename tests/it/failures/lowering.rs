//! Topologies as systems of parts.

use std::collections::BTreeSet;

use a8ctl::failure::{Analysis, Keeps, Kind, Loss, Outcome, Reason, Role, Shape, System, demands, single, system};
use a8ctl::profile::BUILTINS;
use a8ctl::topology::Platform;

use super::{lowered, told, topology, verdict};

#[test]
fn every_profile_is_a_system_on_every_platform() {
    let own = ["etcd", "etcd-replaced", "etcd-tls", "ledger", "plain"].map(|it| format!("./tests/profiles/{it}.yaml"));
    for profile in BUILTINS.iter().map(|builtin| builtin.name).chain(own.iter().map(String::as_str)) {
        for (word, platform) in Platform::ALL {
            let system = lowered(profile, *platform);
            assert_eq!(system.target, *word);
            sound(&system, profile);
            // And every single failure costs something that can be told.
            let survival = Analysis::new(&system).survival(1);
            assert_eq!(survival.single.len(), single(&system).len(), "{profile} {word}");
            for it in &survival.single {
                let known = it.effect.lapse.is_none_or(|lapse| lapse.min <= lapse.max);
                assert!(known && it.effect.left <= it.effect.of, "{profile} {word}: {it:?}");
            }
        }
    }
}

#[track_caller]
fn sound(system: &System, profile: &str) {
    assert!(!system.nodes.is_empty() && system.services().next().is_some(), "{profile}");
    assert!(system.zones.len() != 1, "{profile}: a zone that holds everything");
    assert!(system.nodes.iter().all(|node| node.zone.is_none_or(|zone| zone < system.zones.len())), "{profile}");
    let (mut parts, mut members) = (BTreeSet::new(), BTreeSet::new());
    for part in &system.parts {
        assert!(parts.insert(&part.name), "{profile}: {} twice", part.name);
        assert!(!part.members.is_empty(), "{profile}: {}", part.name);
        for member in &part.members {
            assert!(members.insert(&member.name), "{profile}: {} twice", member.name);
            assert!(member.node.is_none_or(|node| node < system.nodes.len()), "{profile}: {}", member.name);
        }
        assert!(part.needs.iter().all(|need| need.part < system.parts.len()), "{profile}: {}", part.name);
        let voters = part.voters().map(|voters| system.parts[voters].role);
        assert!(voters.is_none_or(|role| role == Role::Voter), "{profile}: {}", part.name);
    }
    let primary = |part: &&a8ctl::failure::Part| part.role == Role::Voter;
    let voted = system.parts.iter().filter_map(a8ctl::failure::Part::voters).count();
    assert_eq!(system.parts.iter().filter(primary).count(), voted, "{profile}: who votes votes on something");
}

/// A part's node names, in the order of its members.
fn places<'a>(system: &'a System, part: &str) -> Vec<&'a str> {
    let part = &system.parts[system.part(part).unwrap()];
    part.members.iter().map(|member| member.node.map_or("", |node| system.nodes[node].name.as_str())).collect()
}

#[test]
fn replicas_stand_where_they_are_put() {
    let zones = "multi-node placement.hosts.node-1.zone=a placement.hosts.node-2.zone=a placement.hosts.node-3.zone=b";
    for platform in [Platform::Hosts, Platform::Kubernetes] {
        let system = lowered(zones, platform);
        assert_eq!(places(&system, "controller"), ["node-1", "node-3", "node-2"], "{platform:?}");
        assert_eq!(system.zones, ["a", "b"]);
    }
    let invented = lowered("amalgam8-classic placement.nodes=5 placement.zones=3", Platform::Kubernetes);
    assert_eq!(invented.zones, ["zone-1", "zone-2", "zone-3"]);
    assert_eq!(places(&invented, "registry"), ["node-1", "node-2", "node-3"]);
    let one = lowered("single-node", Platform::Hosts);
    assert_eq!(places(&one, "registry"), ["node-1"; 3]);
}

#[test]
fn roles_follow_from_what_parts_are() {
    let system = lowered("replicated-registry", Platform::Hosts);
    let part = |name: &str| &system.parts[system.part(name).unwrap()];
    assert_eq!(part("registry-sync").role, Role::Synchroniser);
    // Who is written is told by an operator alone, and stands first.
    let by_hand = Shape::PrimaryReplica { voters: None, followers: 0, automatic: false };
    assert_eq!((part("registry").shape, part("registry").keeps), (by_hand, Keeps::Disk));
    let second = lowered("replicated-registry services.registry.storage.writer=2", Platform::Hosts);
    assert_eq!(places(&second, "registry"), ["node-2", "node-1", "node-3"]);
    assert_eq!(places(&second, "registry-sync"), ["node-2", "node-1", "node-3"]);
    assert_eq!(part("etcd").shape, Shape::Quorum);

    let system = lowered("multi-node", Platform::Kubernetes);
    let redis = &system.parts[system.part("redis").unwrap()];
    assert_eq!((redis.voters(), redis.budget), (system.part("redis-sentinel"), Some(1)));
    assert_eq!(redis.members.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["redis-0", "redis-1", "redis-2"]);

    let system = lowered("api-manager", Platform::Kubernetes);
    let critical = |name: &str| system.parts[system.part(name).unwrap()].critical;
    assert!(!critical("cache") && critical("backend-redis"));
    let without = "external-db datastores.store.critical=false";
    let system = lowered(without, Platform::Hosts);
    assert!(!system.parts[system.part("store").unwrap()].critical);
    assert_eq!(verdict(&system, "datastore-unreachable store").effect.outcome, Outcome::Survives);
}

/// Whether every service that needs a datastore is told when that is away.
fn honest(profile: &str, platform: Platform) -> bool {
    let system = lowered(profile, platform);
    let needs = system.services().flat_map(|it| &system.parts[it].needs);
    needs.into_iter().all(|need| need.honest)
}

#[test]
fn what_lies_while_its_datastore_is_away_is_said_to() {
    for platform in [Platform::Hosts, Platform::Kubernetes] {
        assert!(honest("single-node", platform) && honest("external-db", platform), "{platform:?}");
        // amalgam8 2.4: lists are empty, with status 200.
        assert!(!honest("amalgam8-classic", platform) && !honest("vm-nginx", platform), "{platform:?}");
    }
}

#[test]
fn the_published_manifest_survives_what_it_does() {
    let one = lowered("amalgam8-classic", Platform::Kubernetes);
    let loses = |system: &System, fault: &str| verdict(system, fault).effect;
    for fault in ["datastore-restart redis", "datastore-primary-crash redis", "node-loss node-1", "drain node-1"] {
        let effect = loses(&one, fault);
        assert_eq!((effect.outcome, effect.loss, effect.reason), (Outcome::DataLoss, Loss::All, Reason::InMemory));
    }
    // One of three nodes takes it along, and the others do not.
    let three = lowered("amalgam8-classic placement.nodes=3", Platform::Kubernetes);
    let lost = ["node-loss node-1", "node-loss node-2", "node-loss node-3"].map(|it| loses(&three, it).outcome);
    assert_eq!(lost, [Outcome::DataLoss, Outcome::Interrupted, Outcome::Interrupted]);
    let rolled = loses(&three, "rolling-update controller");
    assert!(rolled.outcome <= Outcome::Interrupted && !rolled.person, "{rolled:?}");
    assert!(rolled.lapse.is_none_or(|lapse| lapse.max < 1_000), "{rolled:?}");
}

#[test]
fn who_calls_one_of_several_hosts_turns_to_another_by_hand() {
    let none = "multi-node balancer.vip=null";
    let system = lowered(none, Platform::Hosts);
    let effect = verdict(&system, "node-loss node-1").effect;
    assert_eq!((effect.outcome, effect.reason, effect.person), (Outcome::Degraded, Reason::ShareForEver, true));
    assert!(system.unknown.iter().any(|it| it.contains("must turn to another's")), "{:?}", system.unknown);
    // kubernetes-measured 3 f: through the lost node's own address every request failed.
    let pods = lowered("multi-node", Platform::Kubernetes);
    assert!(pods.unknown.iter().any(|it| it.contains("must turn to another's")), "{:?}", pods.unknown);
    // With a balancer on each client's host nobody notices more than the datastore's failover.
    let effect = verdict(&lowered("node-side", Platform::Hosts), "balancer-crash balancer").effect;
    assert_eq!(effect.outcome, Outcome::Survives);
}

#[test]
fn one_that_nobody_replaces_is_the_first() {
    let system = lowered("replicated-registry", Platform::Hosts);
    let registry = system.part("registry").unwrap();
    let part = |fault: &str| {
        let found = verdict(&system, fault).parts.into_iter().find(|(part, _)| *part == registry);
        found.map(|(_, effect)| (effect.outcome, effect.loss)).unwrap()
    };
    // What no copy has is on the lost disk alone, should another be promoted.
    assert_eq!(part("node-loss node-1"), (Outcome::Degraded, Loss::LastMoments));
    assert_eq!(part("replica-hang registry"), (Outcome::Degraded, Loss::None));
    assert_eq!(part("node-loss node-2"), (Outcome::Survives, Loss::None));
    // What the others have copied is not emptied: the last copy's age is what is lost.
    assert_eq!(part("datastore-disk-loss registry"), (Outcome::DataLoss, Loss::Bounded(4_000)));
}

#[test]
fn too_few_that_follow_end_reads_behind_a_proxy_that_asks_for_them() {
    let effect = verdict(&lowered("multi-node", Platform::Hosts), "datastore-majority-loss redis").effect;
    assert_eq!((effect.outcome, effect.reason), (Outcome::Down, Reason::ReadsOnly));
}

#[test]
fn memory_is_lost_to_a_replacement() {
    let cut = verdict(&lowered("amalgam8-classic placement.nodes=3", Platform::Kubernetes), "network-cut node-1");
    assert_eq!(cut.effect.loss, Loss::All);
    // Where nothing is started in its place it has it still when it is back.
    let mut system = lowered("amalgam8-classic placement.nodes=3", Platform::Kubernetes);
    system.parts.iter_mut().for_each(|part| part.clocks.moved = None);
    assert_eq!(verdict(&system, "network-cut node-1").effect.loss, Loss::None);
}

#[test]
fn a_new_version_may_be_there_before_the_old_one_goes() {
    let rolled = |platform| {
        let words = "etcd-controller services.controller.replicas=1";
        let system = lowered(words, platform);
        let kinds: Vec<Kind> = single(&system).iter().map(|fault| fault.kind).collect();
        assert!(kinds.contains(&Kind::RollingUpdate));
        verdict(&system, "rolling-update controller").effect.outcome
    };
    assert_eq!(rolled(Platform::Kubernetes), Outcome::Survives);
    assert_eq!(rolled(Platform::Hosts), Outcome::Interrupted);
}

#[test]
fn as_many_sentinels_must_agree_as_the_profile_says() {
    for platform in [Platform::Kubernetes, Platform::Hosts] {
        let system = lowered("multi-node datastores.store.quorum=3", platform);
        let redis = system.part("redis").unwrap();
        assert_eq!(system.parts[redis].agreement(3), 3);
        let lost = verdict(&system, "node-loss node-1");
        assert_eq!((lost.effect.outcome, lost.effect.person), (Outcome::Down, true), "{platform:?}: {lost:?}");
        let said = told(&system, &lost);
        assert!(said.why.contains("2 of 3 members of redis-sentinel are left, and 3 must agree"), "{}", said.why);
        assert_eq!(said.mend.as_deref(), Some("`datastores.redis.quorum: 2`"), "{platform:?}");
        let most = lowered("multi-node", platform);
        assert_eq!(verdict(&most, "node-loss node-1").effect.outcome, Outcome::Interrupted, "{platform:?}");
    }
}

#[test]
fn what_is_lost_is_named_with_all_whose_it_is() {
    let dev = lowered("dev", Platform::Kubernetes);
    let lost = told(&dev, &verdict(&dev, "node-loss node-1")).data_loss;
    assert_eq!(lost.as_deref(), Some("everything that controller and registry keep"));
    let copied = lowered("replicated-registry", Platform::Hosts);
    let lost = told(&copied, &verdict(&copied, "node-loss node-1")).data_loss.unwrap();
    assert!(lost.starts_with("writes to registry since it was last copied, where another is promoted"), "{lost}");
    let lost = told(&copied, &verdict(&copied, "datastore-disk-loss registry")).data_loss.unwrap();
    assert!(lost.ends_with("longer where a copy takes longer"), "{lost}");
}

#[test]
fn a_guarantee_that_nothing_can_keep_is_left_out() {
    let topology = topology("dev guarantees.replica=survives");
    let broken = demands(&topology, &system(&topology, Platform::Kubernetes)).broken;
    let help = broken[0].help.as_deref().unwrap_or_default();
    assert!(help.ends_with("or leave it out, or `replica: null` where it comes from a profile below"), "{help}");
}
