//! Values that engines of a process share: each is made with the first engine that needs it, and dropped with the last.

use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The values that are in use, each once, by what they are made for.
pub(crate) struct Registry<K: 'static, T: 'static>(Mutex<Vec<(K, Arc<T>)>>);

/// A value that others may use as well. To read it is RT-safe; to make and to drop this is setup only.
pub(crate) struct Shared<K: 'static, T: 'static> {
    registry: &'static Registry<K, T>,
    value: Arc<T>,
}

impl<K: PartialEq, T> Registry<K, T> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// The value for `key`, which `make` makes if none is in use. Setup only.
    pub(crate) fn get(&'static self, key: K, make: impl FnOnce(&K) -> T) -> Shared<K, T> {
        let mut entries = self.entries();
        if let Some((_, value)) = entries.iter().find(|(of, _)| *of == key) {
            return Shared { registry: self, value: value.clone() };
        }
        let value = Arc::new(make(&key));
        entries.push((key, value.clone()));
        Shared { registry: self, value }
    }
}

impl<K, T> Registry<K, T> {
    /// A panic while the list is locked leaves it valid: entries are added and removed whole.
    fn entries(&self) -> MutexGuard<'_, Vec<(K, Arc<T>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, T> Deref for Shared<K, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<K, T> Drop for Shared<K, T> {
    fn drop(&mut self) {
        // The list holds one, and this another: they are the last two.
        let is_last = |value: &Arc<T>| Arc::ptr_eq(value, &self.value) && Arc::strong_count(value) == 2;
        self.registry.entries().retain(|(_, value)| !is_last(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_keys_share_a_value_until_the_last_is_dropped() {
        static VALUES: Registry<usize, String> = Registry::new();
        let get = |key| VALUES.get(key, |key| format!("made for {key}"));
        let (first, second) = (get(1), get(1));
        assert!(std::ptr::eq::<String>(&*first, &*second));
        let other = get(2);
        assert_eq!((first.as_str(), other.as_str()), ("made for 1", "made for 2"));
        drop(first);
        assert_eq!(VALUES.entries().len(), 2);
        drop(second);
        assert_eq!(VALUES.entries().len(), 1);
    }
}
