//! The project's points of the threshold, which are no parameters. The editor changes them, the host saves and loads them,
//! the audio thread follows them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crossbeam::queue::ArrayQueue;
use lull_engine::ThresholdCurve;
use nice_plug::params::persist::PersistentField;

use super::undo::Undo;

/// Owner of the project's points. All functions are for the main thread and the editor's; the audio thread has an
/// [`EngineCurve`].
pub struct CurveStore {
    state: Mutex<State>,
    exchange: Arc<Exchange>,
}

/// To the audio thread: the curve that it has not taken yet, which a later one replaces. Lock-free.
type Exchange = ArrayQueue<ThresholdCurve>;

/// The audio thread never locks it.
#[derive(Default)]
struct State {
    current: ThresholdCurve,
    /// What an undo or a redo restores, and which of them it is.
    other: Option<(ThresholdCurve, Undo)>,
}

impl Default for CurveStore {
    fn default() -> Self {
        Self { state: Mutex::default(), exchange: Arc::new(Exchange::new(1)) }
    }
}

impl CurveStore {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Each change under the lock leaves a valid state at every step, so a panic elsewhere does no harm.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the current curve, for the audio thread as well. Under the lock, so that the last one is the last there.
    fn replace(&self, state: &mut State, curve: ThresholdCurve) -> ThresholdCurve {
        self.exchange.force_push(curve);
        std::mem::replace(&mut state.current, curve)
    }

    /// The project's points.
    pub fn get(&self) -> ThresholdCurve {
        self.lock().current
    }

    /// Replaces them; an undo restores the old ones. A change that changes nothing leaves nothing to undo.
    pub fn change(&self, curve: ThresholdCurve) {
        let mut state = self.lock();
        if state.current != curve {
            let old = self.replace(&mut state, curve);
            state.other = Some((old, Undo::Undo));
        }
    }

    /// Goes on with the last [`Self::change`], as a drag does: an undo restores what was before that.
    pub fn continue_change(&self, curve: ThresholdCurve) {
        self.replace(&mut self.lock(), curve);
    }

    /// Replaces them by those of a loaded project. There is nothing to undo.
    pub fn load(&self, curve: ThresholdCurve) {
        let mut state = self.lock();
        self.replace(&mut state, curve);
        state.other = None;
    }

    /// What [`Self::undo_or_redo`] would do.
    pub fn undo(&self) -> Undo {
        self.lock().other.map_or(Undo::Nothing, |(_, undo)| undo)
    }

    /// Undoes the last [`Self::change`]; called again, redoes it.
    pub fn undo_or_redo(&self) {
        let mut state = self.lock();
        let Some((other, undo)) = state.other else { return };
        let left = self.replace(&mut state, other);
        state.other = Some((left, if undo == Undo::Undo { Undo::Redo } else { Undo::Undo }));
    }

    /// Returns the audio thread's end, with the points as they are now. Only while no audio is processed.
    pub fn attach(&self) -> EngineCurve {
        let state = self.lock();
        while self.exchange.pop().is_some() {}
        EngineCurve { exchange: self.exchange.clone(), curve: state.current }
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
            Ok(curve) => self.load(curve),
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
        store.change(curve("100:1"));
        let mut engine = store.attach();
        assert_eq!(engine.latest(), curve("100:1"), "set before it was there");
        store.change(curve("200:2"));
        store.continue_change(curve("300:3"));
        assert_eq!([engine.latest(), engine.latest()], [curve("300:3"); 2]);
        store.undo_or_redo();
        assert_eq!(engine.latest(), curve("100:1"));
        store.load(curve(""));
        let mut other = store.attach();
        assert_eq!(other.latest(), curve(""), "a new engine");
        store.change(curve("400:4"));
        assert_eq!(other.latest(), curve("400:4"));
    }

    /// The last of many curves arrives, whatever the threads' timing, and never a part of one.
    #[test]
    fn no_curve_is_torn_and_the_last_is_not_lost() {
        let store = CurveStore::default();
        let mut engine = store.attach();
        let of = |level: u32| curve(&format!("100:{0},200:{0},300:{0},9000:{0}", level % 24));
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| (0..=2000).for_each(|level| store.change(of(level))));
            while !writer.is_finished() {
                let levels: Vec<f32> = engine.latest().points().iter().map(|point| point.db).collect();
                assert!(levels.windows(2).all(|pair| pair[0] == pair[1]), "{levels:?}");
            }
        });
        assert_eq!(engine.latest(), of(2000));
    }

    #[test]
    fn an_undo_restores_what_was_before_the_last_change() {
        let store = CurveStore::default();
        assert_eq!(store.undo(), Undo::Nothing);
        store.undo_or_redo();
        store.change(curve("100:1"));
        store.change(curve("100:2"));
        store.continue_change(curve("100:3"));
        store.change(curve("100:3"));
        store.undo_or_redo();
        assert_eq!((store.get(), store.undo()), (curve("100:1"), Undo::Redo));
        store.undo_or_redo();
        assert_eq!((store.get(), store.undo()), (curve("100:3"), Undo::Undo));
        store.load(curve("500:5"));
        assert_eq!((store.get(), store.undo()), (curve("500:5"), Undo::Nothing));
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
