/// What a topology is rendered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// A cluster that places and replaces pods by itself.
    Kubernetes,
    /// One host or several, each with its share of the replicas and a balancer: Compose, or processes.
    Hosts,
}

impl Platform {
    /// Every one, as people call what is rendered for it.
    pub const ALL: &[(&'static str, Self)] = &[("k8s", Self::Kubernetes), ("compose", Self::Hosts)];

    /// As people call it.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, platform)| *platform == self).map_or("", |(word, _)| word)
    }
}
