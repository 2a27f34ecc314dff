//! Load balancers, made from the same membership as the services.

pub(crate) mod haproxy;
