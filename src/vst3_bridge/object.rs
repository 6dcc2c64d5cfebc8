//! The framework's object, with some functions of its interfaces in our hands.
//!
//! Each interface pointer leads to a table of functions. Ours is a copy of the framework's in which some functions are
//! others, which call the framework's and do what it leaves out. Identity, reference counts and all other functions are
//! untouched. A table of ours knows its instance.

use std::ffi::c_void;
use std::sync::OnceLock;

use nice_plug::params::internals::ParamPtr;
use nice_plug::wrapper::vst3::Wrapper;
use nice_plug::wrapper::vst3::vst3::ComWrapper;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    IAudioProcessor, IAudioProcessorVtbl, IComponent, IComponentVtbl, IEditController, IEditControllerVtbl,
    IParameterChanges, ParamID, ParamValue, ParameterInfo, ProcessData,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    FIDString, FUnknown, IBStream, IPlugView, IPlugViewVtbl, IPluginBase, kResultOk, tresult, uint32,
};

use super::silence::tell_silence;
use super::window_gate::WindowGate;
use crate::background_barrier::Barrier;
use crate::host_link;
use crate::instance_parts::{self, Parts};
use crate::plugin::Lull;

/// What an interface pointer of ours leads to: first our table, then what our functions need.
#[repr(C)]
struct Table<V> {
    ours: V,
    framework: V,
    instance: *const Instance,
}

impl<V: Copy> Table<V> {
    fn new(framework: V, instance: *const Instance, change: impl FnOnce(&mut V)) -> Self {
        let mut ours = framework;
        change(&mut ours);
        Self { ours, framework, instance }
    }
}

/// What belongs to one object of the framework's.
struct Instance {
    parts: PartsOf,
    gate: WindowGate,
    processor: OnceLock<Table<IAudioProcessorVtbl>>,
    controller: OnceLock<Table<IEditControllerVtbl>>,
    component: OnceLock<Table<IComponentVtbl>>,
    /// Parameters by the ids that hosts know.
    params: OnceLock<Vec<(ParamID, ParamPtr)>>,
}

/// Without a count of its own of what owns it.
struct PartsOf {
    params: std::sync::Weak<crate::params::LullParams>,
    link: std::sync::Weak<host_link::HostLink>,
}

// SAFETY: the tables are written once, before anyone else knows of the object; the pointers in them lead back to the
// instance, which is never moved.
unsafe impl Send for Instance {}
// SAFETY: as above.
unsafe impl Sync for Instance {}

/// A plugin as the framework makes it, in our hands. Setup only.
pub fn new_object() -> ComWrapper<Wrapper<Lull>> {
    let (object, parts) = instance_parts::parts_of(|| ComWrapper::new(Wrapper::<Lull>::new()));
    if let Some(Parts { params, link }) = parts {
        let instance = Box::new(Instance {
            parts: PartsOf {
                params: std::sync::Arc::downgrade(&params),
                link: std::sync::Arc::downgrade(&link),
            },
            gate: WindowGate::default(),
            processor: OnceLock::new(),
            controller: OnceLock::new(),
            component: OnceLock::new(),
            params: OnceLock::new(),
        });
        instance.take_in_hand(&object);
        // It goes with the plugin, which is the object's.
        link.keep_alive(instance);
    }
    object
}

impl Instance {
    fn take_in_hand(&self, object: &ComWrapper<Wrapper<Lull>>) {
        let instance: *const Self = self;
        // SAFETY: an interface pointer leads to a struct with the pointer to its table, as COM has it; these lie in the
        // object that was just made. Nobody else knows of it yet, so nobody reads while we write. Our tables live as
        // long as the object's plugin.
        unsafe {
            if let Some(controller) = object.as_com_ref::<IEditController>() {
                let controller = controller.as_ptr();
                let framework = *(*controller).vtbl;
                let _ = self.params.set(self.params_by_id(controller, &framework));
                let table = self.controller.get_or_init(|| {
                    Table::new(framework, instance, |ours| {
                        ours.setParamNormalized = set_param_normalized;
                        ours.createView = create_view;
                    })
                });
                (*controller).vtbl = &table.ours;
            }
            if let Some(component) = object.as_com_ref::<IComponent>() {
                let component = component.as_ptr();
                let table = self.component.get_or_init(|| {
                    Table::new(*(*component).vtbl, instance, |ours| {
                        ours.base.terminate = terminate;
                        ours.setState = set_state;
                    })
                });
                (*component).vtbl = &table.ours;
            }
            if let Some(processor) = object.as_com_ref::<IAudioProcessor>() {
                let processor = processor.as_ptr();
                let table = self
                    .processor
                    .get_or_init(|| Table::new(*(*processor).vtbl, instance, |ours| ours.process = process));
                (*processor).vtbl = &table.ours;
            }
        }
    }

    /// The framework lists them in the plugin's own order.
    ///
    /// # Safety
    /// The table is the controller's.
    unsafe fn params_by_id(
        &self,
        controller: *mut IEditController,
        table: &IEditControllerVtbl,
    ) -> Vec<(ParamID, ParamPtr)> {
        let Some(params) = self.parts.params.upgrade() else { return Vec::new() };
        let kept = params.kept();
        let id = |index: usize| {
            // SAFETY: plain numbers and characters, for which zero is a value; and the framework's own function.
            unsafe {
                let mut info: ParameterInfo = std::mem::zeroed();
                let found = (table.getParameterInfo)(controller, index as i32, &mut info);
                (found == kResultOk).then_some(info.id)
            }
        };
        kept.iter().enumerate().filter_map(|(i, (_, view))| Some((id(i)?, view.pointer()))).collect()
    }

    /// Waits until the framework's background thread has done what it was given.
    fn drain(&self) {
        let Some(link) = self.parts.link.upgrade() else { return };
        let barrier = Barrier::default();
        if link.run_in_background(barrier.clone()) {
            barrier.wait();
        }
    }

    /// Sets parameters without the framework, which tells nobody: the last point of each counts. RT-safe.
    ///
    /// # Safety
    /// `changes` is null or the host's.
    unsafe fn set_directly(&self, changes: *mut IParameterChanges) {
        // SAFETY: by this function's own contract; the parameters live as long as the object.
        unsafe {
            if changes.is_null() {
                return;
            }
            let table = &*(*changes).vtbl;
            for index in 0..(table.getParameterCount)(changes) {
                let queue = (table.getParameterData)(changes, index);
                if queue.is_null() {
                    continue;
                }
                let points = &*(*queue).vtbl;
                let id = (points.getParameterId)(queue);
                let last = (points.getPointCount)(queue) - 1;
                let (mut offset, mut value) = (0, 0.0);
                if last < 0 || (points.getPoint)(queue, last, &mut offset, &mut value) != kResultOk {
                    continue;
                }
                let known =
                    self.params.get().and_then(|params| params.iter().find(|(known, _)| *known == id));
                if let Some((_, param)) = known.filter(|_| value.is_finite()) {
                    param._internal_set_normalized_value(value as f32);
                }
            }
        }
    }
}

/// The table behind an interface pointer.
///
/// # Safety
/// `this` leads to a `Table<V>`, as all do whose functions are those below.
unsafe fn table<'a, V>(this: *mut c_void) -> &'a Table<V> {
    // SAFETY: by this function's own contract.
    unsafe { &**this.cast::<*const Table<V>>() }
}

// SAFETY of all functions below: hosts reach them through our tables alone, with the pointer that the table is of and
// arguments as VST3 has them; the framework's functions get the same.

/// RT-safe.
unsafe extern "system" fn process(this: *mut IAudioProcessor, data: *mut ProcessData) -> tresult {
    unsafe {
        let table = table::<IAudioProcessorVtbl>(this.cast());
        let instance = &*table.instance;
        let result = match (instance.gate.enter(), data.as_ref()) {
            (None, Some(block)) => {
                instance.set_directly(block.inputParameterChanges);
                let mut block = *block;
                block.inputParameterChanges = std::ptr::null_mut();
                (table.framework.process)(this, &mut block)
            }
            (_inside, _) => (table.framework.process)(this, data),
        };
        tell_silence(data);
        result
    }
}

unsafe extern "system" fn set_param_normalized(
    this: *mut IEditController,
    id: ParamID,
    value: ParamValue,
) -> tresult {
    unsafe {
        let table = table::<IEditControllerVtbl>(this.cast());
        let _inside = (*table.instance).gate.wait_and_enter();
        (table.framework.setParamNormalized)(this, id, value)
    }
}

unsafe extern "system" fn set_state(this: *mut IComponent, state: *mut IBStream) -> tresult {
    unsafe {
        let table = table::<IComponentVtbl>(this.cast());
        let _inside = (*table.instance).gate.wait_and_enter();
        (table.framework.setState)(this, state)
    }
}

/// A task that is left for an instance that is gone ends the background thread, and with it the host.
unsafe extern "system" fn terminate(this: *mut IPluginBase) -> tresult {
    unsafe {
        let table = table::<IComponentVtbl>(this.cast());
        let result = (table.framework.base.terminate)(this);
        (*table.instance).drain();
        result
    }
}

unsafe extern "system" fn create_view(this: *mut IEditController, name: FIDString) -> *mut IPlugView {
    unsafe {
        let table = table::<IEditControllerVtbl>(this.cast());
        let view = (table.framework.createView)(this, name);
        if !view.is_null() {
            // It goes with the view: see release().
            let table = Box::new(Table::new(*(*view).vtbl, table.instance, |ours: &mut IPlugViewVtbl| {
                ours.attached = attached;
                ours.removed = removed;
                ours.base.release = release;
            }));
            (*view).vtbl = &Box::leak(table).ours;
        }
        view
    }
}

unsafe extern "system" fn attached(this: *mut IPlugView, parent: *mut c_void, kind: FIDString) -> tresult {
    unsafe {
        let table = table::<IPlugViewVtbl>(this.cast());
        let instance = &*table.instance;
        instance.gate.change_window(|| instance.drain(), || (table.framework.attached)(this, parent, kind))
    }
}

unsafe extern "system" fn removed(this: *mut IPlugView) -> tresult {
    unsafe {
        let table = table::<IPlugViewVtbl>(this.cast());
        let instance = &*table.instance;
        instance.gate.change_window(|| instance.drain(), || (table.framework.removed)(this))
    }
}

unsafe extern "system" fn release(this: *mut FUnknown) -> uint32 {
    unsafe {
        let table: *const Table<IPlugViewVtbl> = table(this.cast());
        let left = ((*table).framework.base.release)(this);
        if left == 0 {
            drop(Box::from_raw(table.cast_mut()));
        }
        left
    }
}

#[cfg(all(test, feature = "editor", target_os = "linux"))]
mod tests {
    use std::ptr;
    use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

    use nice_plug::prelude::Vst3Plugin;
    use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
        AudioBusBuffers, AudioBusBuffers__type0, IAudioProcessorTrait, IComponentTrait, IEditControllerTrait,
        IParamValueQueue, IParamValueQueueTrait, IParameterChangesTrait, ProcessSetup, SpeakerArr,
    };
    use nice_plug::wrapper::vst3::vst3::Steinberg::{
        IPlugViewTrait, IPluginBaseTrait, IPluginFactory, IPluginFactoryTrait, int32, kNotImplemented,
        kPlatformTypeX11EmbedWindowID,
    };
    use nice_plug::wrapper::vst3::vst3::{Class, ComPtr, Interface};

    use super::*;
    use crate::vst3_bridge::GetPluginFactory;

    const BLOCK: usize = 64;

    /// One point of one parameter, as a host sends it.
    struct Point {
        id: ParamID,
        value: ParamValue,
    }

    impl Class for Point {
        type Interfaces = (IParamValueQueue,);
    }

    impl IParamValueQueueTrait for Point {
        unsafe fn getParameterId(&self) -> ParamID {
            self.id
        }
        unsafe fn getPointCount(&self) -> int32 {
            1
        }
        unsafe fn getPoint(&self, _index: int32, offset: *mut int32, value: *mut ParamValue) -> tresult {
            // SAFETY: places for the answers.
            unsafe {
                offset.write(0);
                value.write(self.value);
            }
            kResultOk
        }
        unsafe fn addPoint(&self, _offset: int32, _value: ParamValue, _index: *mut int32) -> tresult {
            kNotImplemented
        }
    }

    struct Points(ComWrapper<Point>);

    impl Class for Points {
        type Interfaces = (IParameterChanges,);
    }

    impl IParameterChangesTrait for Points {
        unsafe fn getParameterCount(&self) -> int32 {
            1
        }
        unsafe fn getParameterData(&self, _index: int32) -> *mut IParamValueQueue {
            self.0.as_com_ref::<IParamValueQueue>().map_or(ptr::null_mut(), |queue| queue.as_ptr())
        }
        unsafe fn addParameterData(&self, _id: *const ParamID, _index: *mut int32) -> *mut IParamValueQueue {
            ptr::null_mut()
        }
    }

    fn instance() -> ComPtr<IComponent> {
        // SAFETY: the factory is made for whoever asks, and so is what it makes.
        unsafe {
            let factory = ComPtr::from_raw(GetPluginFactory().cast::<IPluginFactory>()).unwrap();
            let mut object = ptr::null_mut();
            let class = Lull::PLATFORM_VST3_CLASS_ID;
            factory.createInstance(class.as_ptr().cast(), IComponent::IID.as_ptr().cast(), &mut object);
            ComPtr::from_raw(object.cast()).unwrap()
        }
    }

    /// Processes a block of silence in which the parameter goes to `value`.
    fn process_with(processor: &ComPtr<IAudioProcessor>, id: ParamID, value: f64) {
        let points = ComWrapper::new(Points(ComWrapper::new(Point { id, value })));
        let changes = points.as_com_ref::<IParameterChanges>().unwrap().as_ptr();
        let (mut left, mut right) = ([0.0f32; BLOCK], [0.0f32; BLOCK]);
        let mut channels = [left.as_mut_ptr(), right.as_mut_ptr()];
        let bus = AudioBusBuffers {
            numChannels: 2,
            silenceFlags: 0,
            __field0: AudioBusBuffers__type0 { channelBuffers32: channels.as_mut_ptr() },
        };
        let (mut input, mut output) = (bus, bus);
        let mut data = ProcessData {
            processMode: 0,
            symbolicSampleSize: 0,
            numSamples: BLOCK as i32,
            numInputs: 1,
            numOutputs: 1,
            inputs: &mut input,
            outputs: &mut output,
            inputParameterChanges: changes,
            outputParameterChanges: ptr::null_mut(),
            inputEvents: ptr::null_mut(),
            outputEvents: ptr::null_mut(),
            processContext: ptr::null_mut(),
        };
        // SAFETY: all that `data` leads to lives until the end of this function.
        assert_eq!(unsafe { processor.process(&mut data) }, kResultOk);
    }

    /// The framework's background thread would panic, and the end of the instance with it.
    #[test]
    fn a_window_that_comes_and_goes_under_automation_harms_nothing() {
        let component = instance();
        let processor = component.cast::<IAudioProcessor>().unwrap();
        let controller = component.cast::<IEditController>().unwrap();
        let (mut stereo, mut other) = (SpeakerArr::kStereo, SpeakerArr::kStereo);
        let mut setup = ProcessSetup {
            processMode: 0,
            symbolicSampleSize: 0,
            maxSamplesPerBlock: BLOCK as i32,
            sampleRate: 48e3,
        };
        // SAFETY: in the order that VST3 asks for, with pointers to what lives here.
        unsafe {
            component.initialize(ptr::null_mut());
            processor.setBusArrangements(&mut stereo, 1, &mut other, 1);
            processor.setupProcessing(&mut setup);
            component.setActive(1);
            processor.setProcessing(1);
            let mut info: ParameterInfo = std::mem::zeroed();
            controller.getParameterInfo(6, &mut info);
            let id = info.id;

            let done = AtomicBool::new(false);
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    let mut value = 0.0;
                    while !done.load(SeqCst) {
                        value = if value < 0.9 { value + 0.01 } else { 0.0 };
                        process_with(&processor, id, value);
                    }
                    process_with(&processor, id, 0.625);
                });
                for _ in 0..300 {
                    let view = ComPtr::from_raw(controller.createView(c"editor".as_ptr())).unwrap();
                    // No window has this id, so none is opened, but the framework does not know that before it has tried.
                    let nowhere = ptr::without_provenance_mut::<c_void>(1);
                    view.attached(nowhere, kPlatformTypeX11EmbedWindowID);
                    view.removed();
                }
                done.store(true, SeqCst);
            });
            assert_eq!(controller.getParamNormalized(id), 0.625, "the last change has arrived");
            processor.setProcessing(0);
            component.setActive(0);
            component.terminate();
            // The framework says here whether its background thread is well.
            drop((processor, controller, component));
        }
    }

    #[test]
    fn changes_that_come_while_the_window_changes_are_set_at_their_last_point() {
        let component = instance();
        let controller = component.cast::<IEditController>().unwrap();
        // SAFETY: the table is ours; the framework's own functions.
        unsafe {
            let table = table::<IComponentVtbl>(component.as_ptr().cast());
            let mut info: ParameterInfo = std::mem::zeroed();
            controller.getParameterInfo(6, &mut info);
            let points = ComWrapper::new(Points(ComWrapper::new(Point { id: info.id, value: 0.375 })));
            let changes = points.as_com_ref::<IParameterChanges>().unwrap().as_ptr();
            (*table.instance).set_directly(changes);
            (*table.instance).set_directly(ptr::null_mut());
            assert_eq!(controller.getParamNormalized(info.id), 0.375);
            component.terminate();
        }
    }
}
