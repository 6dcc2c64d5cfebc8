//! The functions of component, processor and controller that the bridge replaces.

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    IAudioProcessor, IAudioProcessorVtbl, IComponent, IComponentHandler, IComponentVtbl, IEditController,
    IEditControllerVtbl, ParamID, ParamValue, ProcessData, ProcessModes_, ProcessSetup,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{IBStream, IPluginBase, TBool, kResultOk, tresult, uint32};

use nice_plug::wrapper::vst3::vst3::{ComRef, ComWrapper};

use super::handler::Handler;
use super::silence::tell_silence;
use super::table::table;

// On Windows the enumeration has another type.
#[allow(clippy::unnecessary_cast)]
const OFFLINE: i32 = ProcessModes_::kOffline as i32;

// SAFETY of all functions below: hosts reach them only through the replaced tables, with the pointer that the table
// belongs to and arguments as VST3 specifies them. The framework's functions get the same.

/// Passes parameter changes on, or sets them directly while the window opens or closes; flags silent outputs. RT-safe.
pub unsafe extern "system" fn process(this: *mut IAudioProcessor, data: *mut ProcessData) -> tresult {
    unsafe {
        let table = table::<IAudioProcessorVtbl>(this.cast());
        let instance = &*table.instance;
        if let Some(block) = data.as_ref() {
            instance.set_offline(block.processMode == OFFLINE);
        }
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

/// Notes whether the host renders offline.
pub unsafe extern "system" fn setup_processing(
    this: *mut IAudioProcessor,
    setup: *mut ProcessSetup,
) -> tresult {
    unsafe {
        let table = table::<IAudioProcessorVtbl>(this.cast());
        if let Some(setup) = setup.as_ref() {
            // On Windows the enumeration has another type.
            #[allow(clippy::unnecessary_cast)]
            let is_offline = setup.processMode == ProcessModes_::kOffline as i32;
            (*table.instance).note_render_mode(is_offline);
        }
        (table.framework.setupProcessing)(this, setup)
    }
}

/// Passes a parameter on, and prepares what it needs.
pub unsafe extern "system" fn set_param_normalized(
    this: *mut IEditController,
    id: ParamID,
    value: ParamValue,
) -> tresult {
    unsafe {
        let table = table::<IEditControllerVtbl>(this.cast());
        let instance = &*table.instance;
        let _inside = instance.gate.wait_and_enter();
        let result = (table.framework.setParamNormalized)(this, id, value);
        instance.prepare(id, value);
        result
    }
}

pub unsafe extern "system" fn set_state(this: *mut IComponent, state: *mut IBStream) -> tresult {
    unsafe {
        let table = table::<IComponentVtbl>(this.cast());
        let instance = &*table.instance;
        let _inside = instance.gate.wait_and_enter();
        let result = (table.framework.setState)(this, state);
        instance.look_at_quality();
        result
    }
}

/// Tells the host the latency, if the activation has brought another one.
pub unsafe extern "system" fn set_active(this: *mut IComponent, state: TBool) -> tresult {
    unsafe {
        let table = table::<IComponentVtbl>(this.cast());
        let result = (table.framework.setActive)(this, state);
        if state != 0 && result == kResultOk {
            let instance = &*table.instance;
            instance.listener().tell_if_changed(instance.latency_samples(0));
        }
        result
    }
}

/// The framework knows the latency of activate() alone, and another engine may have taken that one's place. RT-safe.
pub unsafe extern "system" fn get_latency_samples(this: *mut IAudioProcessor) -> uint32 {
    unsafe {
        let table = table::<IAudioProcessorVtbl>(this.cast());
        (*table.instance).latency_samples(0)
    }
}

/// Tells the framework of a handler of the bridge in place of the host's.
pub unsafe extern "system" fn set_component_handler(
    this: *mut IEditController,
    handler: *mut IComponentHandler,
) -> tresult {
    unsafe {
        let table = table::<IEditControllerVtbl>(this.cast());
        let theirs = ComRef::from_raw(handler).map(|handler| handler.to_com_ptr());
        (*table.instance).listener().set(theirs.clone());
        let ours = theirs.and_then(|theirs| {
            ComWrapper::new(Handler::new(theirs, table.instance)).to_com_ptr::<IComponentHandler>()
        });
        let passed = ours.as_ref().map_or(std::ptr::null_mut(), |ours| ours.as_ptr());
        (table.framework.setComponentHandler)(this, passed)
    }
}

/// Waits for the background thread: a task for an instance that no longer exists would end that thread, and the host.
pub unsafe extern "system" fn terminate(this: *mut IPluginBase) -> tresult {
    unsafe {
        let table = table::<IComponentVtbl>(this.cast());
        (*table.instance).listener().set(None);
        let result = (table.framework.base.terminate)(this);
        (*table.instance).drain();
        result
    }
}
