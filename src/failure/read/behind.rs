//! Who stands behind balancers, where their files name addresses of which nobody says whose they are.

use super::link::Names;
use super::remarks::{Remarks, Sentence};
use super::unit::{Unit, What};
use super::ways::Way;
use crate::failure::Lapse;

const WHOSE: Sentence = (
    "Which host has the address {} is not said: it is taken that services are meant that publish the port.",
    "Which hosts have the addresses {} is not said: it is taken that services are meant that publish the port.",
);

/// Lets addresses of which nobody says whose they are be those of the hosts that publish their ports.
pub(super) fn at_unknown_addresses(
    balancers: &[(usize, Vec<Way>)],
    units: &[Unit],
    names: &mut Names,
    published: &[(i64, usize)],
    remarks: &mut Remarks,
) {
    for (balancer, ways) in balancers {
        for way in ways {
            let Some((address, port)) = way.at() else { continue };
            if address.parse::<std::net::IpAddr>().map_or(true, |it| it.is_loopback()) {
                continue;
            }
            if way.units(names, &units[*balancer]).next().is_some() || names.is_machine(address) {
                continue;
            }
            let there = published.iter().filter(|(other, unit)| *other == port && unit != balancer);
            for (_, unit) in there {
                remarks.of(WHOSE, address);
                names.add_address(address, port, *unit);
            }
        }
    }
}

/// What another balancer sends requests to, and which is not known to send them on itself, is a service.
pub(super) fn behind_others(balancers: &[(usize, Vec<Way>)], units: &mut [Unit], names: &Names) {
    let mut last: Vec<usize> = Vec::new();
    for (balancer, ways) in balancers {
        let found = ways.iter().flat_map(|way| way.units(names, &units[*balancer])).filter(|unit| unit != balancer);
        last.extend(found.filter(|unit| balancers.iter().any(|(it, ways)| it == unit && ways.is_empty())));
        // Where nothing else serves, it is what serves.
        let serves = |unit: &Unit| matches!(unit.what, What::Service);
        let near = |unit: &Unit| unit.net == units[*balancer].net && unit.home.is_empty();
        if ways.is_empty() && !units.iter().any(|unit| near(unit) && serves(unit)) && balancers.len() == 1 {
            last.push(*balancer);
        }
    }
    for unit in last {
        units[unit].what = What::Service;
        units[unit].clocks.stop = Lapse::NONE;
    }
}
