//! One flaw at a time, put into manifests that have none: the rule of that name finds it, in the right line, and no
//! other has anything to say.

use super::findings;
use crate::support::root;

/// A flaw: the text that it replaces (the first of its kind), what by, the rule, and part of the line that is shown.
type Fault = (&'static str, &'static str, &'static str, &'static str);

const FAULTS: &[Fault] = &[
    // What the server would refuse.
    ("imagePullPolicy: IfNotPresent", "imagePullPolicy: IfNotThere", "bad-enum", "IfNotThere"),
    (
        "        image: shop/web:1.2.3\n",
        "        imagee: shop/web:1.2.3\n        image: shop/web:1.2.3\n",
        "unknown-field",
        "imagee",
    ),
    ("containerPort: 8080", "containerPort: \"8080\"", "wrong-type", "8080"),
    ("          value: etcd", "          value: yes", "wrong-type", "value: yes"),
    ("        - name: http\n          containerPort: 8080\n", "        - name: http\n", "missing-field", "name: http"),
    ("kind: Ingress\nmetadata:\n  name: web", "kind: Ingres\nmetadata:\n  name: web", "unknown-kind", "Ingres"),
    ("apiVersion: autoscaling/v2\n", "apiVersion: autoscaling/v2beta2\n", "removed-api", "HorizontalPodAutoscaler"),
    ("kind: Ingress\nmetadata:\n  name: web", "kind: Ingress\nmetadata:\n  name: Web", "bad-name", "name: Web"),
    ("  labels:\n    app: web\n", "  labels:\n    app: my web\n", "bad-label", "my web"),
    ("cpu: 100m", "cpu: 100 m", "bad-quantity", "100 m"),
    (
        "  type: ClusterIP\n  selector:\n    app: web\n  ports:\n  - name: http\n    port: 80\n",
        "  type: NodePort\n  selector:\n    app: web\n  ports:\n  - name: http\n    port: 80\n    nodePort: 80\n",
        "bad-port",
        "nodePort: 80",
    ),
    ("            memory: 128Mi", "            memory: 32Mi", "limit-below-request", "32Mi"),
    ("        - name: STORE\n", "        - name: SETTINGS\n", "duplicate-name", "SETTINGS"),
    (
        "        - name: tmp\n          mountPath",
        "        - name: tpm\n          mountPath",
        "mount-without-volume",
        "tpm",
    ),
    (
        "        emptyDir: {}\n",
        "        emptyDir: {}\n        configMap: { name: web }\n",
        "exclusive-fields",
        "configMap",
    ),
    (
        "            path: /ready\n            port: http\n",
        "            path: /ready\n            port: htpp\n",
        "bad-probe",
        "htpp",
    ),
    ("      terminationGracePeriodSeconds: 40\n", "      restartPolicy: Never\n", "bad-restart-policy", "Never"),
    ("  minReplicas: 3\n", "  minReplicas: 9\n", "bad-autoscaler", "9"),
    ("  type: ClusterIP\n", "  type: ExternalName\n", "bad-service", "ExternalName"),
    ("      - maxSkew: 1\n", "      - maxSkew: 0\n", "bad-spread", "maxSkew: 0"),
    ("      - path: /\n", "      - path: shop\n", "bad-ingress", "path: shop"),
    ("    - port: 8080\n", "    - port: 8080\n      endPort: 80\n", "bad-network-policy", "endPort"),
    ("      accessModes: [ReadWriteOnce]\n", "", "bad-claim", "spec:"),
    ("              seconds: 10\n", "              seconds: 40\n", "grace-too-short", "seconds: 40"),
    ("      maxSurge: 1\n", "      maxSurge: 0\n", "rollout-stuck", "maxSurge: 0"),
    (
        "  selector:\n    matchLabels:\n      app: web\n  strategy",
        "  selector:\n    matchLabels:\n      app: wbe\n  strategy",
        "selector-mismatch",
        "selector:",
    ),
    ("  maxUnavailable: 1\n", "  maxUnavailable: 1\n  minAvailable: 1\n", "budget-both-fields", "minAvailable"),
    // What leads nowhere.
    (
        "              name: web\n              key: settings",
        "              name: wbe\n              key: settings",
        "dangling-config-map",
        "name: wbe",
    ),
    ("key: settings", "key: setting", "dangling-config-map", "key: setting"),
    ("serviceAccountName: web", "serviceAccountName: wbe", "dangling-service-account", "wbe"),
    ("    targetPort: http\n", "    targetPort: 8081\n", "unknown-target-port", "8081"),
    (
        "apiVersion: v1\nkind: ConfigMap\n",
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: other, namespace: shop }\nspec: { minReplicas: 2, maxReplicas: 3, scaleTargetRef: { kind: Deployment, name: wbe } }\n---\napiVersion: v1\nkind: ConfigMap\n",
        "dangling-autoscaler",
        "wbe",
    ),
    (
        "            name: web\n            port:\n",
        "            name: wbe\n            port:\n",
        "dangling-ingress",
        "wbe",
    ),
    ("  serviceName: etcd\n", "  serviceName: etdc\n", "no-headless-service", "etdc"),
    (
        "apiVersion: v1\nkind: ConfigMap\n",
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: web, namespace: shop }\n---\napiVersion: v1\nkind: ConfigMap\n",
        "duplicate-object",
        "name: web",
    ),
    // Availability.
    ("  minReplicas: 3\n", "  minReplicas: 1\n", "autoscaler-to-one", "minReplicas: 1"),
    ("  strategy:\n", "  replicas: 3\n  strategy:\n", "replicas-beside-autoscaler", "replicas: 3"),
    ("      name: cpu\n", "      name: ephemeral-storage\n", "autoscaler-without-requests", "ephemeral-storage"),
    ("  maxUnavailable: 1\n", "  maxUnavailable: 0\n", "budget-blocks-drain", "maxUnavailable: 0"),
    ("  maxUnavailable: 1\n", "  minAvailable: 3\n", "budget-blocks-drain", "minAvailable: 3"),
    ("  maxUnavailable: 1\n", "  maxUnavailable: 100%\n", "budget-protects-nothing", "100%"),
    ("  unhealthyPodEvictionPolicy: AlwaysAllow\n", "", "budget-without-policy", "name: web"),
    ("  replicas: 3\n", "  replicas: 4\n", "even-quorum", "replicas: 4"),
    ("      maxUnavailable: 0\n", "      maxUnavailable: 100%\n", "rollout-takes-all", "100%"),
    (
        "        whenUnsatisfiable: DoNotSchedule\n        labelSelector:\n          matchLabels:\n            app: web\n",
        "        whenUnsatisfiable: DoNotSchedule\n        labelSelector:\n          matchLabels:\n            app: wbe\n",
        "no-spread",
        "name: web",
    ),
    (
        "        readinessProbe:\n          httpGet:\n            path: /ready\n            port: http\n",
        "",
        "no-readiness-probe",
        "containers:",
    ),
    (
        "        livenessProbe:\n          httpGet:\n            path: /live\n            port: http\n          failureThreshold: 5\n",
        "",
        "no-liveness-probe",
        "containers:",
    ),
    (
        "        startupProbe:\n          httpGet:\n            path: /live\n            port: http\n          failureThreshold: 30\n",
        "",
        "no-startup-probe",
        "httpGet:",
    ),
    (
        "            path: /live\n            port: http\n          failureThreshold: 5\n",
        "            path: /ready\n            port: http\n",
        "same-probes",
        "httpGet:",
    ),
    ("          failureThreshold: 5\n", "          failureThreshold: 1\n", "impatient-liveness", "failureThreshold: 1"),
    (
        "        lifecycle:\n          preStop:\n            sleep:\n              seconds: 10\n",
        "",
        "no-pre-stop",
        "containers:",
    ),
    (
        "      serviceAccountName: web\n",
        "      serviceAccountName: web\n      nodeName: node-1\n",
        "pinned-node",
        "node-1",
    ),
    (
        "      serviceAccountName: web\n",
        "      serviceAccountName: web\n      nodeSelector:\n        topology.kubernetes.io/zone: a\n",
        "pinned-zone",
        "zone: a",
    ),
    ("  type: ClusterIP\n", "  type: ClusterIP\n  sessionAffinity: ClientIP\n", "session-affinity", "ClientIP"),
    ("  type: ClusterIP\n", "  type: LoadBalancer\n  externalTrafficPolicy: Local\n", "local-traffic", "Local"),
    ("  type: ClusterIP\n", "  publishNotReadyAddresses: true\n", "publishes-not-ready", "true"),
    (
        "  podManagementPolicy: Parallel\n",
        "  persistentVolumeClaimRetentionPolicy:\n    whenScaled: Delete\n",
        "claims-deleted",
        "Delete",
    ),
    ("  podManagementPolicy: Parallel\n", "  updateStrategy:\n    type: OnDelete\n", "updates-by-hand", "OnDelete"),
    ("        emptyDir: {}\n", "        hostPath: { path: /data }\n", "host-path", "hostPath"),
    (
        "          containerPort: 8080\n",
        "          containerPort: 8080\n          hostPort: 8080\n",
        "host-port",
        "hostPort",
    ),
    ("shop/web:1.2.3", "shop/web:latest", "unpinned-image", "latest"),
    (
        "          requests:\n            cpu: 100m\n            memory: 256Mi\n",
        "          requests:\n            memory: 256Mi\n",
        "no-requests",
        "name: etcd",
    ),
    ("          value: etcd", "          value: inmem", "state-in-memory", "inmem"),
    // Security.
    ("        runAsNonRoot: true\n", "", "runs-as-root", "name: web"),
    ("        seccompProfile:\n          type: RuntimeDefault\n", "", "no-seccomp", "name: web"),
    ("          allowPrivilegeEscalation: false\n", "", "privilege-escalation", "name: web"),
    ("            drop: [ALL]\n", "            drop: [NET_RAW]\n", "capabilities-kept", "name: web"),
    (
        "            drop: [ALL]\n",
        "            drop: [ALL]\n            add: [SYS_ADMIN]\n",
        "capabilities-kept",
        "SYS_ADMIN",
    ),
    ("          readOnlyRootFilesystem: true\n", "", "writable-root", "name: web"),
    (
        "          allowPrivilegeEscalation: false\n",
        "          allowPrivilegeEscalation: false\n          privileged: true\n",
        "privileged",
        "privileged: true",
    ),
    (
        "          allowPrivilegeEscalation: false\n",
        "          allowPrivilegeEscalation: false\n          procMount: Unmasked\n",
        "unmasked-proc",
        "Unmasked",
    ),
    ("automountServiceAccountToken: false\n", "", "token-mounted", "name: web"),
    (
        "      serviceAccountName: web\n",
        "      serviceAccountName: web\n      hostNetwork: true\n",
        "host-namespaces",
        "hostNetwork",
    ),
    (
        "        - name: STORE\n          value: etcd\n",
        "        - name: API_TOKEN\n          value: 5e1f\n",
        "plain-secret",
        "5e1f",
    ),
    ("  policyTypes: [Ingress, Egress]\n", "  policyTypes: [Ingress, Egres]\n", "bad-enum", "Egres"),
    ("  tls:\n  - hosts: [shop.example]\n    secretName: shop-tls\n", "", "ingress-without-tls", "name: web"),
    ("            memory: 128Mi\n", "            cpu: 2\n", "memory-limit-missing", "name: web"),
];

const HAPROXY: &[Fault] = &[
    ("default-server check inter 1s fall 2 rise 1", "default-server inter 1s", "server-without-check", "server web-1"),
    ("    option redispatch 1\n", "", "no-redispatch", "backend be_web"),
    ("    retries 3\n", "    retries 0\n", "no-retries", "retries 0"),
    ("    http-request disable-l7-retry if !{ method GET HEAD OPTIONS }\n", "", "retried-writes", "retry-on"),
    ("    timeout server 10s\n", "", "no-timeouts", "backend be_web"),
    ("    timeout connect 500ms\n", "", "no-timeouts", "backend be_"),
    ("    server web-2 192.0.2.12:8080\n", "", "single-server", "server web-1"),
    ("'role:master\\r\\nconnected_slaves:[1-9]'", "role:master", "unguarded-primary", "role:master"),
    (" on-marked-down shutdown-sessions", "", "sessions-kept", "role:master"),
    ("mode 600 level admin", "mode 666 level admin", "open-admin-socket", "mode 666"),
    ("/run/haproxy/admin.sock mode 600 level admin", "ipv4@:9999 level admin", "open-admin-socket", "9999"),
    (
        "    balance leastconn\n",
        "    balance leastconn\n    stats auth admin:admin\n",
        "known-stats-password",
        "stats auth",
    ),
];

const NGINX: &[Fault] = &[
    ("        server 192.0.2.12:8080 max_fails=2 fail_timeout=5s;\n", "", "single-upstream-server", "192.0.2.11"),
    ("max_fails=2", "max_fails=0", "failures-not-counted", "max_fails=0"),
    (
        "            proxy_next_upstream error timeout http_502 http_503 http_504;\n",
        "",
        "no-next-upstream",
        "proxy_pass",
    ),
    ("error timeout http_502", "error timeout non_idempotent http_502", "writes-sent-twice", "non_idempotent"),
    ("    proxy_read_timeout 10s;\n", "", "no-proxy-timeouts", "proxy_pass"),
];

const REDIS: &[Fault] = &[
    ("appendonly yes\n", "appendonly no\nsave \"\"\n", "no-persistence", "save"),
    ("aclfile /etc/redis/users.acl\n", "", "open-redis", "protected-mode"),
    ("aclfile /etc/redis/users.acl\n", "requirepass foobared\n", "known-redis-password", "foobared"),
    ("min-replicas-to-write 1\n", "", "primary-without-replicas", "replicaof"),
    ("port 6379\n", "port 26379\nsentinel monitor store 192.0.2.11 6379 1\n", "sentinel-quorum", "monitor"),
];

const COMPOSE: &[Fault] = &[
    ("    restart: unless-stopped\n", "", "no-restart", "web:"),
    ("    healthcheck:\n      test: [CMD, /web, --healthy]\n      interval: 10s\n", "", "no-healthcheck", "web:"),
    ("    mem_limit: 128m\n", "", "no-limits", "web:"),
    ("    volumes: [data:/data]\n", "    volumes: [data:/data]\n    ports: [\"6379:6379\"]\n", "public-store", "6379"),
    ("    volumes: [data:/data]\n", "", "store-without-a-volume", "store:"),
    ("      STORE: store:6379\n", "      STORE_PASSWORD: hunter2\n", "plain-secret-in-compose", "hunter2"),
    ("shop/web:1.2.3", "shop/web:latest", "unpinned-service-image", "latest"),
    ("    mem_limit: 128m\n", "    mem_limit: 128m\n    privileged: true\n", "privileged-service", "privileged"),
    ("      store:\n        condition", "      stroe:\n        condition", "unknown-service", "stroe"),
    ("    networks: [back]\n", "    networks: [front]\n", "unknown-service", "front"),
    ("    mem_limit: 128m\n", "    mem_limit: 128m\n    deploy: { replicas: 1 }\n", "single-instance", "replicas: 1"),
    ("    mem_limit: 128m\n", "    mem_limit: 128m\n    deploy: { replica: 2 }\n", "unknown-field", "replica: 2"),
    ("service_healthy", "service_healty", "bad-enum", "service_healty"),
    ("    restart: unless-stopped\n", "    restart: [always]\n", "wrong-type", "restart"),
];

#[test]
fn every_single_fault_is_found_where_it_is() {
    let mut wrong = Vec::new();
    let all = [
        ("base.yaml", FAULTS),
        ("haproxy.cfg", HAPROXY),
        ("nginx.conf", NGINX),
        ("redis.conf", REDIS),
        ("compose.yaml", COMPOSE),
    ];
    for (name, faults) in all {
        let base = std::fs::read_to_string(root().join("tests/validate").join(name)).unwrap();
        let clean = findings(name, &base);
        assert!(clean.is_empty(), "{name}: {clean:#?}");
        for (from, to, rule, at) in faults {
            assert!(base.contains(from), "{name} does not hold {from:?}");
            let text = base.replacen(from, to, 1);
            let found = findings(name, &text);
            let line = |number: u64| text.lines().nth(usize::try_from(number).unwrap() - 1).unwrap_or_default();
            let told: Vec<String> =
                found.iter().map(|it| format!("{} at {:?}: {}", it.rule, line(it.line), it.message)).collect();
            // What is missing may be missed in more than one place.
            let named = found.iter().all(|it| it.rule == *rule);
            if !named || found.first().is_none_or(|first| !line(first.line).contains(at)) {
                wrong.push(format!("{name}: {to:?} instead of {from:?}: {rule} at {at:?}, not {told:#?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
