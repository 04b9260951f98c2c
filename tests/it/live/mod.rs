//! The real binary on a real engine: what a user does, and what the world then is.

mod acme;
mod artifacts_alone;
mod bench;
mod authority;
mod bring_up;
mod by_hand;
mod by_hand_doc;
mod certificates;
mod crash;
mod declared;
mod drift;
mod engine;
mod failure;
mod fleet;
mod gitops_doc;
mod foreign;
mod leaving;
mod locked;
mod metrics;
mod own_certificates;
mod pushed;
mod recorded;
mod secrets;
mod shared;
mod silent;
mod site_drift;
mod site_failures;
mod site_killed;
mod sites;
mod traefik_verdict;

use crate::support::used;
