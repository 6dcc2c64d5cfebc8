//! A small CLAP host on clack-host: what the demo and the tests need of a DAW, and no more. It knows nothing of
//! Lull, loads any CLAP bundle and talks to it through the CLAP interface alone.

mod editor;
mod parent;
pub mod raw;

use std::ffi::CString;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use clack_extensions::audio_ports_config::{AudioPortsConfigBuffer, PluginAudioPortsConfig};
use clack_extensions::gui::{GuiSize, HostGui, HostGuiImpl};
use clack_extensions::latency::{HostLatency, HostLatencyImpl, PluginLatency};
use clack_extensions::params::{
    HostParams, HostParamsImplMainThread, HostParamsImplShared, ParamClearFlags, ParamInfoBuffer,
    ParamInfoFlags, ParamRescanFlags, PluginParams,
};
use clack_extensions::state::{HostState, HostStateImpl, PluginState};
use clack_host::events::Pckn;
use clack_host::events::event_types::ParamValueEvent;
use clack_host::extensions::prelude::{Extension, PluginExtensionSide};
use clack_host::prelude::*;
use clack_host::utils::ClapId;

pub use parent::ParentId;

/// A failure, in words for the user.
pub type Result<T> = std::result::Result<T, String>;

/// What the plugin has asked of its host.
#[derive(Default)]
pub struct Wishes {
    restart: AtomicBool,
    callback: AtomicBool,
    /// Size that the editor wants its window to have, packed; 0 for none.
    editor_size: AtomicU64,
}

impl SharedHandler<'_> for Wishes {
    fn request_restart(&self) {
        self.restart.store(true, Relaxed);
    }
    fn request_process(&self) {}
    fn request_callback(&self) {
        self.callback.store(true, Relaxed);
    }
}

impl HostParamsImplShared for Wishes {
    fn request_flush(&self) {}
}

/// The editor's window is the caller's own, who is told of a wish with [`ClapHost::wished_editor_size`].
impl HostGuiImpl for Wishes {
    fn resize_hints_changed(&self) {}
    fn request_resize(&self, new_size: GuiSize) -> std::result::Result<(), HostError> {
        self.editor_size.store(new_size.pack_to_u64(), Relaxed);
        Ok(())
    }
    fn request_show(&self) -> std::result::Result<(), HostError> {
        Ok(())
    }
    fn request_hide(&self) -> std::result::Result<(), HostError> {
        Ok(())
    }
    fn closed(&self, _was_destroyed: bool) {}
}

/// The main thread's side: nothing here needs an answer.
struct MainThread;

impl MainThreadHandler<'_> for MainThread {}
impl HostLatencyImpl for MainThread {
    fn changed(&self) {}
}
impl HostStateImpl for MainThread {
    fn mark_dirty(&self) {}
}
impl HostParamsImplMainThread for MainThread {
    fn rescan(&self, _flags: ParamRescanFlags) {}
    fn clear(&self, _param: ClapId, _flags: ParamClearFlags) {}
}

struct Handlers;

impl HostHandlers for Handlers {
    type Shared<'a> = Wishes;
    type MainThread<'a> = MainThread;
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _: &Wishes) {
        builder
            .register::<HostParams>()
            .register::<HostLatency>()
            .register::<HostState>()
            .register::<HostGui>();
    }
}

/// A parameter as the plugin describes it.
#[derive(Debug, Clone)]
pub struct Param {
    id: ClapId,
    pub name: String,
    pub group: String,
    /// In CLAP's own values.
    pub min: f64,
    pub max: f64,
    pub default: f64,
    pub automatable: bool,
}

/// Parameter events of one block, in the order of their times.
#[derive(Default)]
pub struct Events(EventBuffer);

impl Events {
    /// Room for `events` without allocating.
    pub fn with_capacity(events: usize) -> Self {
        Self(EventBuffer::with_capacity(events))
    }

    /// A value that holds from sample `time` of the block on.
    pub fn push(&mut self, time: u32, param: &Param, value: f64) {
        self.0.push(&ParamValueEvent::new(time, param.id, Pckn::match_all(), value));
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }
}

/// The audio thread's half of an active instance: it may be taken to a thread of its own, as a DAW has one.
pub struct Processor {
    half: PluginAudioProcessor<Handlers>,
    input_ports: AudioPorts,
    output_ports: AudioPorts,
    input: Vec<Vec<f32>>,
}

impl Processor {
    /// Begins to process, on the thread that calls: CLAP wants it to be the one that will process.
    ///
    /// # Errors
    /// When the plugin refuses.
    pub fn start(&mut self) -> Result<()> {
        let started = self.half.ensure_processing_started();
        started.map(|_| ()).map_err(|error| format!("start_processing: {error}"))
    }

    /// Ends processing, on the thread that calls.
    pub fn stop(&mut self) {
        self.half.ensure_processing_stopped();
    }

    /// Processes one block in place: the slices are the channels, of one length. RT-safe, if the plugin is.
    ///
    /// # Errors
    /// When it was not started, or the plugin says that processing failed.
    pub fn process(&mut self, audio: &mut [&mut [f32]], events: &Events) -> Result<()> {
        let started = self.half.as_started_mut().map_err(|error| format!("process: {error}"))?;
        let samples = audio.first().map_or(0, |channel| channel.len());
        for (input, channel) in self.input.iter_mut().zip(audio.iter()) {
            input[..samples].copy_from_slice(channel);
        }
        let inputs = self.input_ports.with_input_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_input_only(
                self.input.iter_mut().map(|input| InputChannel::variable(&mut input[..samples])),
            ),
        }]);
        let mut outputs = self.output_ports.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(audio.iter_mut().map(|channel| &mut **channel)),
        }]);
        started
            .process(&inputs, &mut outputs, &events.0.as_input(), &mut OutputEvents::void(), None, None)
            .map_err(|error| format!("process: {error}"))?;
        Ok(())
    }
}

/// One instance of a plugin, and, while it is active, its audio processor.
pub struct ClapHost {
    // Before the instance, so that it is dropped first.
    processor: Option<Processor>,
    instance: PluginInstance<Handlers>,
    params: Vec<Param>,
}

impl ClapHost {
    /// Loads the first plugin of a CLAP file.
    ///
    /// # Errors
    /// When the file is not there, is no CLAP, or its plugin cannot be made.
    pub fn load(path: &Path) -> Result<Self> {
        // SAFETY: loading a library runs its initialisers; the caller has chosen to trust it.
        let entry =
            unsafe { PluginEntry::load(path) }.map_err(|error| format!("{}: {error}", path.display()))?;
        Self::new(&entry)
    }

    /// Makes an instance of the first plugin behind an entry point.
    ///
    /// # Errors
    /// When there is none or it cannot be made.
    pub fn new(entry: &PluginEntry) -> Result<Self> {
        let factory = entry.get_plugin_factory().ok_or("the CLAP has no plugins")?;
        let id = factory.plugin_descriptors().find_map(|descriptor| descriptor.id().map(CString::from));
        let id = id.ok_or("the CLAP has no plugin with an id")?;
        let host = HostInfo::new("Lull's embedded host", "Lull Audio", "", env!("CARGO_PKG_VERSION"))
            .map_err(|error| error.to_string())?;
        let mut instance =
            PluginInstance::<Handlers>::new(|()| Wishes::default(), |_| MainThread, entry, &id, &host)
                .map_err(|error| format!("the plugin cannot be made: {error}"))?;
        let params = list_params(&mut instance);
        Ok(Self { processor: None, instance, params })
    }

    pub fn params(&self) -> &[Param] {
        &self.params
    }

    /// # Errors
    /// When the plugin has no parameter of that name.
    pub fn param(&self, name: &str) -> Result<Param> {
        let found = self.params.iter().find(|param| param.name == name);
        found.cloned().ok_or_else(|| format!("the plugin has no parameter '{name}'"))
    }

    /// The value of a text, such as "6 dB".
    ///
    /// # Errors
    /// When the plugin does not understand it.
    pub fn value(&mut self, param: &Param, text: &str) -> Result<f64> {
        let text_z = CString::new(text).map_err(|error| error.to_string())?;
        let extension = self.extension::<PluginParams>()?;
        extension
            .text_to_value(&self.instance.plugin_handle(), param.id, &text_z)
            .ok_or_else(|| format!("'{text}' is no value for {}", param.name))
    }

    /// The text of a value, with its unit.
    ///
    /// # Errors
    /// When the plugin has none.
    pub fn text(&mut self, param: &Param, value: f64) -> Result<String> {
        let extension = self.extension::<PluginParams>()?;
        let mut buffer = [0; 256];
        let text = extension
            .value_to_text(&self.instance.plugin_handle(), param.id, value, &mut buffer)
            .map_err(|_| format!("{} has no text for {value}", param.name))?;
        Ok(String::from_utf8_lossy(text).into_owned())
    }

    /// The value that the plugin has for a parameter.
    ///
    /// # Errors
    /// When it has none.
    pub fn current(&mut self, param: &Param) -> Result<f64> {
        let extension = self.extension::<PluginParams>()?;
        extension
            .get_value(&self.instance.plugin_handle(), param.id)
            .ok_or_else(|| format!("{} has no value", param.name))
    }

    /// Starts processing blocks of up to `most_samples` in a layout of `channels` channels.
    ///
    /// # Errors
    /// When the plugin has no such layout or refuses to start.
    pub fn activate(&mut self, sample_rate_hz: f64, channels: usize, most_samples: u32) -> Result<()> {
        self.deactivate();
        self.select_layout(channels)?;
        let configuration = PluginAudioConfiguration {
            sample_rate: sample_rate_hz,
            min_frames_count: 1,
            max_frames_count: most_samples,
        };
        let stopped =
            self.instance.activate(|_, _| (), configuration).map_err(|error| format!("activate: {error}"))?;
        let processor = self.processor.insert(Processor {
            half: stopped.into(),
            input_ports: AudioPorts::with_capacity(8, 1),
            output_ports: AudioPorts::with_capacity(8, 1),
            input: vec![vec![0.0; most_samples as usize]; channels],
        });
        processor.start()
    }

    /// Stops processing; nothing happens if it was not started.
    pub fn deactivate(&mut self) {
        if let Some(processor) = self.processor.take() {
            self.instance.deactivate(processor.half.into_stopped());
        }
    }

    /// Gives the audio thread's half away, stopped; [`Self::put_back`] before the instance is deactivated or
    /// dropped.
    pub fn take_processor(&mut self) -> Option<Processor> {
        let mut processor = self.processor.take()?;
        processor.stop();
        Some(processor)
    }

    /// Takes the audio thread's half back, stopped.
    pub fn put_back(&mut self, processor: Processor) {
        self.processor = Some(processor);
    }

    fn select_layout(&mut self, channels: usize) -> Result<()> {
        let Ok(layouts) = self.extension::<PluginAudioPortsConfig>() else { return Ok(()) };
        let handle = self.instance.plugin_handle();
        let mut buffer = AudioPortsConfigBuffer::new();
        for index in 0..layouts.count(&handle) {
            let Some(layout) = layouts.get(&handle, index, &mut buffer) else { continue };
            let fits = |port: Option<u32>| port == Some(channels as u32);
            let (input, output) =
                (layout.main_input.map(|p| p.channel_count), layout.main_output.map(|p| p.channel_count));
            if fits(input) && fits(output) {
                return layouts
                    .select(&handle, layout.id)
                    .map_err(|_| format!("the plugin refuses its layout of {channels} channels"));
            }
        }
        Err(format!("the plugin has no layout of {channels} channels"))
    }

    /// Channels of the layout that is active; 0 when none is.
    pub fn active_channels(&self) -> usize {
        self.processor.as_ref().map_or(0, |processor| processor.input.len())
    }

    /// Delay that the plugin reports.
    ///
    /// # Errors
    /// When it reports none at all.
    pub fn latency_samples(&mut self) -> Result<usize> {
        let extension = self.extension::<PluginLatency>()?;
        Ok(extension.get(&self.instance.plugin_handle()) as usize)
    }

    /// Processes one block in place: the slices are the channels, of one length.
    ///
    /// # Errors
    /// When the plugin is not active, or says that processing failed.
    pub fn process(&mut self, audio: &mut [&mut [f32]], events: &Events) -> Result<()> {
        self.processor.as_mut().ok_or("the plugin is not active")?.process(audio, events)
    }

    /// Lets the plugin do on the main thread what it has asked for. True if it wants to be restarted.
    pub fn idle(&mut self) -> bool {
        let take = |flag: fn(&Wishes) -> &AtomicBool, instance: &PluginInstance<Handlers>| {
            instance.access_shared_handler(|wishes| flag(wishes).swap(false, Relaxed))
        };
        if take(|wishes| &wishes.callback, &self.instance) {
            self.instance.call_on_main_thread_callback();
        }
        take(|wishes| &wishes.restart, &self.instance)
    }

    /// # Errors
    /// When the plugin cannot save.
    pub fn save_state(&mut self) -> Result<Vec<u8>> {
        let mut state = Vec::new();
        self.save_state_to(&mut state)?;
        Ok(state)
    }

    /// # Errors
    /// When the plugin does not accept the state.
    pub fn load_state(&mut self, state: &[u8]) -> Result<()> {
        self.load_state_from(&mut &*state)
    }

    /// Loads a state from a stream of the host's.
    ///
    /// # Errors
    /// When the plugin does not accept the state.
    pub fn load_state_from(&mut self, stream: &mut impl Read) -> Result<()> {
        let extension = self.extension::<PluginState>()?;
        extension.load(&self.instance.plugin_handle(), stream).map_err(|error| error.to_string())
    }

    /// Saves into a stream of the host's.
    ///
    /// # Errors
    /// When the plugin cannot save.
    pub fn save_state_to(&mut self, stream: &mut impl Write) -> Result<()> {
        let extension = self.extension::<PluginState>()?;
        extension.save(&self.instance.plugin_handle(), stream).map_err(|error| error.to_string())
    }

    fn extension<E: Extension<ExtensionSide = PluginExtensionSide>>(&mut self) -> Result<E> {
        let name = std::any::type_name::<E>();
        self.instance.plugin_handle().get_extension::<E>().ok_or_else(|| format!("the plugin has no {name}"))
    }
}

impl Drop for ClapHost {
    fn drop(&mut self) {
        self.deactivate();
    }
}

fn list_params(instance: &mut PluginInstance<Handlers>) -> Vec<Param> {
    let handle = instance.plugin_handle();
    let Some(extension) = handle.get_extension::<PluginParams>() else { return Vec::new() };
    let mut buffer = ParamInfoBuffer::new();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (0..extension.count(&handle))
        .filter_map(|index| {
            let info = extension.get_info(&handle, index, &mut buffer)?;
            Some(Param {
                id: info.id,
                name: text(info.name),
                group: text(info.module),
                min: info.min_value,
                max: info.max_value,
                default: info.default_value,
                automatable: info.flags.contains(ParamInfoFlags::IS_AUTOMATABLE),
            })
        })
        .collect()
}
