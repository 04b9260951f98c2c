//! This process is there; another one with its number is not it.

use super::{Process, boot, is_gone, of};

#[test]
fn a_reused_pid_is_not_the_same_process() {
    let pid = std::process::id();
    let me = of(pid).unwrap();
    let machine = boot().unwrap();
    assert_eq!(is_gone(&machine, pid, Some(&me)), Some(false));
    let earlier = Process { started: me.started - 1, ..me.clone() };
    assert_eq!(is_gone(&machine, pid, Some(&earlier)), Some(true));
    let elsewhere = Process { pids: "pid:[1]".to_owned(), ..me.clone() };
    assert_eq!(is_gone(&machine, pid, Some(&elsewhere)), None);
    assert_eq!(is_gone("another boot", pid, Some(&me)), None);
    assert_eq!(is_gone(&machine, pid, None), None);
}
