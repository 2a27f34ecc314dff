//! What a rule once took for a flaw and is none, as well-kept files of other hands have it.

use super::findings;

/// A file's name, its text, and the rules that have nothing to say of it.
type Clean = (&'static str, &'static str, &'static [&'static str]);

const KUBERNETES: &[Clean] = &[
    (
        "a.yaml",
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: { name: a, namespace: x }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: a }\nsubjects: [{ kind: ServiceAccount, name: a }]\n",
        &["bad-binding"],
    ),
    (
        "a.yaml",
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: a }\nspec:\n  serviceName: a\n  selector: { matchLabels: { app: a } }\n  template:\n    metadata: { labels: { app: a } }\n    spec:\n      containers: [{ name: a, image: \"a:1\", volumeMounts: [{ name: d, mountPath: /d }] }]\n      volumes: [{ name: d, persistentVolumeClaim: { claimName: d } }]\n  volumeClaimTemplates: [{ metadata: { name: d }, spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }]\n",
        &["dangling-claim"],
    ),
    (
        "a.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers:\n  - name: a\n    image: a:1\n    livenessProbe: { exec: { command: [a, live] } }\n    readinessProbe: { exec: { command: [a, ready] } }\n",
        &["same-probes"],
    ),
    (
        "a.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: \"a:1\", command: [\"echo \\'a\\'\", \"it\\'s\"] }] }\n",
        &["broken-yaml"],
    ),
    (
        "a.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { hostNetwork: true, containers: [{ name: a, image: \"a:1\", ports: [{ containerPort: 80, hostPort: 80 }], livenessProbe: { httpGet: { host: 169.254.20.10, port: 80 } } }] }\n",
        &["host-port", "no-network-policy", "liveness-asks-others"],
    ),
    (
        "a.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { os: { name: windows }, containers: [{ name: a, image: \"a:1\" }] }\n",
        &["capabilities-kept", "no-seccomp", "privilege-escalation", "writable-root"],
    ),
    (
        "a.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: \"a:1\", securityContext: { privileged: true } }] }\n",
        &["privilege-escalation"],
    ),
    (
        "a.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec:\n  selector: { matchLabels: { app: a } }\n  template:\n    metadata: { labels: { app: a } }\n    spec:\n      containers: [{ name: a, image: \"a:1\", volumeMounts: [{ name: ca, mountPath: /ca, readOnly: true }, { name: s, mountPath: /s }, { name: d, mountPath: /dev/x }] }]\n      volumes: [{ name: ca, hostPath: { path: /opt/ca } }, { name: s, hostPath: { path: /var/run/docker.sock, type: Socket } }, { name: d, hostPath: { path: /dev/x } }]\n",
        &["host-path"],
    ),
];

const COMPOSE: &[Clean] = &[
    (
        "compose.yaml",
        "services:\n  broker: { image: \"confluentinc/cp-server:7.0.1\", environment: { KAFKA_ADVERTISED_LISTENERS: \"PLAINTEXT://broker:29092,HOST://localhost:9092\" } }\n  rest: { image: \"confluentinc/cp-kafka-rest:7.0.1\", ports: [\"8082:8082\"] }\n",
        &["public-store", "localhost-of-another"],
    ),
    (
        "compose.yaml",
        "services:\n  db: { image: \"mariadb:11\", environment: { ALLOW_EMPTY_PASSWORD: \"yes\", MARIADB_RANDOM_ROOT_PASSWORD: \"1\" } }\n  s3: { image: \"minio:1\", environment: { MINIO_ACCESS_KEY: anna } }\n",
        &["plain-secret-in-compose"],
    ),
    (
        "compose.yaml",
        "services:\n  watch: { image: \"redis:7\", command: redis-sentinel /etc/s.conf }\n  vote: { image: \"bitnami/mongodb:7\", environment: { MONGODB_REPLICA_SET_MODE: arbiter } }\n",
        &["store-without-a-volume"],
    ),
    (
        "compose.yaml",
        "services:\n  mq: { image: \"rabbitmq:3\", volumes: [\"a:/a\", \"a:/b\"] }\nvolumes: { a: {} }\n",
        &["shared-data"],
    ),
];

const PROGRAMS: &[Clean] = &[
    (
        "haproxy.cfg",
        "defaults\n    mode http\nbackend b\n.if version_atleast(2.4)\n    server s1 192.0.2.1:80 check\n.else\n    server s1 192.0.2.3:80 check\n.endif\n",
        &["listed-twice"],
    ),
    (
        "haproxy.cfg",
        "frontend f\n    mode tcp\n    bind :80\n    tcp-request content switch-mode http if HTTP\n    http-request set-header x %[fe_name]\n    default_backend b\nbackend b\n    mode http\n    server a 192.0.2.1:80 check ssl verify none\n    server t 192.0.2.2: check port 90\n",
        &["ignored-rule", "bad-value"],
    ),
    (
        "haproxy.cfg",
        "listen l\n    mode http\n    bind :81\n    option transparent\nlisten stats\n    mode http\n    bind 127.0.0.1:8404\n    timeout connect 100s\n    stats enable\nbackend log\n    mode log\n    server a udp@192.0.2.1:514\n    server b udp@192.0.2.2:514\n",
        &["leads-nowhere", "long-connect", "server-without-check"],
    ),
    (
        "haproxy.cfg",
        "frontend tls\n    mode tcp\n    bind :443\n    default_backend own\nbackend own\n    mode tcp\n    server own unix@/run/own.sock send-proxy-v2\nfrontend plain\n    mode http\n    bind unix@/run/own.sock accept-proxy\n    default_backend through\nbackend through\n    mode tcp\n    server a 192.0.2.1:443 check check-ssl verify none\n    server b 192.0.2.2:443 check check-ssl verify none\n",
        &["single-server", "unverified-server", "servers-differ"],
    ),
    (
        "nginx.conf",
        "http {\n  server { listen 80; rewrite ^ /mailman$uri; location ~ \\.php$ { return 200; } }\n}\n",
        &["nginx-forgets", "said-twice"],
    ),
    (
        "redis.conf",
        "port 0\nunixsocket /run/redis.sock\nbind 0.0.0.0\nprotected-mode no\nserver-cpulist 0-3\n",
        &["open-redis", "unknown-keyword"],
    ),
    (
        "sentinel.conf",
        "SENTINEL resolve-hostnames yes\nsentinel down-after-milliseconds m 5000\nSENTINEL MONITOR m redis-0.redis 6379 2\n",
        &["sentinel-unknown-primary", "sentinel-name", "bad-sentinel"],
    ),
    (
        "keepalived.conf",
        "$IF=eth0\nvrrp_instance V\n{\n  interface ${IF}\n  virtual_router_id 51\n  virtual_ipaddress\n  {\n    192.0.2.9/24\n  }\n}\nvirtual_server 192.0.2.9 80 {\n  real_server 192.0.2.1 80 {\n  }\n}\n",
        &["bad-keepalived", "untracked-address"],
    ),
];

#[test]
fn what_is_no_flaw_is_not_said() {
    let mut wrong = Vec::new();
    for (name, text, rules) in KUBERNETES.iter().chain(COMPOSE).chain(PROGRAMS) {
        let found = findings(name, text);
        wrong.extend(
            found
                .iter()
                .filter(|it| rules.contains(&it.rule.as_str()))
                .map(|it| format!("{}: {}\n{text}", it.rule, it.message)),
        );
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// The same, near what is one.
#[test]
fn what_is_a_flaw_beside_it_is() {
    for (name, text, rule) in [
        ("compose.yaml", "services:\n  db: { image: \"redis:7\", ports: [\"6379\"] }\n", "public-store"),
        ("compose.yaml", "services:\n  db: { image: \"redis:7\", ports: [\"${P:-6379}:6379\"] }\n", "public-store"),
        (
            "compose.yaml",
            "services:\n  s3: { image: \"minio:1\", environment: { MINIO_SECRET_KEY: minio123 } }\n",
            "plain-secret-in-compose",
        ),
        ("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: { labels: { a: b } }\n", "bad-name"),
        (
            "a.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { serviceAccount: b, containers: [{ name: a, image: \"a:1\" }] }\n",
            "dangling-service-account",
        ),
        (
            "a.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: \"a:1\", securityContext: { privileged: true, allowPrivilegeEscalation: false } }] }\n",
            "bad-security-context",
        ),
        (
            "haproxy.cfg",
            "global\n    stats socket ipv4@*:9999 level admin\ndefaults\n    mode http\n",
            "open-admin-socket",
        ),
        (
            "haproxy.cfg",
            "defaults\n    mode http\nbackend b\n    retry-on all-retryable-errors\n    server-template s 3 web:80 check\n",
            "retried-writes",
        ),
    ] {
        let found = findings(name, text);
        assert!(found.iter().any(|it| it.rule == rule), "{rule} is not in {found:#?} of\n{text}");
    }
}
