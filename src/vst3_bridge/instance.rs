//! What belongs to one object of the framework besides its function tables: its parameters, and the gate for its window.

use std::sync::{OnceLock, Weak};

use nice_plug::params::internals::ParamPtr;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    IEditController, IEditControllerVtbl, IParamValueQueue, IParameterChanges, ParamID, ParamValue,
    ParameterInfo,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::kResultOk;

use lull_engine::Parameter;

use super::latency_listener::LatencyListener;
use super::window_gate::WindowGate;
use crate::background_barrier::Barrier;
use crate::host_link::HostLink;
use crate::instance_parts::Parts;
use crate::params::LullParams;

/// One object. It does not own the plugin's parts: the plugin owns the instance.
pub struct Instance {
    params: Weak<LullParams>,
    link: Weak<HostLink>,
    pub gate: WindowGate,
    /// Parameters by the ids that hosts know.
    params_by_id: OnceLock<Vec<(ParamID, ParamPtr)>>,
    host: LatencyListener,
}

impl Instance {
    pub fn new(parts: &Parts) -> Self {
        Self {
            params: std::sync::Arc::downgrade(&parts.params),
            link: std::sync::Arc::downgrade(&parts.link),
            gate: WindowGate::default(),
            params_by_id: OnceLock::new(),
            host: LatencyListener::default(),
        }
    }

    /// The host, as far as it is told of the latency.
    pub fn listener(&self) -> &LatencyListener {
        &self.host
    }

    /// The latency that the host is to know; `else_samples` if there is no plugin.
    pub fn latency_samples(&self, else_samples: u32) -> u32 {
        self.link.upgrade().map_or(else_samples, |link| link.latency_samples())
    }

    /// Whether the next block belongs to an offline render. RT-safe.
    pub fn set_offline(&self, is_offline: bool) {
        if let Some(link) = self.link.upgrade() {
            link.set_offline(is_offline);
        }
    }

    /// Looks up which id the framework has given each parameter. It lists them in the plugin's own order. Setup only.
    ///
    /// # Safety
    /// The table belongs to the controller.
    pub unsafe fn read_param_ids(&self, controller: *mut IEditController, table: &IEditControllerVtbl) {
        let Some(params) = self.params.upgrade() else { return };
        let id = |index: usize| {
            // SAFETY: numbers and characters, for which zero bytes are valid; and the framework's own function.
            unsafe {
                let mut info: ParameterInfo = std::mem::zeroed();
                let found = (table.getParameterInfo)(controller, index as i32, &mut info);
                (found == kResultOk).then_some(info.id)
            }
        };
        let kept = params.kept();
        let by_id = kept.iter().enumerate().filter_map(|(i, (_, view))| Some((id(i)?, view.pointer())));
        let _ = self.params_by_id.set(by_id.collect());
    }

    /// Waits until the framework's background thread has finished its tasks. Only on Linux it has any: elsewhere the
    /// framework reports to the window on the main thread, and a task of ours would be the only one. The thread holds the
    /// plugin while it runs a task, so that on Windows the plugin could end on that thread, in a library that the host has
    /// unloaded meanwhile.
    pub fn drain(&self) {
        if !cfg!(target_os = "linux") {
            return;
        }
        let Some(link) = self.link.upgrade() else { return };
        let barrier = Barrier::default();
        if link.run_in_background(barrier.clone()) {
            barrier.wait();
        }
    }

    /// Sets parameters without the framework, which would report each change to the window. Sets the last point of each.
    /// RT-safe.
    ///
    /// # Safety
    /// `changes` is null or the host's. The object that owns the parameters exists.
    pub unsafe fn set_directly(&self, changes: *mut IParameterChanges) {
        if changes.is_null() {
            return;
        }
        // SAFETY: by this function's own contract.
        unsafe {
            let table = &*(*changes).vtbl;
            for index in 0..(table.getParameterCount)(changes) {
                let Some((id, value)) = last_point((table.getParameterData)(changes, index)) else {
                    continue;
                };
                if let Some(param) = self.param(id).filter(|_| value.is_finite()) {
                    param._internal_set_normalized_value(value as f32);
                }
            }
        }
    }

    /// Prepares what a parameter needs of the main thread. While audio is processed, the framework drops what the controller
    /// is told: the block has it as well. Setup only.
    pub fn prepare(&self, id: ParamID, value: ParamValue) {
        let Some(params) = self.params.upgrade() else { return };
        let is = |parameter| self.param(id) == Some(params.view(parameter).pointer());
        if is(Parameter::LearnFrom) {
            let learn_from = params.view(Parameter::LearnFrom);
            if learn_from.text(value as f32) != learn_from.text(0.0) {
                params.heard.want();
            }
        } else if is(Parameter::Quality) {
            self.look_at_quality();
        }
    }

    /// Sets a parameter that was changed in the window, if hosts may not know it: the quality, which cannot be automated. The
    /// audio thread reads it once a block, so that it may change at any time.
    pub fn set_unlisted(&self, id: ParamID, value: ParamValue) {
        let Some(params) = self.params.upgrade() else { return };
        let quality = params.view(Parameter::Quality).pointer();
        if self.param(id) == Some(quality) && value.is_finite() {
            // SAFETY: the parameter belongs to `params`.
            unsafe { quality._internal_set_normalized_value(value as f32) };
            self.look_at_quality();
        }
    }

    /// Takes up another quality that was chosen while nothing is processed. Setup only.
    pub fn look_at_quality(&self) {
        if let Some(link) = self.link.upgrade() {
            link.look_at_quality();
        }
    }

    /// Notes whether the host renders offline. Setup only.
    pub fn note_render_mode(&self, is_offline: bool) {
        if let Some(params) = self.params.upgrade() {
            params.host_state.set_offline(is_offline);
        }
    }

    /// Notes the scale that the next window is to have; false if it is none, or the plugin is gone. Setup only.
    pub fn note_scale(&self, scale: f32) -> bool {
        self.params.upgrade().is_some_and(|params| params.host_state.set_scale(scale))
    }

    fn param(&self, id: ParamID) -> Option<ParamPtr> {
        let known = self.params_by_id.get()?.iter().find(|(known, _)| *known == id)?;
        Some(known.1)
    }
}

/// Id and last value of a queue.
///
/// # Safety
/// `queue` is null or the host's.
unsafe fn last_point(queue: *mut IParamValueQueue) -> Option<(ParamID, f64)> {
    if queue.is_null() {
        return None;
    }
    // SAFETY: by this function's own contract.
    unsafe {
        let points = &*(*queue).vtbl;
        let last = (points.getPointCount)(queue) - 1;
        let (mut offset, mut value) = (0, 0.0);
        let found = last >= 0 && (points.getPoint)(queue, last, &mut offset, &mut value) == kResultOk;
        found.then(|| ((points.getParameterId)(queue), value))
    }
}
