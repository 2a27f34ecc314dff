use crate::diagnostic::{Located, Span};
use crate::grammar::{Bytes, Cpu, EnvName, FilePath, HttpPath, Image, Millis, Name, SecretKey};

use super::{Check, EnvValue, Need, Redundancy, SecretRef, Spread};

/// A program that runs in one or more replicas.
#[derive(Debug, Clone)]
pub struct Component {
    /// Unique; also its DNS name on targets that have one.
    pub name: Name,
    /// Service or datastore.
    pub role: Role,
    /// What it runs.
    pub image: Image,
    /// Command line instead of the image's own; empty for the image's own.
    pub command: Vec<String>,
    /// What it listens on, the main port first.
    pub ports: Vec<Port>,
    /// Environment in the order it is written.
    pub env: Vec<EnvVar>,
    /// Configuration that a8ctl writes and the program reads.
    pub files: Vec<ConfigFile>,
    /// Secrets that the program reads as files.
    pub secret_files: Vec<SecretFile>,
    /// Directories it may write that need not outlive the process.
    pub scratch: Vec<FilePath>,
    /// How the platform sees that a replica is up.
    pub probes: Probes,
    /// How a load balancer sees that a replica can serve; `None` leaves a TCP connect.
    pub check: Option<Check>,
    /// Requests that one replica takes at a time before it answers with errors.
    pub max_connections: Option<u32>,
    /// What one replica needs.
    pub resources: Resources,
    /// How many, and what becomes of the whole when one is lost.
    pub redundancy: Redundancy,
    /// How replicas must be spread.
    pub spread: Spread,
    /// What it keeps.
    pub storage: Storage,
    /// Who may call it from outside.
    pub exposure: Exposure,
    /// How it ends.
    pub shutdown: Option<Shutdown>,
    /// Numeric user and group the process runs as; `None` for the image's own.
    pub user: Option<u32>,
    /// Datastores it calls.
    pub needs: Vec<Need>,
    /// Components it calls by the names of their members, itself among them where its replicas call one another.
    pub calls: Vec<Name>,
    /// Whether each replica is called by a name of its own, which stays when the replica moves.
    pub members: bool,
    /// Environment variable of clients that carries this service's URL.
    pub client_env: Option<EnvName>,
    /// Where the profile defines it.
    pub span: Span,
}

impl Component {
    /// Replicas altogether.
    pub fn replicas(&self) -> u32 {
        self.redundancy.replicas()
    }

    /// The port that clients call.
    pub fn main_port(&self) -> Option<&Port> {
        self.ports.first()
    }

    /// Whether replicas differ from each other: by their disk, or by their part in a cluster.
    pub fn has_identity(&self) -> bool {
        matches!(self.storage, Storage::Persistent { .. } | Storage::Replicated { .. })
    }
}

/// What a component is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Clients call it.
    Service,
    /// Services call it.
    Datastore,
}

/// A TCP port.
#[derive(Debug, Clone)]
pub struct Port {
    /// `http`, `redis`, ...
    pub name: Name,
    /// Where the process listens.
    pub container: u16,
    /// Where clients on the same network call.
    pub service: u16,
    /// Where clients outside call, on every node or on the host.
    pub published: Option<Located<u16>>,
}

/// One environment variable.
#[derive(Debug, Clone)]
pub struct EnvVar {
    /// Its name.
    pub name: EnvName,
    /// Where its value comes from.
    pub value: EnvValue,
}

/// A file that a8ctl writes.
#[derive(Debug, Clone)]
pub struct ConfigFile {
    /// Its name, which is also its name in a ConfigMap.
    pub name: &'static str,
    /// The directory it is read from.
    pub directory: FilePath,
    /// The whole text.
    pub text: String,
    /// Whether it is a script.
    pub executable: bool,
}

/// A secret as a file in a directory.
#[derive(Debug, Clone)]
pub struct SecretFile {
    /// Which secret and which of its keys.
    pub secret: SecretRef,
    /// The directory; the file's name is the key.
    pub directory: FilePath,
}

impl SecretFile {
    /// The path the program reads.
    pub fn path(directory: &FilePath, key: &SecretKey) -> String {
        format!("{directory}/{key}")
    }
}

/// The three questions a platform asks.
#[derive(Debug, Clone, Default)]
pub struct Probes {
    /// Has it started? Until then the others wait.
    pub startup: Option<Probe>,
    /// Must it be restarted?
    pub liveness: Option<Probe>,
    /// May it be called?
    pub readiness: Option<Probe>,
}

/// One question and its timing.
#[derive(Debug, Clone)]
pub struct Probe {
    /// What is asked.
    pub action: ProbeAction,
    /// Time between two questions.
    pub interval: Millis,
    /// Time after which no answer is a wrong answer.
    pub timeout: Millis,
    /// Wrong answers in a row that count as "no".
    pub failures: u32,
}

/// What is asked.
#[derive(Debug, Clone)]
pub enum ProbeAction {
    /// GET on the main port; 200 to 399 is yes.
    Http(HttpPath),
    /// A command in the container; exit status 0 is yes.
    Exec(Vec<String>),
    /// A connection to the main port.
    Tcp,
}

/// What one replica asks for, and what it may not exceed.
#[derive(Debug, Clone, Default)]
pub struct Resources {
    /// Processor it is promised.
    pub cpu: Option<Cpu>,
    /// Memory it is promised.
    pub memory: Option<Bytes>,
    /// Processor it may not exceed.
    pub cpu_limit: Option<Cpu>,
    /// Memory it may not exceed.
    pub memory_limit: Option<Bytes>,
}

/// What a component keeps between two starts.
#[derive(Debug, Clone)]
pub enum Storage {
    /// Nothing.
    None,
    /// A disk that outlives the replica.
    Persistent {
        /// How large.
        size: Bytes,
        /// Where it is mounted.
        mount: FilePath,
    },
    /// One disk that every replica mounts and writes.
    Shared {
        /// How large.
        size: Bytes,
        /// Where it is mounted.
        mount: FilePath,
    },
    /// A disk for each replica; one replica is written, the others follow it.
    Replicated {
        /// How large each is.
        size: Bytes,
        /// Where it is mounted.
        mount: FilePath,
        /// Number of the replica that is written, counted from 1.
        writer: u32,
    },
}

/// Who may call a component from outside its own network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposure {
    /// Nobody.
    Internal,
    /// Anybody who reaches a node, at the published port.
    NodePort,
    /// Anybody, through a load balancer of the platform.
    LoadBalancer,
}

/// How a replica ends.
#[derive(Debug, Clone)]
pub struct Shutdown {
    /// Time between "no new requests" and the signal: how long those who call take to notice.
    pub drain: Option<Millis>,
    /// Command in the container that hands its part to another replica before the signal; empty for none.
    pub hand_over: Vec<String>,
    /// Time from the decision to the kill; contains `drain`.
    pub grace: Millis,
}
