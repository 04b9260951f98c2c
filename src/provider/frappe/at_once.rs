//! How many `bench` commands, which make sites and give them apps, may work in a backend at the same time.

use crate::desired::{Object, ObjectId};
use crate::provider::diff::Context;

const MIB: u64 = 1024 * 1024;
const CPU: u64 = 1_000_000_000;
/// Resident memory of one command, as measured on Frappe 15 with ERPNext.
const COMMAND: u64 = 160 * MIB;

/// What is declared (`sites-at-once`), or what the backend has room for: a command takes a processor, its own or of the host,
/// and commands together get half of the backend's memory, so that gunicorn keeps the other half.
pub(super) fn commands_at_once(backend: &ObjectId, cx: &Context<'_>) -> u64 {
    if let Some(declared) = cx.desired.commands_at_once.get(backend) {
        return (*declared).max(1);
    }
    let Some(entry) = cx.desired.objects.get(backend) else { return 1 };
    let Object::Container(container) = &entry.object else { return 1 };
    let of_host = cx.observed.hosts.get(&entry.host).map(|host| host.cpus);
    room(container.nano_cpus, container.memory, of_host.unwrap_or(1))
}

fn room(nano_cpus: Option<u64>, memory: Option<u64>, host_cpus: u64) -> u64 {
    let processors = nano_cpus.map_or(host_cpus, |own| (own / CPU).min(host_cpus));
    let memory = memory.map_or(u64::MAX, |bytes| bytes / 2 / COMMAND);
    processors.min(memory).max(1)
}

#[cfg(test)]
mod tests {
    use super::{CPU, MIB, room};

    #[test]
    fn as_many_as_there_is_room_for_and_never_none() {
        assert_eq!(room(None, None, 4), 4);
        assert_eq!(room(Some(2 * CPU + CPU / 2), None, 4), 2);
        assert_eq!(room(Some(8 * CPU), None, 4), 4, "a host of fewer has no more");
        assert_eq!(room(None, Some(1000 * MIB), 4), 3);
        assert_eq!(room(Some(CPU / 100), Some(MIB), 0), 1);
    }
}
