use crate::diagnostic::Located;

/// Where the components run.
#[derive(Debug, Clone, Copy)]
pub struct Placement {
    /// Machines, at least 1.
    pub nodes: Located<u32>,
    /// Zones they stand in, at least 1 and at most `nodes`.
    pub zones: u32,
}

/// How the replicas of one component are spread over machines and zones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// No two on one machine. One that finds no machine of its own waits for it.
    Required,
    /// Apart where there is room.
    Preferred,
}
