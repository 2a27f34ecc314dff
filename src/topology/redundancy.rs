/// What becomes of a component when one of its replicas is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redundancy {
    /// There is one, and nothing stands in for it.
    Single,
    /// Any of them serves any request.
    AnyOf {
        /// How many there are; at least 2.
        replicas: u32,
    },
}

impl Redundancy {
    /// That of `replicas` equal ones.
    pub fn any_of(replicas: u32) -> Self {
        if replicas > 1 { Self::AnyOf { replicas } } else { Self::Single }
    }

    /// How many there are.
    pub fn replicas(self) -> u32 {
        match self {
            Self::Single => 1,
            Self::AnyOf { replicas } => replicas,
        }
    }

    /// How many may be taken away on purpose at a time. Never none, or no node could ever be drained: what
    /// stands alone is interrupted by a drain whether a budget says so or not.
    pub fn disruptions_allowed(self) -> u32 {
        match self {
            Self::Single | Self::AnyOf { .. } => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_never_blocks_every_drain() {
        for replicas in 1..20 {
            let redundancy = Redundancy::any_of(replicas);
            assert_eq!(redundancy.replicas(), replicas);
            assert!((1..=replicas).contains(&redundancy.disruptions_allowed()));
        }
    }
}
