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
    formats: { WEB_MODE: [fast, slow] }
    connects:
      store: { engines: { redis: { WEB_STORE: { datastore: store, as: address } } } }
      cache: { required: false, engines: { redis: { WEB_KEY: { datastore: cache, as: password } } } }
    probes: { startup: { http: /up }, readiness: { exec: [/bin/ask, word] }, liveness: { tcp: true } }
    check: { path: /up }
    max_connections: 10
    resources: { cpu: 1, cpu_limit: 2, memory: 1Mi, memory_limit: 2Mi }
    storage: { kind: shared, size: 1Gi, mount: /web }
    shutdown: { drain: 1s, grace: 2s }
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
secrets: { redis: [password], web: [token] }
kubernetes: { storage_class: fast }
"#;

/// A datastore under sentinels, whose scripts hold several of the profile's words.
pub(crate) const SENTINELS: &str = r#"
project: shop
placement: { nodes: 3 }
services:
  web:
    image: shop/web:1
    ports: { http: { container: 8080 } }
    connects: { store: { engines: { redis: { STORE: { datastore: store, as: address } } } } }
datastores:
  store:
    kind: redis
    mode: sentinel
    name: memory
    password: { secret: store, key: password }
    storage: { kind: persistent, size: 1Gi, mount: /data }
    resources: { memory_limit: 64Mi }
    keys: ["web:*"]
    commands: [get, set]
secrets: { store: [password] }
"#;
