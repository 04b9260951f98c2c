//! Fleets that tests take turns with: brought up once, put back as they were by each test that had one.

use std::ops::{Deref, DerefMut};

use super::acme::Acme;
use super::fleet::Fleet;
use crate::support::pool::Pool;

/// How many tests take one of each sort: after the last one none is left running.
static FLEETS: Pool<Fleet> = Pool::new(17);
static ACMES: Pool<Acme> = Pool::new(6);

/// What can be put back as it was when it was new.
pub(super) trait Restore {
    fn restore(&self);
}

impl Restore for Fleet {
    fn restore(&self) {
        if self.read("fleet.kdl") != self.text() {
            self.write("fleet.kdl", &self.text());
            self.applied();
        }
    }
}

impl Restore for Acme {
    fn restore(&self) {
        if self.declare() {
            self.fleet.applied();
        }
    }
}

/// One that is this test's for as long as it runs.
pub(super) struct Shared<T: Restore + 'static> {
    thing: Option<T>,
    pool: &'static Pool<T>,
}

/// A fleet as [`Fleet::new`] declares it, applied.
pub(super) fn fleet() -> Shared<Fleet> {
    let made = || {
        let fleet = Fleet::new("sh");
        fleet.applied();
        fleet
    };
    Shared { thing: Some(FLEETS.take(made)), pool: &FLEETS }
}

/// The example, applied.
pub(super) fn acme() -> Shared<Acme> {
    Shared { thing: Some(ACMES.take(|| Acme::applied("acme"))), pool: &ACMES }
}

impl<T: Restore> Shared<T> {
    /// The next test gets another one: what this one leaves cannot be taken back.
    pub(super) fn keep(mut self) -> T {
        self.thing.take().expect("it is there until it is dropped")
    }
}

impl<T: Restore> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.thing.as_ref().expect("it is there until it is dropped")
    }
}

impl<T: Restore> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.thing.as_mut().expect("it is there until it is dropped")
    }
}

impl<T: Restore> Drop for Shared<T> {
    fn drop(&mut self) {
        let Some(thing) = self.thing.take() else { return };
        if !std::thread::panicking() {
            thing.restore();
            self.pool.put(thing);
        }
    }
}
