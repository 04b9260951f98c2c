//! 9. `git push` as the deployment: what a push may do, the queue of what waits, and the record of what was applied.

mod accepted;
mod blame;
mod child;
mod deployed;
mod file;
mod history;
mod install;
mod note;
mod paused;
mod pkt_line;
mod process;
mod push;
mod queue;
mod record;
mod settings;
mod shared;
mod variables;

pub use accepted::{Accepted, Stands};
pub use blame::{Blamed, blame};
pub use child::Child;
pub use deployed::{Deployed, OnHost};
pub use history::{History, history};
pub use install::{Hook, HookState, Installed, install, start_chained, state, uninstall};
pub use note::{NOTES, notes_of, write as write_note};
pub use paused::Paused;
pub use pkt_line::{Packet, read as read_packet, write as write_packet, write_flush};
pub use process::Process;
pub use push::{Refused, Update, judge, moved, tip, updates};
pub use queue::{End, Queue, Queued, Ticket, Worker};
pub use record::{HostRecord, Outcome, Record, moment};
pub use settings::{BadOption, Leave, Settings};
pub use shared::share;
