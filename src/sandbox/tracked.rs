//! A map that knows which of its entries may have changed, so that what a call changed is written down and no more,
//! however much there is.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::collections::btree_map::{Entry, IntoIter, Iter};
use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The map. Whoever changes it in a way that is not listed here has touched all of it.
#[derive(Debug)]
pub struct Tracked<K, V> {
    map: BTreeMap<K, V>,
    touched: Touched<K>,
}

/// What may have changed since it was last asked.
#[derive(Debug, Clone)]
pub(super) enum Touched<K> {
    /// Everything: also what is not there may have been.
    All,
    /// These, and whether the whole of the value is another one.
    Keys(BTreeMap<K, bool>),
}

impl<K: Ord + Clone, V> Tracked<K, V> {
    /// As [`BTreeMap::insert`].
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.touch(&key, true);
        self.map.insert(key, value)
    }

    /// As [`BTreeMap::remove`].
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let (key, value) = self.map.remove_entry(key)?;
        self.touch(&key, true);
        Some(value)
    }

    /// As [`BTreeMap::get_mut`].
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let known = self.map.get_key_value(key)?.0.clone();
        self.touch(&known, false);
        self.map.get_mut(key)
    }

    /// As [`BTreeMap::entry`].
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V> {
        self.touch(&key, !self.map.contains_key(&key));
        self.map.entry(key)
    }

    /// What may have changed since this was last asked.
    pub(super) fn take_touched(&mut self) -> Touched<K> {
        std::mem::replace(&mut self.touched, Touched::Keys(BTreeMap::new()))
    }

    fn touch(&mut self, key: &K, whole: bool) {
        if let Touched::Keys(keys) = &mut self.touched {
            match keys.get_mut(key) {
                Some(known) => *known |= whole,
                None => {
                    keys.insert(key.clone(), whole);
                }
            }
        }
    }
}

/// A copy is something else: nobody has written it down yet.
impl<K: Clone, V: Clone> Clone for Tracked<K, V> {
    fn clone(&self) -> Self {
        Self::from(self.map.clone())
    }
}

impl<K, V> Default for Tracked<K, V> {
    fn default() -> Self {
        Self { map: BTreeMap::new(), touched: Touched::All }
    }
}

impl<K, V> From<BTreeMap<K, V>> for Tracked<K, V> {
    fn from(map: BTreeMap<K, V>) -> Self {
        Self { map, touched: Touched::All }
    }
}

impl<K, V> Deref for Tracked<K, V> {
    type Target = BTreeMap<K, V>;

    fn deref(&self) -> &BTreeMap<K, V> {
        &self.map
    }
}

impl<K, V> DerefMut for Tracked<K, V> {
    fn deref_mut(&mut self) -> &mut BTreeMap<K, V> {
        self.touched = Touched::All;
        &mut self.map
    }
}

impl<K: PartialEq, V: PartialEq> PartialEq for Tracked<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.map == other.map
    }
}

impl<'t, K, V> IntoIterator for &'t Tracked<K, V> {
    type Item = (&'t K, &'t V);
    type IntoIter = Iter<'t, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.map.iter()
    }
}

impl<K, V> IntoIterator for Tracked<K, V> {
    type Item = (K, V);
    type IntoIter = IntoIter<K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.map.into_iter()
    }
}

impl<K: Serialize, V: Serialize> Serialize for Tracked<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.map.serialize(serializer)
    }
}

impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Deserialize<'de> for Tracked<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(Self::from)
    }
}
