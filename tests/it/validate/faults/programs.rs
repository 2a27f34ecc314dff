//! What programs and the API server refuse, or pass over: words, values, references, and objects beside pods.

use super::Fault;

pub(super) const HAPROXY: &[Fault] = &[
    (
        "    default_backend be_web\n",
        "    acl api path_begin /api\n    default_backend be_web\n",
        "unknown-expression",
        "path_begin",
    ),
    (
        "    default_backend be_web\n",
        "    http-request set-headr X-Edge a\n    default_backend be_web\n",
        "unknown-expression",
        "set-headr",
    ),
    (
        "    default_backend be_web\n",
        "    acl api path_reg ^/api/(\n    default_backend be_web\n",
        "unknown-expression",
        "path_reg",
    ),
    (
        "    default_backend be_web\n",
        "    use_backend be_web\n    use_backend be_web if TRUE\n    default_backend be_web\n",
        "ignored-rule",
        "if TRUE",
    ),
    (
        "    default_backend be_web\n",
        "    server x 192.0.2.9:80 check\n    default_backend be_web\n",
        "misplaced-word",
        "server x",
    ),
    ("    retries 3\n", "    retries 3\n    nbthread 4\n", "misplaced-word", "nbthread"),
    ("    option tcp-check\n", "", "ignored-rule", "tcp-check send"),
    (
        "    mode tcp\n    bind",
        "    mode tcp\n    http-request deny if { src 10.0.0.0/8 }\n    bind",
        "ignored-rule",
        "http-request deny",
    ),
    ("    option httpchk GET /ready", "    option httpchk GET ready", "bad-value", "ready"),
    ("fall 2 rise 1", "fall 0 rise 1", "bad-value", "fall 0"),
    ("server web-2 192.0.2.12:8080", "server web-2 192.0.2.312:8080", "bad-value", "192.0.2.312"),
    ("server web-2 192.0.2.12:8080", "server web-2 192.0.2.12:8080 weight 300", "bad-value", "300"),
    ("server web-2 192.0.2.12:8080", "server web-2 192.0.2.12:8080 track be_web/web-9", "unknown-name", "web-9"),
    ("frontend fe_web\n", "frontend fe_web from edge\n", "unknown-name", "from edge"),
    ("    bind :80\n", "    bind :443 crt /etc/edge.pem\n", "ssl-without-certificate", "bind :443"),
    (
        "    default-server check inter 1s fall 2 rise 1\n    server web-1 192.0.2.11:8080\n    server web-2 192.0.2.12:8080\n",
        "    server web-1 192.0.2.11:8080 check\n    server web-2 192.0.2.12:8080 check\n    default-server inter 1s fall 2 rise 1\n",
        "ignored-rule",
        "default-server",
    ),
];

pub(super) const NGINX: &[Fault] = &[
    (
        "    proxy_read_timeout 10s;\n",
        "    proxy_read_timeout 10s;\n    sendfile on;\n    sendfile on;\n",
        "said-twice",
        "sendfile",
    ),
    ("    proxy_read_timeout 10s;\n", "    proxy_read_timeout 10s;\n    tcp_nopush yes;\n", "bad-value", "yes"),
    (
        "    proxy_read_timeout 10s;\n",
        "    proxy_read_timeout 10s;\n    client_max_body_size 10mb;\n",
        "bad-value",
        "10mb",
    ),
    (
        "    proxy_read_timeout 10s;\n",
        "    proxy_read_timeout 10s;\n    server_tokens off\n    tcp_nopush on;\n",
        "broken-syntax",
        "server_tokens",
    ),
    (
        "    proxy_read_timeout 10s;\n",
        "    proxy_read_timeout 10s;\n    access_log /var/log/a.log mian;\n",
        "unknown-nginx-name",
        "mian",
    ),
    ("events {}\n", "events { server_tokens off; }\n", "misplaced-word", "server_tokens"),
    ("events {}\n", "events {}\ngzip on;\n", "misplaced-word", "gzip"),
    ("        location / {\n", "        location / {\n            listen 81;\n", "misplaced-word", "listen 81"),
    (
        "        location / {\n",
        "        location / {\n            proxy_set_header X-Real-IP $remote_address;\n",
        "unknown-nginx-name",
        "remote_address",
    ),
    (
        "        location / {\n",
        "        location / {\n            limit_req zone=perip;\n",
        "unknown-nginx-name",
        "perip",
    ),
    (
        "        location / {\n",
        "        location /s { return 200; }\n        location /s { return 204; }\n        location / {\n",
        "said-twice",
        "204",
    ),
    (
        "        location / {\n",
        "        location /static { alias /srv/static/; }\n        location / {\n",
        "nginx-forgets",
        "location /static",
    ),
    (
        "        location / {\n",
        "        location ~ ^/old/(.*$ { return 404; }\n        location / {\n",
        "bad-value",
        "old",
    ),
    (
        "        location / {\n",
        "        location /old { return 301 https://$host$uri; }\n        location / {\n",
        "nginx-forgets",
        "$uri",
    ),
    (
        "        listen 80;\n",
        "        listen 80;\n        add_header A b;\n        location /x { add_header C d; return 200; }\n",
        "nginx-forgets",
        "add_header C",
    ),
    ("max_fails=2 fail_timeout=5s", "max_fails = 2 fail_timeout=5s", "bad-value", "max_fails ="),
    ("server 192.0.2.11:8080", "server http://192.0.2.11:8080", "bad-value", "http://"),
];

pub(super) const REDIS: &[Fault] = &[
    ("appendonly yes\n", "appendonly yes\ntimeout 0 # never\n", "wrong-arguments", "timeout 0"),
    ("appendonly yes\n", "appendonly yes\nmaxmemory-policy no-eviction\n", "bad-value", "no-eviction"),
    ("appendonly yes\n", "appendonly yes\nloglevel info\n", "bad-value", "info"),
    ("appendonly yes\n", "appendonly yes\ncluster-enabled yes\n", "redis-mismatch", "replicaof"),
    ("replicaof 192.0.2.11 6379", "replicaof 192.0.2.11 26379", "redis-mismatch", "26379"),
    ("replicaof 192.0.2.11 6379", "replicaof 192.0.2.11", "wrong-arguments", "replicaof"),
];

pub(super) const SENTINEL: &[Fault] = &[
    ("6379 2\n", "6379\n", "bad-sentinel", "monitor"),
    ("6379 2\n", "6379 0\n", "bad-sentinel", "monitor"),
    ("sentinel parallel-syncs", "sentinel paralel-syncs", "bad-sentinel", "paralel"),
    ("port 26379\n", "port 26379\nsentinel announce-ip 127.0.0.1\n", "sentinels-differ", "127.0.0.1"),
    ("port 26379\n", "port 26379\nsentinel announce-port 6379\n", "sentinels-differ", "announce-port"),
];

pub(super) const KEEPALIVED: &[Fault] = &[
    ("    state BACKUP", "    state PRIMARY", "bad-keepalived", "PRIMARY"),
    ("        balancer\n", "        balancr\n", "bad-keepalived", "balancr"),
    ("    advert_int 0.2", "    advert_int 1s", "bad-keepalived", "1s"),
    ("192.0.2.10/24", "192.0.2.310/24", "bad-keepalived", "310"),
    ("    interface eth0\n", "", "bad-keepalived", "vrrp_instance"),
    ("    advert_int 0.2", "    advert_interval 1", "bad-keepalived", "advert_interval"),
    ("    script \"/etc/keepalived/check.sh\"\n", "", "bad-keepalived", "vrrp_script"),
];

pub(super) const ETCD: &[Fault] = &[
    ("initial-cluster-state: existing", "initial-cluster-state: exists", "bad-etcd", "exists"),
    (
        "listen-client-urls: https://192.0.2.11:2379",
        "listen-client-urls: https://etcd-1.internal:2379",
        "bad-etcd",
        "internal",
    ),
    (
        "listen-client-urls: https://192.0.2.11:2379",
        "listen-client-urls: https://192.0.2.11",
        "bad-etcd",
        "listen-client",
    ),
    ("election-timeout: 1000", "election-timeout: 60000", "bad-etcd", "60000"),
    ("heartbeat-interval: 100", "heartbeat-interval: 100ms", "bad-etcd", "100ms"),
    ("heartbeat-interval: 100\n", "heartbeat-interval: 100\nquota-backend-bytes: 8GB\n", "bad-etcd", "8GB"),
    (
        "heartbeat-interval: 100\n",
        "heartbeat-interval: 100\nadvertise-client-urls: https://127.0.0.1:2379\n",
        "unreachable-member",
        "127.0.0.1",
    ),
    ("data-dir", "data-dri", "bad-etcd", "data-dri"),
];

pub(super) const COMPOSE: &[Fault] = &[
    ("    image: shop/web:1.2.3\n", "", "bad-compose", "web:"),
    ("    mem_limit: 128m\n", "    mem_limit: 128m\n    cap_add: [NET_BIND_SERVCE]\n", "bad-compose", "SERVCE"),
    ("    mem_limit: 128m\n", "    mem_limit: 128m\n    stop_signal: SIGUSR9\n", "bad-compose", "USR9"),
    ("STORE: store:6379", "STORE: \"${STORE:-store:6379\"", "bad-compose", "STORE"),
    ("volumes: [data:/data]", "volumes: [data:data]", "bad-compose", "data:data"),
    ("test: [CMD, /web, --healthy]", "test: [CMD, /web, --healthy, \"||\", exit, \"1\"]", "blind-healthcheck", "exit"),
    (
        "test: [CMD, redis-cli, ping]",
        "test: [CMD-SHELL, redis-cli -a hunter2xyz ping]",
        "plain-secret-in-compose",
        "hunter2",
    ),
    ("STORE: store:6379", "STORE: postgres://app:S3cretPw@db/app", "plain-secret-in-compose", "S3cret"),
    ("volumes: [data:/data]", "volumes: [\"data:/data\", \"/:/host\"]", "host-access", "/host"),
    ("          memory: 256M\n", "          memory: 256M\n          cpus: 500m\n", "bad-compose", "500m"),
    ("  back: {}", "  back: { ipam: { config: [{ subnet: 172.28.1.0/35 }] } }", "bad-compose", "/35"),
    ("mirror/redis:7.2", "mirror/etcd:3.5.1", "corrupting-version", "3.5.1"),
];

pub(super) const OBJECTS: &[Fault] = &[
    (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: { name: image-policy }\nwebhooks:\n- name: image-policy\n  admissionReviewVersions: [v1]\n  sideEffects: None\n  failurePolicy: Ignore\n  clientConfig: { url: \"https://a.example\" }\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "bad-webhook",
        "- name: image-policy",
    ),
    (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "apiVersion: v1\nkind: LimitRange\nmetadata: { name: a, namespace: other }\nspec: { limits: [{ type: Container, max: { memory: 8Mi }, default: { memory: 16Mi } }] }\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "bad-limits",
        "16Mi",
    ),
    (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "apiVersion: v1\nkind: ResourceQuota\nmetadata: { name: a, namespace: other }\nspec: { hard: { request.cpu: 4 } }\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "bad-limits",
        "request.cpu",
    ),
    (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "apiVersion: v1\nkind: ResourceQuota\nmetadata: { name: a, namespace: shop }\nspec: { hard: { pods: 2 } }\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "above-quota",
        "pods: 2",
    ),
    (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "apiVersion: v1\nkind: PersistentVolume\nmetadata: { name: a }\nspec: { capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], local: { path: /mnt } }\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "bad-volume",
        "local",
    ),
    (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: { name: a }\nprovisioner: a.example.com\nreclaimPolicy: Recycle\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "bad-volume",
        "Recycle",
    ),
    (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "apiVersion: scheduling.k8s.io/v1\nkind: PriorityClass\nmetadata: { name: a }\nvalue: 2000000000\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "bad-class",
        "2000000000",
    ),
    (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: a, namespace: shop }\nrules: [{ apiGroups: [\"\"], resources: [pod], verbs: [get] }]\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "grants-nothing",
        "pod]",
    ),
    (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "apiVersion: v1\nkind: Namespace\nmetadata: { name: a, labels: { pod-security.kubernetes.io/enforce: strict } }\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "bad-namespace",
        "strict",
    ),
    (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "apiVersion: v1\nkind: Secret\nmetadata: { name: shop-tls, namespace: shop }\ntype: kubernetes.io/tls\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\n",
        "bad-secret",
        "kubernetes.io/tls",
    ),
    (
        "        averageUtilization: 70",
        "        averageUtilization: 70\n        averageValue: 100m",
        "bad-autoscaler",
        "averageValue",
    ),
];
