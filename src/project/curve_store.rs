//! The project's points of the threshold, which are no parameters. The editor changes them, the host saves and loads them,
//! the audio thread follows them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crossbeam::queue::ArrayQueue;
use lull_engine::ThresholdCurve;
use nice_plug::params::persist::PersistentField;

/// Owner of the project's points. All functions are for the main thread and the editor's; the audio thread has an
/// [`EngineCurve`].
pub struct CurveStore {
    /// The audio thread never locks it.
    current: Mutex<ThresholdCurve>,
    exchange: Arc<Exchange>,
}

/// To the audio thread: the curve that it has not taken yet, which a later one replaces. Lock-free.
type Exchange = ArrayQueue<ThresholdCurve>;

impl Default for CurveStore {
    fn default() -> Self {
        Self { current: Mutex::default(), exchange: Arc::new(Exchange::new(1)) }
    }
}

impl CurveStore {
    fn lock(&self) -> MutexGuard<'_, ThresholdCurve> {
        // A curve is replaced as a whole, so a panic elsewhere does no harm.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The project's points.
    pub fn get(&self) -> ThresholdCurve {
        *self.lock()
    }

    /// Replaces them, for the audio thread as well. Under the lock, so that the last ones are the last there.
    pub fn replace(&self, curve: ThresholdCurve) {
        let mut current = self.lock();
        self.exchange.force_push(curve);
        *current = curve;
    }

    /// Returns the audio thread's end, with the points as they are now. Only while no audio is processed.
    pub fn attach(&self) -> EngineCurve {
        let current = self.lock();
        while self.exchange.pop().is_some() {}
        EngineCurve { exchange: self.exchange.clone(), curve: *current }
    }
}

/// The audio thread's end.
pub struct EngineCurve {
    exchange: Arc<Exchange>,
    curve: ThresholdCurve,
}

impl EngineCurve {
    /// The points that were set last. RT-safe.
    pub fn latest(&mut self) -> ThresholdCurve {
        if let Some(curve) = self.exchange.pop() {
            self.curve = curve;
        }
        self.curve
    }
}

/// As a field of the project: `HZ:DB,HZ:DB`.
impl PersistentField<'_, String> for CurveStore {
    /// A damaged text is ignored: the current points stay.
    fn set(&self, text: String) {
        match text.parse() {
            Ok(curve) => self.replace(curve),
            Err(why) => nice_plug::nice_warn!("The project's points of the threshold are not usable: {why}"),
        }
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&String) -> R,
    {
        f(&self.get().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(text: &str) -> ThresholdCurve {
        text.parse().unwrap()
    }

    #[test]
    fn the_audio_thread_has_the_points_that_were_set_last() {
        let store = CurveStore::default();
        store.replace(curve("100:1"));
        let mut engine = store.attach();
        assert_eq!(engine.latest(), curve("100:1"), "set before it was there");
        store.replace(curve("200:2"));
        store.replace(curve("300:3"));
        assert_eq!([engine.latest(), engine.latest()], [curve("300:3"); 2]);
        store.replace(curve(""));
        let mut other = store.attach();
        assert_eq!(other.latest(), curve(""), "a new engine");
        store.replace(curve("400:4"));
        assert_eq!(other.latest(), curve("400:4"));
    }

    /// The last of many curves arrives, whatever the threads' timing, and never a part of one.
    #[test]
    fn no_curve_is_torn_and_the_last_is_not_lost() {
        let store = CurveStore::default();
        let mut engine = store.attach();
        let of = |level: u32| curve(&format!("100:{0},200:{0},300:{0},9000:{0}", level % 24));
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| (0..=2000).for_each(|level| store.replace(of(level))));
            while !writer.is_finished() {
                let levels: Vec<f32> = engine.latest().points().iter().map(|point| point.db).collect();
                assert!(levels.windows(2).all(|pair| pair[0] == pair[1]), "{levels:?}");
            }
        });
        assert_eq!(engine.latest(), of(2000));
    }

    #[test]
    fn a_damaged_text_of_a_project_leaves_the_points() {
        let store = CurveStore::default();
        store.set("500:5".to_owned());
        for damaged in ["500", "500:99", "1:5", "500:5,500:6", "[]", "NaN:0"] {
            store.set(damaged.to_owned());
            assert_eq!(store.map(String::clone), "500:5", "{damaged}");
        }
        store.set(String::new());
        assert!(store.get().is_empty());
    }
}
