use crate::diagnostic::{Located, Span};
use crate::grammar::{Bytes, Cpu, EnvName, FilePath, Host, HttpPath, Image, Millis, Name};

use super::{Care, Check, EnvValue, Need, Redundancy, SecretRef, Spread, TcpStep};

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
    /// Environment variable that tells the program where its main port is, where it has one.
    pub port_env: Option<EnvName>,
    /// Configuration that a8ctl writes and the program reads.
    pub files: Vec<ConfigFile>,
    /// Secrets that the program reads as files.
    pub secret_files: Vec<SecretFile>,
    /// Certificates that its members show.
    pub certificates: Vec<Certificate>,
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
    /// Silence of its primary or leader after which the others choose another; `None` where nobody does.
    pub given_up_after: Option<Millis>,
    /// How replicas must be spread.
    pub spread: Spread,
    /// What it keeps.
    pub storage: Storage,
    /// Whose disk it keeps like the others'; `None` for everything but a synchroniser.
    pub synchronises: Option<Synchronises>,
    /// Whether the whole fails without it; what is not critical needs no redundancy.
    pub critical: bool,
    /// Who may call it from outside.
    pub exposure: Exposure,
    /// How it ends.
    pub shutdown: Option<Shutdown>,
    /// Command in the container that succeeds once a replica that was away has what the others have; empty where there
    /// is nothing to wait for.
    pub caught_up: Vec<String>,
    /// What an operator does to its members.
    pub procedures: Vec<Procedure>,
    /// What an operator asks of its members, and how what they keep is saved.
    pub care: Care,
    /// How long it keeps what its clients do not renew; `None` where nothing expires.
    pub forgets_after: Option<Millis>,
    /// What its datastore says in the profile, with the number as `member`, before a member that has lost its data can
    /// start anew; `None` where it starts by itself.
    pub rejoins: Option<&'static str>,
    /// Numeric user and group the process runs as; `None` for the image's own.
    pub user: Option<u32>,
    /// Datastores it calls, and those without an endpoint that are in the memory of each replica.
    pub needs: Vec<Need>,
    /// Components it calls beside datastores, itself among them where its replicas call one another.
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

    /// The port of a name; the main port for none.
    pub fn port(&self, name: Option<&Name>) -> Option<&Port> {
        name.map_or_else(|| self.main_port(), |name| self.ports.iter().find(|port| port.name == *name))
    }

    /// The name of a replica's container or process where a8ctl places replicas itself, counted from 1: `web-1`. A
    /// datastore that stands alone needs no number.
    pub fn replica_name(&self, number: u32) -> String {
        match self.role {
            Role::Datastore if !self.members => self.name.to_string(),
            _ => format!("{}-{number}", self.name),
        }
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

/// A script by which an operator changes the membership of a component, run where its members are started.
///
/// Its text is shell that finds that member's environment exported, and these words, which the target defines:
/// `member` holds the member's name; `in_image PROGRAM...` runs a program of the image where it reaches the others;
/// `make` makes the member without starting it, `start` starts it, anew after `stop`, which keeps it from running on;
/// `running PROGRAM...` runs a program in the running member; `data` writes a line or more when the member's storage
/// may hold something to start from, nothing when it does not, and fails when that cannot be told; `away` says how an
/// operator gives that up. The text in turn defines `say WORDS...`, `try SECONDS WHAT COMMAND...` and `healthy`.
#[derive(Debug, Clone)]
pub struct Procedure {
    /// Its file's name.
    pub name: &'static str,
    /// What it does, for people: a sentence without its stop.
    pub about: &'static str,
    /// The member's number, counted from 1.
    pub member: u32,
    /// Names in the member's storage that it starts from: an extended regular expression.
    pub data: &'static str,
    /// What a member says in its log that has nothing to start from and does not start: another.
    pub without_data: &'static str,
    /// The script, without what the target puts in front of it.
    pub text: String,
}

/// A secret as a file in a directory.
#[derive(Debug, Clone)]
pub struct SecretFile {
    /// Which secret and which of its keys.
    pub secret: SecretRef,
    /// The directory, which holds nothing but such files.
    pub directory: FilePath,
    /// The file's name there.
    pub name: String,
    /// Whether it is a certificate or a key in PEM, which nobody can make up.
    pub pem: bool,
}

impl SecretFile {
    /// The path the program reads.
    pub fn path(&self) -> String {
        format!("{}/{}", self.directory, self.name)
    }
}

/// A certificate that the members of a component show, for servers and for clients: they call one another with it too.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// Where it is kept.
    pub secret: SecretRef,
    /// Whether it is shown to clients, and to what asks at the member's own loopback address.
    pub to_clients: bool,
    /// Whether it is shown to the other members, each of which also asks whether it is for the address that it is called
    /// from.
    pub to_members: bool,
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
    /// The port that is asked, where it is not the main one.
    pub port: Option<u16>,
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
    /// GET; 200 to 399 is yes.
    Http(HttpPath),
    /// A command in the container; exit status 0 is yes.
    Exec(Vec<String>),
    /// A connection.
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
        /// Who provides it.
        source: VolumeSource,
    },
    /// A disk for each replica; one replica is written, the others follow it.
    Replicated {
        /// How large each is.
        size: Bytes,
        /// Where it is mounted.
        mount: FilePath,
        /// Number of the replica that is written until another is promoted, counted from 1.
        writer: u32,
        /// Which of them are read.
        reads: Reads,
        /// How the others follow.
        following: Box<Following>,
    },
}

/// Which replicas of a service with replicated storage are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// Every one that has what was written.
    Anywhere,
    /// Those that follow, as long as there is one.
    Followers,
}

/// How replicas follow the one that is written.
#[derive(Debug, Clone)]
pub struct Following {
    /// What they are copied with: rsync and a shell.
    pub image: Image,
    /// Where the synchronisers of other hosts call.
    pub port: u16,
    /// Time between the end of a copy and the next.
    pub interval: Millis,
    /// What synchronisers know one another by.
    pub password: Located<SecretRef>,
    /// Where the profile asks for it.
    pub span: Span,
}

/// That each replica of a component keeps the disk of another component's replica of the same number like the disk
/// that is written.
#[derive(Debug, Clone)]
pub struct Synchronises {
    /// Whose disk.
    pub component: Name,
    /// Where the disk is for itself.
    pub mount: FilePath,
    /// The parts that the replica beside it can have, those that are preferred first. A balancer asks for them at the
    /// main port.
    pub parts: &'static [Part],
    /// Command in its container by which an operator asks for a change: with `promote` behind it the replica becomes
    /// the one that is written, with `demote` it is that no more.
    pub request: Vec<String>,
}

/// Something that a replica is, by what its synchroniser says.
#[derive(Debug)]
pub struct Part {
    /// Its name, a word.
    pub name: &'static str,
    /// Whether a replica is called for it to be written, and not to be read.
    pub written: bool,
    /// The dialogue that succeeds while the replica has the part.
    pub check: &'static [TcpStep],
}

/// Who provides a disk that several machines mount at a time.
#[derive(Debug, Clone)]
pub enum VolumeSource {
    /// A directory that a server exports by NFS.
    Nfs {
        /// The server.
        server: Host,
        /// The directory it exports.
        path: FilePath,
    },
    /// A storage class of the cluster whose volumes several machines may write.
    Class(Name),
    /// A volume claim that is there already.
    Claim(Name),
}

impl Storage {
    /// Where it is mounted.
    pub fn mount(&self) -> Option<&FilePath> {
        match self {
            Self::None => None,
            Self::Persistent { mount, .. } | Self::Shared { mount, .. } | Self::Replicated { mount, .. } => Some(mount),
        }
    }
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
