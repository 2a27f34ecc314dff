//! Load balancers: from the same membership the services have.

pub(crate) mod haproxy;
pub(crate) mod keepalived;
pub(crate) mod nginx;
