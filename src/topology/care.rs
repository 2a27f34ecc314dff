use crate::grammar::FilePath;

/// What an operator asks of the members of a datastore, and how what they keep is saved and brought back. Every command
/// is run in a member's container.
#[derive(Debug, Clone, Default)]
pub struct Care {
    /// What tells how it is.
    pub asks: Vec<Ask>,
    /// How what it keeps is saved; `None` where nothing is kept, or where nobody knows how.
    pub backup: Option<Backup>,
}

/// A question.
#[derive(Debug, Clone)]
pub struct Ask {
    /// What the answer says, and how it looks when all is well: a sentence without its stop.
    pub about: &'static str,
    /// The command.
    pub words: Vec<String>,
}

/// How what the members keep is saved while they run, and brought back when none of them does.
#[derive(Debug, Clone)]
pub enum Backup {
    /// Files of any member that has all the data.
    Files {
        /// Writes them to stdout, as `tar` does.
        save: Vec<String>,
        /// The disk that they are on.
        disk: FilePath,
        /// The directory on it that holds them all, and nothing else.
        directory: &'static str,
    },
    /// A file that a member writes, and that each member's disk is made of.
    Snapshot {
        /// Writes it, into the file that is named behind; begins with a program that can also be run elsewhere.
        save: Vec<String>,
        /// The disk of a member, on which it is written.
        disk: FilePath,
        /// The directory on it that holds the data.
        directory: &'static str,
        /// Makes a disk of it, of the file that is named behind.
        restore: Vec<String>,
        /// Flag that says where the disk is.
        at: &'static str,
        /// Flags that say which member it is of, each with the member's own variable that holds the value.
        own: &'static [(&'static str, &'static str)],
        /// Flag that names all members, and the member's variables that hold a name and what follows it behind a `=`.
        all: (&'static str, [&'static str; 2]),
        /// Flags for the authority, the certificate and the key of who calls from elsewhere.
        credentials: [&'static str; 3],
    },
}
