//! What hostile.rs puts where.

/// Words that some format reads as something else.
pub(crate) const WORDS: &[&str] = &[
    "",
    " ",
    "a\nevil: true",
    "\n",
    "\r\nx",
    "a\r",
    "\t",
    "\ta\nb",
    "a\0b",
    "\u{1b}[31m",
    "\u{85}",
    "a\u{2028}b",
    "a\u{2029}b",
    "\u{feff}a",
    "\u{202e}a",
    "\u{200f}a",
    "🦀",
    "é\u{301}",
    "\"",
    "'",
    "a\"b",
    "a'b",
    "'; exit 1; '",
    "`id`",
    "$(id)",
    "$$(id)",
    "${HOME}",
    "$HOME",
    "$",
    "$$",
    "%s",
    "%{ENV}",
    "{{ x }}",
    "{% raw %}",
    "{}",
    "{",
    "}",
    "[]",
    "[",
    "a #b",
    "#",
    "# c",
    "a: b",
    ":",
    "a:",
    "- a",
    "-",
    "--",
    "--flag",
    "---",
    "...",
    "? a",
    "&a",
    "*a",
    "!t",
    "!!int 1",
    "|",
    ">",
    "@a",
    "%YAML",
    "\\",
    "a\\",
    "\\n",
    "\\x41",
    ";",
    "a;b",
    "&&",
    "yes",
    "no",
    "on",
    "off",
    "y",
    "n",
    "Yes",
    "true",
    "True",
    "null",
    "Null",
    "~",
    "0",
    "007",
    "0o17",
    "0x1F",
    "1_000",
    "1:20",
    "1:20:30",
    "1e3",
    ".5",
    "-1",
    "+1",
    ".inf",
    ".NaN",
    "2024-01-01",
    "2024-01-01T00:00:00Z",
    "=",
    "<<",
    " a",
    "a ",
    "a\u{a0}b",
    "../../etc/passwd",
    "/",
    "//",
    "a,b",
    "a b",
    "server evil 1.2.3.4:5",
    "user default on nopass",
];

/// A short profile with every field there is; what it leaves out is a default that `show` puts in.
pub(crate) const EVERYTHING: &str = r#"project: everything
services:
  web:
    image: registry.example.com:5000/web:1
    command: [/bin/web, --listen, "0.0.0.0:80"]
    replicas: 2
    spread: preferred
    ports: { http: { container: 80, service: 8000, published: 31400 }, admin: { container: 81 } }
    exposure: node-port
    client_env: WEB_URL
    env:
      WEB_WORD: word
      WEB_SECRET: { secret: web, key: token }
      WEB_CACHE: { datastore: cache, as: url }
      WEB_SELF: { service: web, as: url }
    formats: { WEB_MODE: [fast, slow] }
    connects:
      store: { engines: { redis: { WEB_STORE: { datastore: store, as: address } } } }
      cache: { required: false, engines: { redis: { WEB_KEY: { datastore: cache, as: password } } } }
    probes: { startup: { http: /up }, readiness: { exec: [/bin/ask, word] }, liveness: { tcp: true, port: admin } }
    check: { path: /up }
    max_connections: 10
    resources: { cpu: 1, cpu_limit: 2, memory: 1Mi, memory_limit: 2Mi }
    storage: { kind: shared, size: 1Gi, mount: /web, class: shared }
    shutdown: { drain: 1s, grace: 3s }
    user: 1000
datastores:
  store:
    kind: redis
    password: { secret: redis, key: password }
    storage: { kind: persistent, size: 1Gi }
    resources: { memory_limit: 64Mi }
    keys: ["a:*"]
    commands: [get, set]
  cache: { kind: external, engine: redis, host: cache.example.com, port: 6379, password: { secret: web, key: token } }
  index:
    kind: server
    critical: false
    engine: sphinx
    scheme: search
    name: sphinx
    image: sphinx:3
    command: [/bin/index, word]
    ports: { sphinx: { container: 9306 } }
    storage: { kind: persistent, size: 1Gi, mount: /index }
    resources: { memory: 1Mi }
    user: 1001
secrets: { redis: [password], web: [token] }
kubernetes: { storage_class: fast }
"#;

/// Several hosts and a datastore under sentinels, whose scripts hold several of the profile's words.
pub(crate) const SENTINELS: &str = r#"
project: shop
placement:
  zones: 2
  hosts:
    memory-1: { address: 192.0.2.11, zone: a, interface: ens3 }
    memory-2: { address: 192.0.2.12, zone: b }
    memory-3: { address: 192.0.2.13, zone: b }
balancer:
  vip: { address: 192.0.2.10/24 }
  tls: { certificate: { secret: edge, key: tls.crt }, key: { secret: edge, key: tls.key } }
services:
  web:
    image: shop/web:1
    replicas: 2
    exposure: node-port
    ports: { http: { container: 8080, published: 31400 } }
    check: { path: /up }
    connects: { store: { engines: { redis: { STORE: { datastore: store, as: address } } } } }
    storage: { kind: shared, size: 1Gi, mount: /web, nfs: { server: nfs.example.com, path: /export } }
  worker:
    image: shop/worker:1
    connects: { records: { engines: { postgresql: { RECORDS: { datastore: records, as: url } } } } }
datastores:
  records: { kind: external, engine: postgresql, scheme: pg, host: db.example.com, port: 5432, password: none }
  store:
    kind: redis
    mode: sentinel
    name: memory
    password: { secret: store, key: password }
    storage: { kind: persistent, size: 1Gi, mount: /data }
    resources: { memory_limit: 64Mi }
    keys: ["web:*"]
    commands: [get, set]
  cache:
    kind: external
    engine: redis
    host: cache.example.com
    port: 6379
    password: { secret: store, key: password }
    tls: { ca: { secret: ca, key: ca.crt } }
secrets: { store: [password], edge: [tls.crt, tls.key], ca: [ca.crt] }
"#;

/// What open-source nginx can stand in front of.
pub(crate) const NGINX: &str = r#"
project: shop
placement:
  hosts: { one: { address: 192.0.2.11 }, two: { address: 192.0.2.12, interface: ens3 } }
balancer:
  vip: { address: 192.0.2.10/24 }
  tls: { certificate: { secret: edge, key: tls.crt }, key: { secret: edge, key: tls.key } }
  max_body: 8Gi
  request_buffering: false
services:
  web:
    image: shop/web:1
    replicas: 3
    exposure: node-port
    ports: { http: { container: 8080, service: 8000, published: 31400 } }
    formats: { PORT: port }
    env: { WORD: word, TOKEN: { secret: store, key: password } }
    check: { method: HEAD, path: /up }
    max_connections: 7
    connects: { store: { engines: { redis: { STORE: { datastore: store, as: address } } } } }
datastores:
  store:
    kind: external
    engine: redis
    host: store.example.com
    port: 6379
    password: { secret: store, key: password }
    proxied: false
secrets: { store: [password], edge: [tls.crt, tls.key] }
"#;

/// Disks that follow one another.
pub(crate) const REPLICATED: &str = r#"
project: archive
placement:
  hosts:
    one: { address: 192.0.2.11 }
    two: { address: 192.0.2.12, interface: ens3 }
    three: { address: 192.0.2.13 }
balancer: { vip: { address: 192.0.2.10/24 } }
services:
  files:
    image: archive/files:1
    replicas: 3
    exposure: node-port
    ports: { http: { container: 8080, service: 8000, published: 31400 } }
    check: { method: HEAD, path: /up }
    max_connections: 7
    storage:
      kind: replicated
      size: 1Gi
      mount: /files
      writer: 2
      reads: followers
      image: registry.example.com/rsync:3
      port: 8730
      interval: 5s
      password: { secret: files, key: word }
    user: 1000
  pages:
    image: archive/pages:1
    replicas: 2
    ports: { http: { container: 8080 } }
    check: { path: /up }
    storage: { kind: replicated, size: 1Gi, mount: /pages, password: { secret: pages, key: word } }
secrets: { files: [word], pages: [word] }
"#;

/// An etcd one of whose members is replaced, so that a script holds what members are told, and one without a proxy.
pub(crate) const ETCD: &str = r#"
project: guild
placement:
  nodes: 3
  hosts:
    node-1: { address: 192.0.2.11 }
    node-2: { address: 192.0.2.12 }
    node-3: { address: 192.0.2.13 }
balancer: { clients: [build-1, build-2] }
services:
  web:
    image: guild/web:1
    ports: { http: { container: 8080, published: 31400 } }
    exposure: node-port
    client_env: WEB_URL
    connects:
      store:
        engines:
          etcd:
            STORE: { datastore: store, as: url }
            STORE_CA: { datastore: store, as: ca-file }
            STORE_CERTIFICATE: { datastore: store, as: certificate-file }
            STORE_KEY: { datastore: store, as: key-file }
      locks: { engines: { etcd: { LOCKS: { datastore: locks, as: addresses } } } }
datastores:
  store:
    kind: etcd
    name: agreed
    image: registry.example.com/etcd:v3
    port: 2479
    peer_port: 2480
    phase: replace-member
    member: 2
    storage: { kind: persistent, size: 1Gi, mount: /data }
    resources: { memory_limit: 64Mi }
    tls:
      ca: { secret: store, key: ca.crt }
      certificate: { secret: store, key: tls.crt }
      key: { secret: store, key: tls.key }
      client: { certificate: { secret: client, key: tls.crt }, key: { secret: client, key: tls.key } }
      peer:
        ca: { secret: peer, key: ca.crt }
        certificate: { secret: peer, key: tls.crt }
        key: { secret: peer, key: tls.key }
  locks: { kind: etcd, size: 1, storage: { kind: persistent, size: 1Gi }, proxied: false }
secrets: { store: [ca.crt, tls.crt, tls.key], client: [tls.crt, tls.key], peer: [ca.crt, tls.crt, tls.key] }
"#;
