//! Managed fields: declared once, in the type; diff, read-back, masking and the drift tests all come from there.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What people notice when something changes. Ordered: a plan is as bad as its worst step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Consequence {
    /// Nobody notices.
    None,
    /// Configuration is read again; nobody notices.
    Reload,
    /// The thing restarts: a short downtime.
    Restart,
    /// The thing is made anew: a downtime until the new one is healthy.
    Recreate,
    /// Data would be lost.
    Data,
}

/// One managed field of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name, as plans print it.
    pub name: &'static str,
    /// What changing it means.
    pub consequence: Consequence,
    /// Whether people choose its values (`site_config.json`, Traefik's definitions): what looks like one of our wrappers
    /// of text and secrets is theirs there.
    pub free: bool,
}

/// A type whose fields are managed.
pub trait Managed: Serialize {
    /// Every managed field, in the order of declaration.
    const FIELDS: &'static [Field];

    /// The value of each managed field, in the same order.
    fn values(&self) -> Vec<Value>;
}

/// Declares a struct whose fields are managed: `name: Type => Consequence`, and `free` after it where people choose the
/// values.
macro_rules! managed {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[$field_meta:meta])* $field:ident: $type:ty => $consequence:ident $($free:ident)?,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
        }

        impl $crate::desired::fields::Managed for $name {
            const FIELDS: &'static [$crate::desired::fields::Field] = &[
                $($crate::desired::fields::Field {
                    name: stringify!($field),
                    consequence: $crate::desired::fields::Consequence::$consequence,
                    free: $crate::desired::fields::free!($($free)?),
                },)*
            ];

            fn values(&self) -> Vec<serde_json::Value> {
                // These types have string keys and no fallible serialisers.
                vec![$(serde_json::to_value(&self.$field).unwrap_or_default(),)*]
            }
        }
    };
}

macro_rules! free {
    () => {
        false
    };
    (free) => {
        true
    };
}

pub(crate) use {free, managed};
