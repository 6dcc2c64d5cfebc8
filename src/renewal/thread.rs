//! The watcher's thread. There is one from the first choice of another quality on that the host has not answered by a
//! restart, until the instance is deactivated; it sleeps while no quality waits.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use lull_engine::Config;

use super::exchange::Exchange;
use super::inlet::Inlet;
use super::watcher::{Active, Next, Watcher};
use crate::analyzer::Analyzer;
use crate::host_link::HostLink;
use crate::params::LullParams;

/// Time between two steps of the watcher.
const STEP: Duration = Duration::from_millis(50);

/// The renewals of one instance. Setup only, on any thread but the audio thread.
#[derive(Default)]
pub struct Renewal(Mutex<State>);

#[derive(Default)]
struct State {
    /// From activate() to deactivate().
    active: Option<Active>,
    watch: Option<(Arc<Bell>, JoinHandle<()>)>,
}

/// Wakes the watcher.
#[derive(Default)]
struct Bell {
    rung: Mutex<Rung>,
    changed: Condvar,
}

#[derive(Default, Clone, Copy)]
struct Rung {
    asked: bool,
    ended: bool,
}

impl Renewal {
    /// The instance was activated: returns the audio thread's end.
    pub fn begin(
        &self,
        config: Config,
        params: &Arc<LullParams>,
        analyzer: &Arc<Analyzer>,
        link: &Arc<HostLink>,
    ) -> Inlet {
        self.end();
        let exchange = Arc::new(Exchange::default());
        let inlet = Inlet::new(exchange.clone(), link.clone(), config.sample_rate_hz);
        let (params, analyzer, link) = (params.clone(), analyzer.clone(), link.clone());
        self.lock().active = Some(Active { config, params, analyzer, link, exchange });
        inlet
    }

    /// Another quality may have been chosen. Does nothing if the instance is not active.
    pub fn ask(&self) {
        let mut state = self.lock();
        let Some(active) = state.active.clone() else { return };
        if state.watch.is_none() {
            if active.params.quality() == active.config.quality {
                return;
            }
            let bell = Arc::new(Bell::default());
            let heard = bell.clone();
            let run = move || heard.watch(Watcher::new(active));
            match std::thread::Builder::new().name("lull-renewal".to_owned()).spawn(run) {
                Ok(thread) => state.watch = Some((bell, thread)),
                Err(why) => nice_plug::nice_warn!("The quality needs a restart: {why}"),
            }
        }
        if let Some((bell, _)) = &state.watch {
            bell.ring(|rung| rung.asked = true);
        }
    }

    /// The instance was deactivated: what was made for it is dropped. Waits for the thread, which may be making an engine.
    pub fn end(&self) {
        let watch = {
            let mut state = self.lock();
            state.active = None;
            state.watch.take()
        };
        let Some((bell, thread)) = watch else { return };
        bell.ring(|rung| rung.ended = true);
        // The plugin ends on this thread if its host releases it in the moment in which the thread queues a message.
        if thread.thread().id() != std::thread::current().id() {
            let _ = thread.join();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Each change leaves a valid state, so a panic elsewhere does no harm.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Renewal {
    fn drop(&mut self) {
        self.end();
    }
}

impl Bell {
    fn ring(&self, change: impl FnOnce(&mut Rung)) {
        change(&mut self.rung.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }

    /// The thread.
    fn watch(&self, mut watcher: Watcher) {
        let mut next = Next::Rest;
        loop {
            let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
            let mut rung = match next {
                Next::Rest => self.changed.wait_while(rung, |rung| !rung.asked && !rung.ended),
                Next::Step => self
                    .changed
                    .wait_timeout_while(rung, STEP, |rung| !rung.ended)
                    .map(|(rung, _)| rung)
                    .map_err(|error| PoisonError::new(error.into_inner().0)),
            }
            .unwrap_or_else(PoisonError::into_inner);
            if std::mem::take(&mut *rung).ended {
                return;
            }
            drop(rung);
            next = watcher.step();
        }
    }
}
