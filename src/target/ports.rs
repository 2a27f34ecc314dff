//! Port numbers where several listeners share one address.

/// Hands out ports, the wanted one where it is free.
#[derive(Debug, Default)]
pub(super) struct Ports(Vec<u16>);

/// Where the search for a free port starts.
const SPARE: u16 = 20_000;

impl Ports {
    /// Starts with ports that somebody else has.
    pub(super) fn taken(ports: impl IntoIterator<Item = u16>) -> Self {
        Self(ports.into_iter().collect())
    }

    /// The wanted port, or the first spare one.
    pub(super) fn take(&mut self, wanted: u16) -> u16 {
        if self.0.contains(&wanted) {
            return self.spare();
        }
        self.0.push(wanted);
        wanted
    }

    /// The first spare port.
    pub(super) fn spare(&mut self) -> u16 {
        let port = (SPARE..=u16::MAX).find(|port| !self.0.contains(port)).unwrap_or(SPARE);
        self.0.push(port);
        port
    }
}

#[cfg(test)]
mod tests {
    use super::Ports;

    #[test]
    fn wanted_or_spare() {
        let mut ports = Ports::taken([8080]);
        assert_eq!([ports.take(6379), ports.take(8080), ports.take(6379)], [6379, 20_000, 20_001]);
        assert_eq!([ports.spare(), ports.take(20_002)], [20_002, 20_003]);
    }
}
