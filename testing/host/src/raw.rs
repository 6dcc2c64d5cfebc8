//! A CLAP host on the C interface alone, for what a well-behaved host never does and no library lets one do: wrong
//! indices, null pointers, events in disorder, and to see when each call of the plugin's comes.
//!
//! Everything happens on the calling thread, which stands for the main thread and the audio thread in turn.

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, CString, c_char, c_void};
use std::ptr::{null, null_mut};

use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::entry::clap_plugin_entry;
use clap_sys::events::*;
use clap_sys::ext::context_menu::*;
use clap_sys::ext::latency::*;
use clap_sys::ext::params::*;
use clap_sys::ext::preset_load::*;
use clap_sys::ext::state::*;
use clap_sys::factory::plugin_factory::*;
use clap_sys::host::clap_host;
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{clap_process, clap_process_status};
use clap_sys::stream::{clap_istream, clap_ostream};
use clap_sys::version::CLAP_VERSION;

/// What the plugin has asked of this host and told it.
#[derive(Default)]
pub struct Heard {
    pub restarts: Cell<u32>,
    pub callbacks: Cell<u32>,
    /// How often it wanted to be processed, out of sleep.
    pub processes: Cell<u32>,
    pub flushes: Cell<u32>,
    pub dirty: Cell<u32>,
    /// Whether each call of latency.changed came inside activate().
    pub latency_changed: RefCell<Vec<bool>>,
    pub rescans: Cell<u32>,
    /// Parameters whose menu was to be shown, with the place.
    pub popups: RefCell<Vec<(u32, i32, i32)>>,
    /// Items of this host's menu that were chosen.
    pub performed: RefCell<Vec<(u32, u32)>>,
    pub presets_loaded: RefCell<Vec<String>>,
    pub preset_errors: RefCell<Vec<String>>,
    /// The latest events that came out, as kind, parameter and value.
    pub events_out: RefCell<Vec<(u16, u32, f64)>>,
    in_activate: Cell<bool>,
}

/// What this host offers.
#[derive(Debug, Clone, Copy)]
pub struct Manners {
    /// Any extension at all.
    pub has_extensions: bool,
    /// It shows menus itself, rather than give its items away.
    pub can_popup: bool,
}

impl Default for Manners {
    fn default() -> Self {
        Self { has_extensions: true, can_popup: false }
    }
}

/// One plugin in this host.
pub struct RawHost {
    pub plugin: *const clap_plugin,
    inside: Box<Inside>,
}

/// What the plugin's calls find through the host's data.
struct Inside {
    host: clap_host,
    heard: Heard,
    manners: Manners,
}

/// An event as it is sent, right or wrong.
#[derive(Debug, Clone, Copy)]
pub struct RawEvent {
    pub time: u32,
    pub id: u32,
    pub value: f64,
    /// What the event says of its own length; `None` is the truth.
    pub size: Option<u32>,
    pub is_modulation: bool,
}

impl RawEvent {
    pub fn value(time: u32, id: u32, value: f64) -> Self {
        Self { time, id, value, size: None, is_modulation: false }
    }
}

impl RawHost {
    /// Makes and initialises the first plugin of an entry.
    ///
    /// # Panics
    /// When the entry breaks what CLAP promises.
    pub fn new(entry: &clap_plugin_entry, manners: Manners) -> Self {
        let mut inside = Box::new(Inside {
            host: clap_host {
                clap_version: CLAP_VERSION,
                host_data: null_mut(),
                name: c"Bare host".as_ptr(),
                vendor: c"Lull Audio".as_ptr(),
                url: c"".as_ptr(),
                version: c"1".as_ptr(),
                get_extension: Some(get_extension),
                request_restart: Some(request_restart),
                request_process: Some(request_process),
                request_callback: Some(request_callback),
            },
            heard: Heard::default(),
            manners,
        });
        inside.host.host_data = (&raw mut *inside).cast();
        // SAFETY: the entry's own functions, as CLAP lets a host call them.
        let plugin = unsafe {
            assert!(entry.init.expect("init")(c"".as_ptr()));
            let factory = plugin_factory(entry);
            let descriptor = (*factory).get_plugin_descriptor.expect("get_plugin_descriptor")(factory, 0);
            let plugin =
                (*factory).create_plugin.expect("create_plugin")(factory, &inside.host, (*descriptor).id);
            assert!(!plugin.is_null(), "create_plugin gives nothing");
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
        clap_output_events { ctx: (&raw const self.inside.heard).cast_mut().cast(), try_push: Some(try_push) }
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
        let stream = clap_ostream { ctx: (&raw mut bytes).cast(), write: Some(write) };
        save(self.plugin, &stream).then_some(bytes)
    }

    /// Loads; with a function of the shape of clap.state's load.
    pub fn load(
        &self,
        state: &[u8],
        load: impl FnOnce(*const clap_plugin, *const clap_istream) -> bool,
    ) -> bool {
        let mut rest = state;
        let stream = clap_istream { ctx: (&raw mut rest).cast(), read: Some(read) };
        load(self.plugin, &stream)
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

/// Events with the list around them.
pub struct EventList(Vec<clap_event_param_value>);

impl EventList {
    pub fn new(events: &[RawEvent]) -> Self {
        let event = |event: &RawEvent| clap_event_param_value {
            header: clap_event_header {
                size: event.size.unwrap_or(size_of::<clap_event_param_value>() as u32),
                time: event.time,
                space_id: CLAP_CORE_EVENT_SPACE_ID,
                // Both kinds are laid out alike.
                type_: if event.is_modulation { CLAP_EVENT_PARAM_MOD } else { CLAP_EVENT_PARAM_VALUE },
                flags: 0,
            },
            param_id: event.id,
            cookie: null_mut(),
            note_id: -1,
            port_index: -1,
            channel: -1,
            key: -1,
            value: event.value,
        };
        Self(events.iter().map(event).collect())
    }

    /// Good as long as this lives and stays where it is.
    pub fn list(&self) -> clap_input_events {
        clap_input_events {
            ctx: (&raw const *self).cast_mut().cast(),
            size: Some(list_size),
            get: Some(list_get),
        }
    }
}

// SAFETY of all functions below: the plugin calls them with what it was handed above.

unsafe extern "C" fn list_size(list: *const clap_input_events) -> u32 {
    unsafe { &*(*list).ctx.cast::<EventList>() }.0.len() as u32
}

unsafe extern "C" fn list_get(list: *const clap_input_events, index: u32) -> *const clap_event_header {
    let events = unsafe { &*(*list).ctx.cast::<EventList>() };
    events.0.get(index as usize).map_or(null(), |event| (&raw const *event).cast())
}

unsafe extern "C" fn try_push(list: *const clap_output_events, event: *const clap_event_header) -> bool {
    unsafe {
        let heard: &Heard = &*(*list).ctx.cast();
        let (id, value) = match (*event).type_ {
            CLAP_EVENT_PARAM_VALUE => {
                let event = &*event.cast::<clap_event_param_value>();
                (event.param_id, event.value)
            }
            CLAP_EVENT_PARAM_GESTURE_BEGIN | CLAP_EVENT_PARAM_GESTURE_END => {
                ((*event.cast::<clap_event_param_gesture>()).param_id, 0.0)
            }
            _ => (u32::MAX, 0.0),
        };
        heard.events_out.borrow_mut().push(((*event).type_, id, value));
    }
    true
}

unsafe extern "C" fn write(stream: *const clap_ostream, from: *const c_void, size: u64) -> i64 {
    unsafe {
        let bytes: &mut Vec<u8> = &mut *(*stream).ctx.cast();
        // A host may take little at a time.
        let taken = (size as usize).min(1000);
        bytes.extend_from_slice(std::slice::from_raw_parts(from.cast(), taken));
        taken as i64
    }
}

unsafe extern "C" fn read(stream: *const clap_istream, to: *mut c_void, size: u64) -> i64 {
    unsafe {
        let rest: &mut &[u8] = &mut *(*stream).ctx.cast();
        let given = rest.len().min(size as usize).min(1000);
        std::ptr::copy_nonoverlapping(rest.as_ptr(), to.cast(), given);
        *rest = &rest[given..];
        given as i64
    }
}

unsafe fn inside<'a>(host: *const clap_host) -> &'a Inside {
    unsafe { &*(*host).host_data.cast() }
}

fn count(cell: &Cell<u32>) {
    cell.set(cell.get() + 1);
}

unsafe extern "C" fn get_extension(host: *const clap_host, id: *const c_char) -> *const c_void {
    let (inside, id) = unsafe { (inside(host), CStr::from_ptr(id)) };
    if !inside.manners.has_extensions {
        null()
    } else if id == CLAP_EXT_LATENCY {
        (&raw const LATENCY).cast()
    } else if id == CLAP_EXT_PARAMS {
        (&raw const PARAMS).cast()
    } else if id == CLAP_EXT_STATE {
        (&raw const STATE).cast()
    } else if id == CLAP_EXT_CONTEXT_MENU {
        (&raw const CONTEXT_MENU).cast()
    } else if id == CLAP_EXT_PRESET_LOAD {
        (&raw const PRESET_LOAD).cast()
    } else {
        null()
    }
}

unsafe extern "C" fn request_restart(host: *const clap_host) {
    count(&unsafe { inside(host) }.heard.restarts);
}

unsafe extern "C" fn request_process(host: *const clap_host) {
    count(&unsafe { inside(host) }.heard.processes);
}

unsafe extern "C" fn request_callback(host: *const clap_host) {
    count(&unsafe { inside(host) }.heard.callbacks);
}

static LATENCY: clap_host_latency = clap_host_latency { changed: Some(latency_changed) };

unsafe extern "C" fn latency_changed(host: *const clap_host) {
    let heard = &unsafe { inside(host) }.heard;
    heard.latency_changed.borrow_mut().push(heard.in_activate.get());
}

static PARAMS: clap_host_params =
    clap_host_params { rescan: Some(rescan), clear: Some(clear), request_flush: Some(request_flush) };

unsafe extern "C" fn rescan(host: *const clap_host, _flags: clap_param_rescan_flags) {
    count(&unsafe { inside(host) }.heard.rescans);
}

unsafe extern "C" fn clear(_host: *const clap_host, _id: u32, _flags: clap_param_clear_flags) {}

unsafe extern "C" fn request_flush(host: *const clap_host) {
    count(&unsafe { inside(host) }.heard.flushes);
}

static STATE: clap_host_state = clap_host_state { mark_dirty: Some(mark_dirty) };

unsafe extern "C" fn mark_dirty(host: *const clap_host) {
    count(&unsafe { inside(host) }.heard.dirty);
}

/// This host's own menu: one item, with this action.
pub const AUTOMATE: (&CStr, u32) = (c"Show automation", 77);

static CONTEXT_MENU: clap_host_context_menu = clap_host_context_menu {
    populate: Some(menu_populate),
    perform: Some(menu_perform),
    can_popup: Some(menu_can_popup),
    popup: Some(menu_popup),
};

unsafe extern "C" fn menu_populate(
    _host: *const clap_host,
    _target: *const clap_context_menu_target,
    builder: *const clap_context_menu_builder,
) -> bool {
    let (label, action_id) = (AUTOMATE.0.as_ptr(), AUTOMATE.1);
    let entry = clap_context_menu_entry { label, is_enabled: true, action_id };
    let title = clap_context_menu_item_title { title: c"Host".as_ptr(), is_enabled: true };
    unsafe {
        let add_item = (*builder).add_item.expect("add_item");
        add_item(builder, CLAP_CONTEXT_MENU_ITEM_TITLE, (&raw const title).cast())
            && add_item(builder, CLAP_CONTEXT_MENU_ITEM_SEPARATOR, null())
            && add_item(builder, CLAP_CONTEXT_MENU_ITEM_ENTRY, (&raw const entry).cast())
    }
}

unsafe extern "C" fn menu_perform(
    host: *const clap_host,
    target: *const clap_context_menu_target,
    action: u32,
) -> bool {
    unsafe { inside(host).heard.performed.borrow_mut().push(((*target).id, action)) };
    true
}

unsafe extern "C" fn menu_can_popup(host: *const clap_host) -> bool {
    unsafe { inside(host) }.manners.can_popup
}

unsafe extern "C" fn menu_popup(
    host: *const clap_host,
    target: *const clap_context_menu_target,
    _screen: i32,
    x: i32,
    y: i32,
) -> bool {
    unsafe { inside(host).heard.popups.borrow_mut().push(((*target).id, x, y)) };
    true
}

static PRESET_LOAD: clap_host_preset_load =
    clap_host_preset_load { on_error: Some(preset_error), loaded: Some(preset_loaded) };

unsafe extern "C" fn preset_error(
    host: *const clap_host,
    _kind: u32,
    _location: *const c_char,
    _key: *const c_char,
    _error: i32,
    message: *const c_char,
) {
    let message = unsafe { CStr::from_ptr(message) }.to_string_lossy().into_owned();
    unsafe { inside(host) }.heard.preset_errors.borrow_mut().push(message);
}

unsafe extern "C" fn preset_loaded(
    host: *const clap_host,
    _kind: u32,
    location: *const c_char,
    key: *const c_char,
) {
    let name = if key.is_null() { location } else { key };
    let name = unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned();
    unsafe { inside(host) }.heard.presets_loaded.borrow_mut().push(name);
}

/// What a preset provider says of one preset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundPreset {
    pub name: String,
    pub key: Option<String>,
    pub plugin: String,
    pub description: String,
    pub tags: Vec<String>,
    pub flags: u32,
}

pub use discovery::{Locations, presets_of};

mod discovery {
    use clap_sys::factory::preset_discovery::*;
    use clap_sys::timestamp::clap_timestamp;
    use clap_sys::universal_plugin_id::clap_universal_plugin_id;

    use super::*;

    /// Kind, and path where it is one.
    pub type Locations = Vec<(u32, Option<String>)>;

    /// Asks an entry's preset provider where presets are, and what `locations` have; those it names, and more.
    ///
    /// # Panics
    /// When there is no provider, or it breaks what CLAP promises.
    pub fn presets_of(
        entry: &clap_plugin_entry,
        more: &[&str],
    ) -> (Locations, Vec<FoundPreset>, Vec<String>) {
        let (mut locations, mut found) = (Locations::new(), (Vec::new(), Vec::new()));
        // SAFETY: the entry's own functions, as CLAP lets a host call them.
        unsafe {
            let id = CLAP_PRESET_DISCOVERY_FACTORY_ID.as_ptr();
            let factory: *const clap_preset_discovery_factory =
                entry.get_factory.expect("get_factory")(id).cast();
            assert!(!factory.is_null(), "no preset factory");
            assert_eq!((*factory).count.expect("count")(factory), 1);
            let get_descriptor = (*factory).get_descriptor.expect("get_descriptor");
            assert!(get_descriptor(factory, 1).is_null());
            let descriptor = get_descriptor(factory, 0);
            let indexer = clap_preset_discovery_indexer {
                clap_version: CLAP_VERSION,
                name: c"Bare host".as_ptr(),
                vendor: c"".as_ptr(),
                url: c"".as_ptr(),
                version: c"1".as_ptr(),
                indexer_data: (&raw mut locations).cast(),
                declare_filetype: Some(declare_filetype),
                declare_location: Some(declare_location),
                declare_soundpack: Some(declare_soundpack),
                get_extension: None,
            };
            let create = (*factory).create.expect("create");
            assert!(create(factory, &indexer, c"another".as_ptr()).is_null());
            let provider = create(factory, &indexer, (*descriptor).id);
            assert!(!provider.is_null());
            assert!((*provider).init.expect("init")(provider));
            let receiver = clap_preset_discovery_metadata_receiver {
                receiver_data: (&raw mut found).cast(),
                on_error: Some(on_error),
                begin_preset: Some(begin_preset),
                add_plugin_id: Some(add_plugin_id),
                set_soundpack_id: Some(set_soundpack_id),
                set_flags: Some(set_flags),
                add_creator: Some(add_creator),
                set_description: Some(set_description),
                set_timestamps: Some(set_timestamps),
                add_feature: Some(add_feature),
                add_extra_info: Some(add_extra_info),
            };
            let get_metadata = (*provider).get_metadata.expect("get_metadata");
            get_metadata(provider, CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN, null(), &receiver);
            for path in more {
                let path = CString::new(*path).expect("a path");
                get_metadata(provider, CLAP_PRESET_DISCOVERY_LOCATION_FILE, path.as_ptr(), &receiver);
            }
            (*provider).destroy.expect("destroy")(provider);
        }
        (locations, found.0, found.1)
    }

    type Found = (Vec<FoundPreset>, Vec<String>);

    unsafe fn words(text: *const c_char) -> String {
        unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
    }

    unsafe extern "C" fn declare_filetype(
        _indexer: *const clap_preset_discovery_indexer,
        _filetype: *const clap_preset_discovery_filetype,
    ) -> bool {
        true
    }

    unsafe extern "C" fn declare_location(
        indexer: *const clap_preset_discovery_indexer,
        location: *const clap_preset_discovery_location,
    ) -> bool {
        unsafe {
            let locations: &mut Locations = &mut *(*indexer).indexer_data.cast();
            let path = (*location).location;
            locations.push(((*location).kind, (!path.is_null()).then(|| words(path))));
        }
        true
    }

    unsafe extern "C" fn declare_soundpack(
        _indexer: *const clap_preset_discovery_indexer,
        _soundpack: *const clap_preset_discovery_soundpack,
    ) -> bool {
        true
    }

    type Receiver = *const clap_preset_discovery_metadata_receiver;

    unsafe fn found<'a>(receiver: Receiver) -> &'a mut Found {
        unsafe { &mut *(*receiver).receiver_data.cast() }
    }

    unsafe fn latest<'a>(receiver: Receiver) -> &'a mut FoundPreset {
        unsafe { found(receiver) }.0.last_mut().expect("begin_preset comes first")
    }

    unsafe extern "C" fn on_error(receiver: Receiver, _error: i32, message: *const c_char) {
        unsafe { found(receiver).1.push(words(message)) };
    }

    unsafe extern "C" fn begin_preset(receiver: Receiver, name: *const c_char, key: *const c_char) -> bool {
        unsafe {
            let key = (!key.is_null()).then(|| words(key));
            found(receiver).0.push(FoundPreset { name: words(name), key, ..FoundPreset::default() });
        }
        true
    }

    unsafe extern "C" fn add_plugin_id(receiver: Receiver, id: *const clap_universal_plugin_id) {
        unsafe { latest(receiver).plugin = format!("{}:{}", words((*id).abi), words((*id).id)) };
    }

    unsafe extern "C" fn set_soundpack_id(_receiver: Receiver, _id: *const c_char) {}

    unsafe extern "C" fn set_flags(receiver: Receiver, flags: u32) {
        unsafe { latest(receiver).flags = flags };
    }

    unsafe extern "C" fn add_creator(_receiver: Receiver, _creator: *const c_char) {}

    unsafe extern "C" fn set_description(receiver: Receiver, description: *const c_char) {
        unsafe { latest(receiver).description = words(description) };
    }

    unsafe extern "C" fn set_timestamps(
        _receiver: Receiver,
        _created: clap_timestamp,
        _modified: clap_timestamp,
    ) {
    }

    unsafe extern "C" fn add_feature(receiver: Receiver, feature: *const c_char) {
        unsafe { latest(receiver).tags.push(words(feature)) };
    }

    unsafe extern "C" fn add_extra_info(_receiver: Receiver, _key: *const c_char, _value: *const c_char) {}
}
