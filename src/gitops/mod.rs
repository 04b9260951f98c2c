//! 9. `git push` as the deployment: what a push may do, the queue of what waits, and the record of what was applied.

mod blame;
mod child;
mod deployed;
mod file;
mod install;
mod note;
mod pkt_line;
mod push;
mod queue;
mod record;
mod settings;

pub use blame::{Blamed, blame};
pub use child::Child;
pub use deployed::{Deployed, OnHost};
pub use install::{Hook, HookState, Installed, install, start_chained, state, uninstall};
pub use note::{NOTES, history, notes_of, write as write_note};
pub use pkt_line::{Packet, read as read_packet, write as write_packet, write_flush};
pub use push::{Refused, Update, judge, updates};
pub use queue::{End, Queue, Queued, Ticket, Worker};
pub use record::{HostRecord, Outcome, Record, moment};
pub use settings::{Leave, Settings};
