//! Small checked values, one file each: parse, print, nothing else.

mod address;
mod app_name;
mod bytes;
pub mod certificate;
mod config;
mod cpus;
mod domain;
mod duration;
mod email;
mod fleet_id;
mod image;
mod invalid;
mod ip;
mod money;
mod name;
mod rate;
mod text;
mod version;

pub use address::{Address, Identity, Kind};
pub use app_name::AppName;
pub use bytes::Bytes;
pub use config::ConfigValue;
pub use cpus::NanoCpus;
pub use domain::{Domain, SiteName};
pub use duration::Seconds;
pub use email::Email;
pub use fleet_id::FleetId;
pub use image::Image;
pub use invalid::{Form, Invalid, Json, Textual, invisible, shown};
pub use ip::Network;
pub use money::Money;
pub use name::{DottedName, Name};
pub use rate::Rate;
pub use text::{Endpoint, FilePath, NameServer, Url, Word, is_in_clear};
pub use version::{Version, covers};
