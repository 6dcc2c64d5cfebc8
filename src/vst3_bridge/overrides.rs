//! The functions of component, processor and controller that the bridge replaces.

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    IAudioProcessor, IAudioProcessorVtbl, IComponent, IComponentVtbl, IEditController, IEditControllerVtbl,
    ParamID, ParamValue, ProcessData, ProcessModes_, ProcessSetup,
};
use nice_plug::wrapper::vst3::vst3::Steinberg::{IBStream, IPluginBase, tresult};

use super::silence::tell_silence;
use super::table::table;

// SAFETY of all functions below: hosts reach them only through the replaced tables, with the pointer that the table
// belongs to and arguments as VST3 specifies them. The framework's functions get the same.

/// Passes parameter changes on, or sets them directly while the window opens or closes; flags silent outputs. RT-safe.
pub unsafe extern "system" fn process(this: *mut IAudioProcessor, data: *mut ProcessData) -> tresult {
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

/// Passes a parameter on, which may be that Learn is to listen to what was heard.
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
        instance.supply_heard(id, value);
        result
    }
}

pub unsafe extern "system" fn set_state(this: *mut IComponent, state: *mut IBStream) -> tresult {
    unsafe {
        let table = table::<IComponentVtbl>(this.cast());
        let _inside = (*table.instance).gate.wait_and_enter();
        (table.framework.setState)(this, state)
    }
}

/// Waits for the background thread: a task for an instance that no longer exists would end that thread, and the host.
pub unsafe extern "system" fn terminate(this: *mut IPluginBase) -> tresult {
    unsafe {
        let table = table::<IComponentVtbl>(this.cast());
        let result = (table.framework.base.terminate)(this);
        (*table.instance).drain();
        result
    }
}
