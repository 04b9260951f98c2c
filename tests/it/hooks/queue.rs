//! One place to wait, one worker.
#![expect(clippy::disallowed_methods, reason = "a test reads and harms the files that it is about")]

use tenantry::gitops::{End, Leave, Queue, Ticket, Worker};

/// Commits are numbers here; a higher one has the lower ones in its history.
fn ticket(queue: &Queue, n: u32) -> Ticket {
    queue.ticket(&format!("{n:040}"), "ana", Leave::default()).unwrap()
}

fn descends(commit: &str, of: &str) -> bool {
    commit.parse::<u32>().unwrap() > of.parse::<u32>().unwrap()
}

/// The worker's place. Programs that other tests start hold a copy of its lock for a moment.
fn worker(queue: &Queue) -> Worker<'_> {
    for _ in 0..1000 {
        if let Some(worker) = queue.worker().unwrap() {
            return worker;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("there is a worker already");
}

#[test]
fn a_newer_one_takes_the_place_of_one_that_waits_and_never_of_one_that_runs() {
    let place = tempfile::tempdir().unwrap();
    let queue = Queue::of(place.path());
    let [one, two, three] = [1, 2, 3].map(|n| ticket(&queue, n));
    queue.enqueue(&one, &descends).unwrap();
    let holder = worker(&queue);
    assert_eq!(holder.take().unwrap(), Some(one.clone()));
    let queued = queue.enqueue(&two, &descends).unwrap();
    assert_eq!((queued.superseded, queued.running), (None, Some(one.clone())));
    let queued = queue.enqueue(&three, &descends).unwrap();
    assert_eq!((queued.superseded, queued.running), (Some(two.clone()), Some(one.clone())));
    assert_eq!(queue.ended(&two).unwrap(), Some(End::Superseded(Box::new(three.clone()))));
    assert_eq!(queue.ended(&one).unwrap(), None);
    holder.finish(&one, Some(0)).unwrap();
    assert_eq!(queue.ended(&one).unwrap(), Some(End::Ran(Some(0))));
    assert_eq!(holder.take().unwrap(), Some(three));
}

#[test]
fn an_older_one_that_comes_late_is_not_applied_over_a_newer_one() {
    let place = tempfile::tempdir().unwrap();
    let queue = Queue::of(place.path());
    let [one, two, three] = [1, 2, 3].map(|n| ticket(&queue, n));
    queue.enqueue(&three, &descends).unwrap();
    assert_eq!(queue.enqueue(&two, &descends).unwrap().superseded, Some(two.clone()));
    assert_eq!(queue.waiting().unwrap(), Some(three.clone()));
    let holder = worker(&queue);
    holder.take().unwrap();
    assert_eq!(queue.enqueue(&one, &descends).unwrap().superseded, Some(one));
    assert_eq!(queue.waiting().unwrap(), None);
}

#[test]
fn there_is_one_worker_and_what_a_dead_one_did_is_told_once() {
    let place = tempfile::tempdir().unwrap();
    let queue = Queue::of(place.path());
    let one = ticket(&queue, 1);
    queue.enqueue(&one, &descends).unwrap();
    let holder = worker(&queue);
    assert!(queue.worker().unwrap().is_none());
    holder.take().unwrap();
    drop(holder);
    let holder = worker(&queue);
    assert_eq!(holder.interrupted().unwrap(), Some(one.clone()));
    assert_eq!(holder.interrupted().unwrap(), None);
    assert_eq!(queue.ended(&one).unwrap(), Some(End::Interrupted));
    assert_eq!(holder.take().unwrap(), None);
}

#[test]
fn only_the_newest_logs_are_kept() {
    let place = tempfile::tempdir().unwrap();
    let queue = Queue::of(place.path());
    let mut last = None;
    for n in 0..105 {
        let ticket = ticket(&queue, n);
        queue.enqueue(&ticket, &descends).unwrap();
        let holder = worker(&queue);
        holder.take().unwrap();
        std::fs::File::create(queue.log(&ticket)).unwrap();
        holder.finish(&ticket, Some(0)).unwrap();
        last = Some(ticket);
    }
    let runs = std::fs::read_dir(place.path().join("tenantry/runs")).unwrap().count();
    assert_eq!(runs, 200);
    assert!(queue.log(&last.unwrap()).exists());
}

#[test]
fn a_ticket_that_cannot_be_understood_stays_and_stops_the_queue() {
    let place = tempfile::tempdir().unwrap();
    let queue = Queue::of(place.path());
    let [one, two] = [1, 2].map(|n| ticket(&queue, n));
    queue.enqueue(&one, &descends).unwrap();
    for name in ["waiting", "running"] {
        let path = place.path().join(format!("tenantry/{name}.json"));
        let whole = std::fs::read(&path).ok();
        std::fs::write(&path, "{\"id\": \"2026").unwrap();
        let error = queue.enqueue(&two, &descends).unwrap_err().to_string();
        assert!(error.contains(&format!("{name}.json cannot be understood")), "{error}");
        let holder = worker(&queue);
        assert!(holder.take().is_err() || holder.interrupted().is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"id\": \"2026", "nothing is put over it");
        match whole {
            Some(whole) => std::fs::write(&path, whole).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
        queue.enqueue(&one, &descends).unwrap();
    }
}

#[test]
fn a_line_of_gits_that_nobody_understands_is_no_push_without_updates() {
    let line = format!("{0:040} {1:040} refs/heads/main\n", 0, 1);
    assert_eq!(tenantry::gitops::updates(&line).unwrap().len(), 1);
    let error = tenantry::gitops::updates(&format!("{line}refs/heads/main\n")).unwrap_err();
    assert_eq!(error.message, "git's line `refs/heads/main` is no update of a reference");
}
