//! One plugin in the host, and the calls that a host makes.

use std::ffi::{CStr, c_char};
use std::ptr::{null, null_mut};

use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::entry::clap_plugin_entry;
use clap_sys::events::clap_output_events;
use clap_sys::ext::params::*;
use clap_sys::factory::plugin_factory::*;
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{clap_process, clap_process_status};
use clap_sys::stream::{clap_istream, clap_ostream};

use super::callbacks::{self, Inside};
use super::events::{EventList, RawEvent};
use super::heard::{Heard, Manners};
use super::streams;

/// One plugin in this host.
pub struct RawHost {
    pub plugin: *const clap_plugin,
    inside: Box<Inside>,
}

impl RawHost {
    /// Makes and initialises the first plugin of an entry.
    ///
    /// # Panics
    /// When the entry breaks what CLAP promises.
    pub fn new(entry: &clap_plugin_entry, manners: Manners) -> Self {
        let inside = Inside::new(manners);
        // SAFETY: the entry's own functions, as CLAP lets a host call them.
        let plugin = unsafe {
            assert!(entry.init.expect("init")(c"".as_ptr()));
            let factory = plugin_factory(entry);
            let descriptor = (*factory).get_plugin_descriptor.expect("get_plugin_descriptor")(factory, 0);
            let plugin =
                (*factory).create_plugin.expect("create_plugin")(factory, &inside.host, (*descriptor).id);
            assert!(!plugin.is_null(), "create_plugin returns nothing");
            assert!((*plugin).init.expect("init")(plugin));
            plugin
        };
        Self { plugin, inside }
    }

    pub fn heard(&self) -> &Heard {
        &self.inside.heard
    }

    /// The plugin's extension of an id, if there is one.
    ///
    /// # Safety
    /// It is a `T`.
    pub unsafe fn extension<T>(&self, id: &CStr) -> Option<&T> {
        // SAFETY: by this function's own contract.
        unsafe {
            (*self.plugin).get_extension.expect("get_extension")(self.plugin, id.as_ptr())
                .cast::<T>()
                .as_ref()
        }
    }

    pub fn params(&self) -> &clap_plugin_params {
        // SAFETY: the id is that of the type.
        unsafe { self.extension(CLAP_EXT_PARAMS) }.expect("params")
    }

    pub fn activate(&self, sample_rate_hz: f64, most_frames: u32) -> bool {
        self.heard().in_activate.set(true);
        // SAFETY: the plugin's own function, here and below.
        let activated = unsafe {
            (*self.plugin).activate.expect("activate")(self.plugin, sample_rate_hz, 1, most_frames)
        };
        self.heard().in_activate.set(false);
        activated
    }

    pub fn deactivate(&self) {
        unsafe { (*self.plugin).deactivate.expect("deactivate")(self.plugin) }
    }

    pub fn start(&self) -> bool {
        unsafe { (*self.plugin).start_processing.expect("start_processing")(self.plugin) }
    }

    pub fn stop(&self) {
        unsafe { (*self.plugin).stop_processing.expect("stop_processing")(self.plugin) }
    }

    /// What a host does when it is idle: calls back if the plugin has asked for it. Says whether it had.
    pub fn idle(&self) -> bool {
        let asked = self.heard().callbacks.replace(0) > 0;
        if asked {
            unsafe { (*self.plugin).on_main_thread.expect("on_main_thread")(self.plugin) }
        }
        asked
    }

    /// Processes a block: from `input` to `output`, or in place where there is no input.
    pub fn process(
        &self,
        input: Option<&[Vec<f32>]>,
        output: &mut [Vec<f32>],
        events: &[RawEvent],
    ) -> clap_process_status {
        let frames = output.first().map_or(0, Vec::len);
        self.process_frames(frames, input, output, events)
    }

    /// As [`Self::process`], where the channels may be longer than the block.
    pub fn process_frames(
        &self,
        frames: usize,
        input: Option<&[Vec<f32>]>,
        output: &mut [Vec<f32>],
        events: &[RawEvent],
    ) -> clap_process_status {
        let mut outputs: Vec<*mut f32> = output.iter_mut().map(|channel| channel.as_mut_ptr()).collect();
        let mut inputs: Vec<*mut f32> = match input {
            Some(input) => input.iter().map(|channel| channel.as_ptr().cast_mut()).collect(),
            None => outputs.clone(),
        };
        let buffer = |pointers: &mut Vec<*mut f32>| clap_audio_buffer {
            data32: pointers.as_mut_ptr(),
            data64: null_mut(),
            channel_count: pointers.len() as u32,
            latency: 0,
            constant_mask: 0,
        };
        let (inputs, mut outputs) = (buffer(&mut inputs), buffer(&mut outputs));
        let (list, out) = (EventList::new(events), self.out());
        let block = clap_process {
            steady_time: -1,
            frames_count: frames as u32,
            transport: null(),
            audio_inputs: &inputs,
            audio_outputs: &mut outputs,
            audio_inputs_count: 1,
            audio_outputs_count: 1,
            in_events: &list.list(),
            out_events: &out,
        };
        unsafe { (*self.plugin).process.expect("process")(self.plugin, &block) }
    }

    /// Exchanges events without audio.
    pub fn flush(&self, events: &[RawEvent]) {
        let (list, out) = (EventList::new(events), self.out());
        unsafe { self.params().flush.expect("flush")(self.plugin, &list.list(), &out) }
    }

    fn out(&self) -> clap_output_events {
        self.heard().events_out.borrow_mut().clear();
        callbacks::output_events(self.heard())
    }

    /// The id of a parameter by its name.
    ///
    /// # Panics
    /// When there is none.
    pub fn id(&self, name: &str) -> u32 {
        let count = unsafe { self.params().count.expect("count")(self.plugin) };
        let infos = (0..count).map(|index| self.info(index).expect("info"));
        infos.into_iter().find(|info| text(&info.name) == name).unwrap_or_else(|| panic!("no '{name}'")).id
    }

    pub fn info(&self, index: u32) -> Option<clap_param_info> {
        // SAFETY: plain numbers and characters, for which zero is a value.
        unsafe {
            let mut info = std::mem::zeroed();
            self.params().get_info.expect("get_info")(self.plugin, index, &mut info).then_some(info)
        }
    }

    pub fn value(&self, id: u32) -> Option<f64> {
        let mut value = f64::NAN;
        unsafe { self.params().get_value.expect("get_value")(self.plugin, id, &mut value) }.then_some(value)
    }

    /// Saves; with a function of the shape of clap.state's save.
    pub fn save(
        &self,
        save: impl FnOnce(*const clap_plugin, *const clap_ostream) -> bool,
    ) -> Option<Vec<u8>> {
        let mut bytes: Vec<u8> = Vec::new();
        let saved = save(self.plugin, &streams::output(&mut bytes));
        saved.then_some(bytes)
    }

    /// Loads; with a function of the shape of clap.state's load.
    pub fn load(
        &self,
        state: &[u8],
        load: impl FnOnce(*const clap_plugin, *const clap_istream) -> bool,
    ) -> bool {
        let mut rest = state;
        load(self.plugin, &streams::input(&mut rest))
    }
}

impl Drop for RawHost {
    fn drop(&mut self) {
        unsafe { (*self.plugin).destroy.expect("destroy")(self.plugin) }
    }
}

/// # Panics
/// When there is none.
pub fn plugin_factory(entry: &clap_plugin_entry) -> *const clap_plugin_factory {
    // SAFETY: the entry's own function.
    let factory = unsafe { entry.get_factory.expect("get_factory")(CLAP_PLUGIN_FACTORY_ID.as_ptr()) };
    assert!(!factory.is_null());
    factory.cast()
}

/// The text in a fixed array of characters.
pub fn text(characters: &[c_char]) -> String {
    // SAFETY: CLAP's arrays end in a zero.
    unsafe { CStr::from_ptr(characters.as_ptr()) }.to_string_lossy().into_owned()
}
