//! Of configurations of Redis, its sentinels and etcd.

use super::Fault;

pub(super) const REDIS: &[Fault] = &[
    ("appendonly yes\n", "appendonly no\nsave \"\"\n", "no-persistence", "save"),
    ("aclfile /etc/redis/users.acl\n", "", "open-redis", "protected-mode"),
    ("aclfile /etc/redis/users.acl\n", "requirepass foobared\n", "known-redis-password", "foobared"),
    ("min-replicas-to-write 1\n", "", "primary-without-replicas", "replicaof"),
    ("port 6379\n", "port 26379\nsentinel monitor store 192.0.2.11 6379 1\n", "sentinel-quorum", "monitor"),
    ("appendonly yes\n", "appendonly no\n", "snapshots-only", "appendonly no"),
    ("appendonly yes\n", "appendonly yes\nappendfsync no\n", "unsynced-log", "appendfsync no"),
    ("min-replicas-max-lag 2\n", "min-replicas-max-lag 0\n", "primary-without-replicas", "max-lag 0"),
    ("min-replicas-max-lag 2\n", "min-replicas-max-lag 600\n", "primary-without-replicas", "max-lag 600"),
    (
        "min-replicas-max-lag 2\n",
        "min-replicas-max-lag 2\nmaxmemory 100mb\nmaxmemory-policy allkeys-lru\n",
        "evicting-store",
        "allkeys-lru",
    ),
    (
        "min-replicas-max-lag 2\n",
        "min-replicas-max-lag 2\nreplica-read-only no\n",
        "writable-replica",
        "replica-read-only",
    ),
    (
        "min-replicas-max-lag 2\n",
        "min-replicas-max-lag 2\nstop-writes-on-bgsave-error no\n",
        "failed-save-ignored",
        "stop-writes",
    ),
    (
        "min-replicas-max-lag 2\n",
        "min-replicas-max-lag 2\nrename-command CONFIG \"\"\n",
        "renamed-for-sentinel",
        "CONFIG",
    ),
    (
        "min-replicas-max-lag 2\n",
        "min-replicas-max-lag 2\nrequirepass 3f9c2a71b0\n",
        "no-primary-password",
        "requirepass",
    ),
    ("replicaof 192.0.2.11 6379", "replicaof 127.0.0.1 6379", "follows-itself", "replicaof"),
    ("port 6379\n", "prot 6379\n", "unknown-keyword", "prot"),
    ("port 6379\n", "port 63790000\n", "bad-value", "63790000"),
    ("protected-mode no", "protected-mode off", "bad-value", "off"),
];

pub(super) const SENTINEL: &[Fault] = &[
    ("store 192.0.2.11 6379 2", "store 192.0.2.11 6379 1", "sentinel-quorum", "6379 1"),
    ("milliseconds store 2000", "milliseconds store 1000", "sentinel-timing", "1000"),
    ("milliseconds store 2000", "milliseconds store 60000", "sentinel-timing", "60000"),
    ("failover-timeout store 10000", "failover-timeout store 1000", "sentinel-timing", "1000"),
    ("monitor store 192.0.2.11", "monitor store 127.0.0.1", "sentinel-loopback", "127.0.0.1"),
    ("monitor store 192.0.2.11", "monitor store redis-1", "sentinel-name", "redis-1"),
    ("parallel-syncs store", "parallel-syncs stroe", "sentinel-unknown-primary", "stroe"),
    ("port 26379\n", "port 26379\nsentinel auth-pass stroe 3f9c\n", "sentinel-unknown-primary", "auth-pass"),
    (
        "parallel-syncs store 1\n",
        "parallel-syncs store 1\nsentinel auth-pass store foobared\n",
        "known-redis-password",
        "foobared",
    ),
];

pub(super) const ETCD: &[Fault] = &[
    (",etcd-3=https://192.0.2.13:2380", "", "even-members", "initial-cluster:"),
    ("name: etcd-1", "name: etcd-9", "not-a-member", "etcd-9"),
    ("peer-urls: https://192.0.2.11:2380", "peer-urls: https://192.0.2.19:2380", "not-a-member", "initial-cluster:"),
    ("etcd-2=https://192.0.2.12:2380", "etcd-2=https://192.0.2.13:2380", "member-twice", "initial-cluster:"),
    ("election-timeout: 1000", "election-timeout: 400", "election-too-close", "400"),
    (
        "heartbeat-interval: 100\n",
        "heartbeat-interval: 100\nforce-new-cluster: true\n",
        "unsafe-etcd",
        "force-new-cluster",
    ),
    ("heartbeat-interval: 100\n", "heartbeat-interval: 100\nunsafe-no-fsync: true\n", "unsafe-etcd", "unsafe-no-fsync"),
    ("https://192.0.2.11:2379", "http://0.0.0.0:2379", "plain-etcd", "0.0.0.0"),
];

/// In the words that start the containers of pods.
pub(super) const PODS: &[Fault] = &[
    ("        - --appendonly\n        - \"yes\"\n", "        - --save\n        - \"\"\n", "persistence-off", "--save"),
    (
        "command: [redis-server]\n        args:\n        - --appendonly\n        - \"yes\"\n",
        "command: [sh, -c, \"exec redis-server --save '' --aclfile /etc/redis/users.acl\"]\n        args:\n",
        "persistence-off",
        "redis-server",
    ),
    ("- \"yes\"", "- \"no\"", "snapshots-only", "--appendonly"),
    ("- --aclfile\n        - /etc/redis/users.acl\n", "- --port 6379\n", "open-redis", "--protected-mode"),
    ("- --aclfile\n        - /etc/redis/users.acl\n", "- --requirepass foobared\n", "known-redis-password", "foobared"),
    (
        "- --aclfile\n        - /etc/redis/users.acl\n",
        "- --requirepass\n        - foobared\n",
        "default-password",
        "foobared",
    ),
    (
        "- --aclfile\n        - /etc/redis/users.acl\n",
        "- --requirepass\n        - 3f9c2a71b0\n        - --masterauth ${P}\n",
        "plain-secret",
        "3f9c2a71b0",
    ),
    ("        - --min-replicas-to-write 1\n", "", "primary-without-replicas", "--replicaof"),
    ("redis-0.redis 6379", "127.0.0.1 6379", "follows-itself", "--replicaof"),
    (
        "--min-replicas-to-write 1\n",
        "--min-replicas-to-write 1\n        - --appendfsync no\n",
        "unsynced-log",
        "appendfsync",
    ),
    ("--min-replicas-to-write", "--min-replicas-to-wriet", "unknown-keyword", "wriet"),
    ("--protected-mode\n        - \"no\"", "--protected-mode\n        - \"off\"", "bad-value", "off"),
    ("exec etcd --name", "exec etcd --force-new-cluster --name", "unsafe-etcd", "mkdir"),
    ("\"$HOSTNAME\"", "etcd-9", "not-a-member", "mkdir"),
    ("etcd-1=https://etcd-1:2380", "etcd-1=https://etcd-0:2380", "member-twice", "mkdir"),
    ("value: \"100\"", "value: \"500\"", "election-too-close", "500"),
    (
        "        - name: ETCD_HEARTBEAT_INTERVAL\n",
        "        - name: ETCD_LISTEN_CLIENT_URLS\n          value: http://0.0.0.0:2379\n        - name: ETCD_HEARTBEAT_INTERVAL\n",
        "plain-etcd",
        "0.0.0.0",
    ),
];
