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
    /// One of them is written; the others follow it, and one takes its place when it is lost.
    PrimaryReplica {
        /// How many there are with the primary; at least 2.
        replicas: u32,
    },
    /// More than half of them must agree.
    Quorum {
        /// How many there are; at least 3, and odd but while it grows.
        size: u32,
        /// How many must agree; more than half.
        agree: u32,
    },
}

impl Redundancy {
    /// That of `size` of which any that are more than half decide.
    pub fn majority_of(size: u32) -> Self {
        Self::Quorum { size, agree: size / 2 + 1 }
    }

    /// That of `replicas` equal ones.
    pub fn any_of(replicas: u32) -> Self {
        if replicas > 1 { Self::AnyOf { replicas } } else { Self::Single }
    }

    /// How many there are.
    pub fn replicas(self) -> u32 {
        match self {
            Self::Single => 1,
            Self::AnyOf { replicas } | Self::PrimaryReplica { replicas } => replicas,
            Self::Quorum { size, .. } => size,
        }
    }

    /// How many may be taken away on purpose at a time. Never none, or no node could ever be drained: what
    /// stands alone is interrupted by a drain whether a budget says so or not.
    pub fn disruptions_allowed(self) -> u32 {
        match self {
            Self::Single | Self::AnyOf { .. } | Self::PrimaryReplica { .. } => 1,
            // What is left must still agree, where one can be missed at all.
            Self::Quorum { size, agree } => size.saturating_sub(agree).max(1),
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
        for size in [3, 5, 7, 9] {
            for agree in size / 2 + 1..=size {
                let left = size - Redundancy::Quorum { size, agree }.disruptions_allowed();
                assert_eq!(left, agree.min(size - 1));
            }
        }
    }
}
