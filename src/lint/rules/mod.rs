//! The rules, one file each: how the flaw is found, what is said of it, and manifests with and without it.

mod above_quota;
mod autoscaler_on_store;
mod autoscaler_to_one;
mod autoscaler_without_requests;
mod autoscaler_without_room;
mod bad_affinity;
mod bad_autoscaler;
mod bad_base64;
mod bad_binding;
mod bad_claim;
mod bad_class;
mod bad_compose;
mod bad_cookie;
mod bad_deadline;
mod bad_definition;
mod bad_dns;
mod bad_endpoints;
mod bad_enum;
mod bad_etcd;
mod bad_field_path;
mod bad_image;
mod bad_ingress;
mod bad_init_container;
mod bad_job;
mod bad_keepalived;
mod bad_label;
mod bad_limits;
mod bad_mount;
mod bad_name;
mod bad_namespace;
mod bad_network_policy;
mod bad_number;
mod bad_pod;
mod bad_port;
mod bad_probe;
mod bad_quantity;
mod bad_resource;
mod bad_restart_policy;
mod bad_role;
mod bad_schedule;
mod bad_secret;
mod bad_security_context;
mod bad_selector;
mod bad_sentinel;
mod bad_service;
mod bad_share;
mod bad_spread;
mod bad_toleration;
mod bad_upstream;
mod bad_value;
mod bad_volume;
mod bad_vrrp;
mod bad_webhook;
mod balancer_as_root;
mod bare_replicas;
mod blind_healthcheck;
mod bootstrap_state_new;
mod bound_twice;
mod broken_syntax;
mod broken_yaml;
mod budget_blocks_drain;
mod budget_both_fields;
mod budget_breaks_quorum;
mod budget_protects_nothing;
mod budget_without_policy;
mod capabilities_kept;
mod check_accepts_all;
mod claims_deleted;
mod cluster_admin;
mod connect_only_check;
mod corrupting_version;
mod cpu_limit_missing;
mod daemons_all_at_once;
mod dangling_autoscaler;
mod dangling_budget;
mod dangling_claim;
mod dangling_config_map;
mod dangling_ingress;
mod dangling_kustomization;
mod dangling_network_policy;
mod dangling_priority_class;
mod dangling_role;
mod dangling_secret;
mod dangling_service;
mod dangling_service_account;
mod dangling_webhook;
mod data_elsewhere;
mod data_off_volume;
mod default_namespace;
mod default_password;
mod depends_in_circle;
mod deprecated_api;
mod deprecated_field;
mod duplicate_name;
mod duplicate_object;
mod duplicate_port;
mod election_too_close;
mod empty_backend;
mod equal_priorities;
mod even_members;
mod even_quorum;
mod evicting_store;
mod exclusive_fields;
mod expires_at_once;
mod exposed_store;
mod external_ips;
mod failed_save_ignored;
mod failures_not_counted;
mod few_files;
mod follows_itself;
mod grace_too_short;
mod grants_nothing;
mod heap_above_limit;
mod host_access;
mod host_namespaces;
mod host_path;
mod host_port;
mod ignored_rule;
mod image_never_pulled;
mod impatient_liveness;
mod impatient_startup;
mod ingress_without_tls;
mod job_left_behind;
mod jobs_pile_up;
mod keepalive_unused;
mod killed_at_once;
mod known_redis_password;
mod known_stats_password;
mod known_vrrp_password;
mod late_readiness;
mod leads_nowhere;
mod legacy_links;
mod limit_below_request;
mod listed_twice;
mod listens_nowhere;
mod liveness_asks_others;
mod local_traffic;
mod localhost_of_another;
mod long_answer;
mod long_connect;
mod long_fail_timeout;
mod member_address;
mod member_twice;
mod members_do_not_match;
mod members_wait;
mod memory_limit_missing;
mod misplaced_word;
mod missed_runs;
mod missing_budget;
mod missing_field;
mod missing_key_path;
mod more_replicas_than_nodes;
mod mount_without_volume;
mod naked_pod;
mod network_mode_conflict;
mod never_completes;
mod never_runs;
mod nginx_forgets;
mod no_containers;
mod no_grace;
mod no_headless_service;
mod no_healthcheck;
mod no_limits;
mod no_liveness_probe;
mod no_network_policy;
mod no_next_upstream;
mod no_persistence;
mod no_pre_stop;
mod no_primary_check;
mod no_primary_password;
mod no_priority;
mod no_proxy_timeouts;
mod no_readiness_probe;
mod no_redispatch;
mod no_request_timeout;
mod no_requests;
mod no_restart;
mod no_retries;
mod no_rollback;
mod no_seccomp;
mod no_shared_zone;
mod no_spread;
mod no_startup_probe;
mod no_timeouts;
mod node_port;
mod node_port_twice;
mod node_taken;
mod not_a_member;
mod obsolete_version;
mod old_tls;
mod open_admin_socket;
mod open_redis;
mod open_status;
mod overlapping_autoscalers;
mod overlapping_budgets;
mod overlapping_selectors;
mod owner_missing;
mod packed_together;
mod patch_without_target;
mod paused_rollout;
mod persistence_off;
mod pinned_node;
mod pinned_zone;
mod plain_etcd;
mod plain_secret;
mod plain_secret_in_compose;
mod policy_for_another_port;
mod policy_shuts_dns;
mod policy_shuts_members;
mod policy_shuts_service;
mod ports_without_effect;
mod preempt_ignored;
mod primary_without_replicas;
mod privilege_escalation;
mod privileged;
mod privileged_service;
mod public_store;
mod public_store_proxy;
mod publishes_not_ready;
mod quorum_in_two_zones;
mod quorum_out_of_reach;
mod rbac_escalation;
mod rbac_secrets;
mod rbac_wildcard;
mod redis_mismatch;
mod removed_api;
mod renamed_for_sentinel;
mod replicas_beside_autoscaler;
mod replicas_collide;
mod retried_writes;
mod rollout_breaks_quorum;
mod rollout_stuck;
mod rollout_takes_all;
mod rule_order;
mod rules_without_type;
mod runs_as_root;
mod said_twice;
mod same_probes;
mod same_server_twice;
mod secret_in_manifest;
mod selector_mismatch;
mod sentinel_loopback;
mod sentinel_name;
mod sentinel_quorum;
mod sentinel_timing;
mod sentinel_unknown_primary;
mod sentinels_differ;
mod server_without_check;
mod servers_differ;
mod service_as_root;
mod session_affinity;
mod sessions_kept;
mod shared_data;
mod shared_single_volume;
mod short_deadline;
mod single_instance;
mod single_replica;
mod single_server;
mod single_upstream_server;
mod slow_announcements;
mod slow_check;
mod slow_probe;
mod snapshots_only;
mod spread_misses;
mod ssh_port;
mod ssl_without_certificate;
mod state_in_memory;
mod sticky_clients;
mod store_connections_cut;
mod store_in_deployment;
mod store_without_a_volume;
mod store_without_volume;
mod suspended;
mod table_not_shared;
mod time_without_unit;
mod tls_for_another_host;
mod token_mounted;
mod tolerates_lost_node;
mod unbounded_logs;
mod undefined_variable;
mod unguarded_primary;
mod unknown_backend;
mod unknown_expression;
mod unknown_field;
mod unknown_keyword;
mod unknown_kind;
mod unknown_name;
mod unknown_nginx_name;
mod unknown_service;
mod unknown_target_port;
mod unknown_topology_key;
mod unlisted_probe_port;
mod unlisted_target_port;
mod unmasked_proc;
mod unpinned_image;
mod unpinned_service_image;
mod unreachable_member;
mod unrelated_primaries;
mod unresolved_name;
mod unresolved_variable;
mod unsafe_etcd;
mod unsafe_sysctl;
mod unsynced_log;
mod untracked_address;
mod unused_ignore;
mod unverified_server;
mod update_takes_all;
mod updates_by_hand;
mod volume_mismatch;
mod vrrp_mismatch;
mod waits_only_for_start;
mod webhook_deadlock;
mod writable_replica;
mod writable_root;
mod writes_need_all;
mod writes_sent_twice;
mod wrong_arguments;
mod wrong_type;
mod zero_is_default;

pub(crate) use deprecated_api::deprecated;
pub(crate) use removed_api::{FILES_OF_TOOLS, removed, same_fields};
pub(crate) use unknown_keyword::soften_parts;

use super::api::Rule;

/// Every rule, in the order of the documentation: what the server refuses, what leads nowhere, what is not available,
/// what is not safe.
pub const RULES: &[&Rule] = &[
    &removed_api::RULE,
    &deprecated_field::RULE,
    &deprecated_api::RULE,
    &unknown_keyword::RULE,
    &said_twice::RULE,
    &wrong_arguments::RULE,
    &misplaced_word::RULE,
    &bad_value::RULE,
    &broken_yaml::RULE,
    &broken_syntax::RULE,
    &unknown_backend::RULE,
    &unknown_name::RULE,
    &unknown_nginx_name::RULE,
    &unknown_expression::RULE,
    &ignored_rule::RULE,
    &listed_twice::RULE,
    &bad_upstream::RULE,
    &servers_differ::RULE,
    &bad_cookie::RULE,
    &few_files::RULE,
    &never_completes::RULE,
    &rule_order::RULE,
    &table_not_shared::RULE,
    &ssl_without_certificate::RULE,
    &bad_enum::RULE,
    &missing_field::RULE,
    &unknown_field::RULE,
    &unknown_kind::RULE,
    &wrong_type::RULE,
    &bad_name::RULE,
    &bad_namespace::RULE,
    &bad_label::RULE,
    &bad_quantity::RULE,
    &bad_port::RULE,
    &limit_below_request::RULE,
    &above_quota::RULE,
    &duplicate_name::RULE,
    &mount_without_volume::RULE,
    &exclusive_fields::RULE,
    &bad_probe::RULE,
    &bad_restart_policy::RULE,
    &no_containers::RULE,
    &bad_autoscaler::RULE,
    &bad_service::RULE,
    &bad_endpoints::RULE,
    &bad_spread::RULE,
    &bad_base64::RULE,
    &bad_secret::RULE,
    &bad_schedule::RULE,
    &bad_claim::RULE,
    &bad_volume::RULE,
    &bad_ingress::RULE,
    &bad_network_policy::RULE,
    &bad_toleration::RULE,
    &bad_deadline::RULE,
    &bad_job::RULE,
    &bad_role::RULE,
    &bad_class::RULE,
    &bad_limits::RULE,
    &bad_definition::RULE,
    &bad_webhook::RULE,
    &bad_binding::RULE,
    &bad_selector::RULE,
    &bad_affinity::RULE,
    &bad_number::RULE,
    &bad_share::RULE,
    &bad_mount::RULE,
    &bad_resource::RULE,
    &bad_init_container::RULE,
    &bad_field_path::RULE,
    &undefined_variable::RULE,
    &bad_security_context::RULE,
    &bad_dns::RULE,
    &bad_pod::RULE,
    &bad_image::RULE,
    &duplicate_port::RULE,
    &zero_is_default::RULE,
    &budget_blocks_drain::RULE,
    &budget_both_fields::RULE,
    &dangling_budget::RULE,
    &dangling_config_map::RULE,
    &missing_key_path::RULE,
    &dangling_secret::RULE,
    &dangling_service_account::RULE,
    &dangling_claim::RULE,
    &volume_mismatch::RULE,
    &dangling_priority_class::RULE,
    &dangling_autoscaler::RULE,
    &dangling_network_policy::RULE,
    &rules_without_type::RULE,
    &policy_for_another_port::RULE,
    &policy_shuts_dns::RULE,
    &policy_shuts_service::RULE,
    &policy_shuts_members::RULE,
    &dangling_ingress::RULE,
    &dangling_kustomization::RULE,
    &patch_without_target::RULE,
    &dangling_webhook::RULE,
    &webhook_deadlock::RULE,
    &no_headless_service::RULE,
    &dangling_role::RULE,
    &grants_nothing::RULE,
    &dangling_service::RULE,
    &duplicate_object::RULE,
    &grace_too_short::RULE,
    &missing_budget::RULE,
    &no_readiness_probe::RULE,
    &no_requests::RULE,
    &no_spread::RULE,
    &packed_together::RULE,
    &spread_misses::RULE,
    &unknown_topology_key::RULE,
    &rollout_stuck::RULE,
    &rollout_takes_all::RULE,
    &rollout_breaks_quorum::RULE,
    &short_deadline::RULE,
    &no_rollback::RULE,
    &paused_rollout::RULE,
    &selector_mismatch::RULE,
    &overlapping_selectors::RULE,
    &autoscaler_to_one::RULE,
    &autoscaler_on_store::RULE,
    &overlapping_autoscalers::RULE,
    &autoscaler_without_room::RULE,
    &replicas_beside_autoscaler::RULE,
    &autoscaler_without_requests::RULE,
    &budget_protects_nothing::RULE,
    &overlapping_budgets::RULE,
    &budget_without_policy::RULE,
    &budget_breaks_quorum::RULE,
    &even_quorum::RULE,
    &quorum_in_two_zones::RULE,
    &store_without_volume::RULE,
    &data_off_volume::RULE,
    &persistence_off::RULE,
    &store_in_deployment::RULE,
    &shared_single_volume::RULE,
    &bootstrap_state_new::RULE,
    &members_do_not_match::RULE,
    &member_address::RULE,
    &members_wait::RULE,
    &unrelated_primaries::RULE,
    &state_in_memory::RULE,
    &no_liveness_probe::RULE,
    &no_startup_probe::RULE,
    &same_probes::RULE,
    &impatient_liveness::RULE,
    &unlisted_probe_port::RULE,
    &late_readiness::RULE,
    &slow_probe::RULE,
    &impatient_startup::RULE,
    &liveness_asks_others::RULE,
    &no_pre_stop::RULE,
    &no_grace::RULE,
    &naked_pod::RULE,
    &bare_replicas::RULE,
    &pinned_node::RULE,
    &tolerates_lost_node::RULE,
    &pinned_zone::RULE,
    &more_replicas_than_nodes::RULE,
    &session_affinity::RULE,
    &publishes_not_ready::RULE,
    &local_traffic::RULE,
    &external_ips::RULE,
    &node_port::RULE,
    &node_port_twice::RULE,
    &claims_deleted::RULE,
    &host_path::RULE,
    &host_port::RULE,
    &unpinned_image::RULE,
    &image_never_pulled::RULE,
    &daemons_all_at_once::RULE,
    &updates_by_hand::RULE,
    &no_priority::RULE,
    &jobs_pile_up::RULE,
    &job_left_behind::RULE,
    &missed_runs::RULE,
    &suspended::RULE,
    &never_runs::RULE,
    &single_replica::RULE,
    &unknown_target_port::RULE,
    &unlisted_target_port::RULE,
    &unused_ignore::RULE,
    &server_without_check::RULE,
    &slow_check::RULE,
    &check_accepts_all::RULE,
    &connect_only_check::RULE,
    &no_redispatch::RULE,
    &no_retries::RULE,
    &retried_writes::RULE,
    &no_timeouts::RULE,
    &long_connect::RULE,
    &long_answer::RULE,
    &time_without_unit::RULE,
    &no_request_timeout::RULE,
    &unresolved_name::RULE,
    &single_server::RULE,
    &empty_backend::RULE,
    &bound_twice::RULE,
    &listens_nowhere::RULE,
    &leads_nowhere::RULE,
    &same_server_twice::RULE,
    &unguarded_primary::RULE,
    &no_primary_check::RULE,
    &sessions_kept::RULE,
    &store_connections_cut::RULE,
    &public_store_proxy::RULE,
    &unverified_server::RULE,
    &open_admin_socket::RULE,
    &known_stats_password::RULE,
    &sticky_clients::RULE,
    &old_tls::RULE,
    &balancer_as_root::RULE,
    &open_status::RULE,
    &single_upstream_server::RULE,
    &failures_not_counted::RULE,
    &long_fail_timeout::RULE,
    &no_shared_zone::RULE,
    &no_next_upstream::RULE,
    &writes_sent_twice::RULE,
    &no_proxy_timeouts::RULE,
    &expires_at_once::RULE,
    &unresolved_variable::RULE,
    &keepalive_unused::RULE,
    &nginx_forgets::RULE,
    &no_persistence::RULE,
    &snapshots_only::RULE,
    &unsynced_log::RULE,
    &evicting_store::RULE,
    &failed_save_ignored::RULE,
    &open_redis::RULE,
    &known_redis_password::RULE,
    &primary_without_replicas::RULE,
    &writes_need_all::RULE,
    &writable_replica::RULE,
    &renamed_for_sentinel::RULE,
    &no_primary_password::RULE,
    &follows_itself::RULE,
    &redis_mismatch::RULE,
    &sentinel_quorum::RULE,
    &quorum_out_of_reach::RULE,
    &even_members::RULE,
    &sentinel_timing::RULE,
    &sentinel_loopback::RULE,
    &sentinel_name::RULE,
    &sentinel_unknown_primary::RULE,
    &sentinels_differ::RULE,
    &bad_sentinel::RULE,
    &not_a_member::RULE,
    &unreachable_member::RULE,
    &member_twice::RULE,
    &election_too_close::RULE,
    &unsafe_etcd::RULE,
    &corrupting_version::RULE,
    &bad_etcd::RULE,
    &plain_etcd::RULE,
    &bad_vrrp::RULE,
    &vrrp_mismatch::RULE,
    &bad_keepalived::RULE,
    &untracked_address::RULE,
    &known_vrrp_password::RULE,
    &slow_announcements::RULE,
    &preempt_ignored::RULE,
    &equal_priorities::RULE,
    &no_restart::RULE,
    &killed_at_once::RULE,
    &no_healthcheck::RULE,
    &waits_only_for_start::RULE,
    &blind_healthcheck::RULE,
    &no_limits::RULE,
    &public_store::RULE,
    &store_without_a_volume::RULE,
    &data_elsewhere::RULE,
    &shared_data::RULE,
    &plain_secret_in_compose::RULE,
    &unpinned_service_image::RULE,
    &privileged_service::RULE,
    &host_access::RULE,
    &service_as_root::RULE,
    &unknown_service::RULE,
    &bad_compose::RULE,
    &depends_in_circle::RULE,
    &localhost_of_another::RULE,
    &network_mode_conflict::RULE,
    &ports_without_effect::RULE,
    &replicas_collide::RULE,
    &update_takes_all::RULE,
    &single_instance::RULE,
    &obsolete_version::RULE,
    &legacy_links::RULE,
    &unbounded_logs::RULE,
    &runs_as_root::RULE,
    &privilege_escalation::RULE,
    &privileged::RULE,
    &capabilities_kept::RULE,
    &writable_root::RULE,
    &no_seccomp::RULE,
    &token_mounted::RULE,
    &host_namespaces::RULE,
    &ssh_port::RULE,
    &node_taken::RULE,
    &plain_secret::RULE,
    &secret_in_manifest::RULE,
    &default_password::RULE,
    &exposed_store::RULE,
    &rbac_wildcard::RULE,
    &rbac_secrets::RULE,
    &rbac_escalation::RULE,
    &cluster_admin::RULE,
    &no_network_policy::RULE,
    &unsafe_sysctl::RULE,
    &unmasked_proc::RULE,
    &ingress_without_tls::RULE,
    &tls_for_another_host::RULE,
    &default_namespace::RULE,
    &cpu_limit_missing::RULE,
    &memory_limit_missing::RULE,
    &heap_above_limit::RULE,
    &owner_missing::RULE,
];

/// What is said of ignores themselves.
pub(crate) const UNUSED_IGNORE: &Rule = &unused_ignore::RULE;

#[cfg(test)]
mod tests;
