//! The framework's object, with some functions of its interfaces replaced.
//!
//! Each interface pointer leads to a table of functions. The bridge copies the framework's table and replaces some
//! functions by its own, which call the framework's and add what it leaves out. Identity, reference counts and all other
//! functions are unchanged.

use std::sync::{Arc, OnceLock};

use nice_plug::wrapper::vst3::Wrapper;
use nice_plug::wrapper::vst3::vst3::ComWrapper;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{
    IAudioProcessor, IAudioProcessorVtbl, IComponent, IComponentVtbl, IEditController, IEditControllerVtbl,
};

use super::instance::Instance;
use super::overrides::{
    get_latency_samples, process, set_active, set_component_handler, set_param_normalized, set_state,
    setup_processing, terminate,
};
use super::table::Table;
use super::view::create_view;
use crate::instance_parts;
use crate::params::LullParams;
use crate::plugin::Lull;

/// The replaced tables of one object, and their instance.
struct Tables {
    instance: Instance,
    processor: OnceLock<Table<IAudioProcessorVtbl>>,
    controller: OnceLock<Table<IEditControllerVtbl>>,
    component: OnceLock<Table<IComponentVtbl>>,
}

// SAFETY: the tables are written once, before other code knows the object. The pointers in them lead to the instance in
// the same box, which is never moved.
unsafe impl Send for Tables {}
// SAFETY: as above.
unsafe impl Sync for Tables {}

/// A plugin as the framework makes it, with the bridge's functions. Setup only.
pub fn new_object() -> ComWrapper<Wrapper<Lull>> {
    object_and_parameters().0
}

/// The same, and its parameters. Setup only.
pub(super) fn object_and_parameters() -> (ComWrapper<Wrapper<Lull>>, Option<Arc<LullParams>>) {
    let (object, parts) = instance_parts::parts_of(|| ComWrapper::new(Wrapper::<Lull>::new()));
    let params = parts.as_ref().map(|parts| parts.params.clone());
    if let Some(parts) = parts {
        let tables = Box::new(Tables {
            instance: Instance::new(&parts),
            processor: OnceLock::new(),
            controller: OnceLock::new(),
            component: OnceLock::new(),
        });
        // SAFETY: nobody else knows the object yet, and the tables are kept as long as its plugin.
        unsafe { tables.install(&object) };
        let teller = Teller(&raw const tables.instance);
        parts.link.connect_latency(Box::new(move || teller.tell()));
        parts.link.keep_alive(tables);
    }
    (object, params)
}

/// Tells the host of the latency.
struct Teller(*const Instance);

// SAFETY: the link that has it also keeps the instance, which may be used on any thread.
unsafe impl Send for Teller {}
// SAFETY: as above.
unsafe impl Sync for Teller {}

impl Teller {
    fn tell(&self) {
        // SAFETY: see above.
        let instance = unsafe { &*self.0 };
        instance.listener().tell(instance.latency_samples(0));
    }
}

impl Tables {
    /// Makes the object's interface pointers lead to these tables.
    ///
    /// # Safety
    /// No other thread uses the object meanwhile, and the tables are neither moved nor freed before the object.
    unsafe fn install(&self, object: &ComWrapper<Wrapper<Lull>>) {
        // SAFETY: by this function's own contract. In COM an interface pointer leads to a struct that begins with the
        // pointer to its table.
        unsafe {
            self.install_controller(object);
            self.install_component(object);
            self.install_processor(object);
        }
    }

    /// # Safety
    /// As for [`Self::install`].
    unsafe fn install_controller(&self, object: &ComWrapper<Wrapper<Lull>>) {
        let Some(controller) = object.as_com_ref::<IEditController>() else { return };
        let controller = controller.as_ptr();
        // SAFETY: see install().
        unsafe {
            let framework = *(*controller).vtbl;
            self.instance.read_param_ids(controller, &framework);
            let table = self.controller.get_or_init(|| {
                Table::new(framework, &self.instance, |ours| {
                    ours.setComponentHandler = set_component_handler;
                    ours.setParamNormalized = set_param_normalized;
                    ours.createView = create_view;
                })
            });
            (*controller).vtbl = &table.ours;
        }
    }

    /// # Safety
    /// As for [`Self::install`].
    unsafe fn install_component(&self, object: &ComWrapper<Wrapper<Lull>>) {
        let Some(component) = object.as_com_ref::<IComponent>() else { return };
        let component = component.as_ptr();
        // SAFETY: see install().
        unsafe {
            let framework = *(*component).vtbl;
            let table = self.component.get_or_init(|| {
                Table::new(framework, &self.instance, |ours| {
                    ours.base.terminate = terminate;
                    ours.setActive = set_active;
                    ours.setState = set_state;
                })
            });
            (*component).vtbl = &table.ours;
        }
    }

    /// # Safety
    /// As for [`Self::install`].
    unsafe fn install_processor(&self, object: &ComWrapper<Wrapper<Lull>>) {
        let Some(processor) = object.as_com_ref::<IAudioProcessor>() else { return };
        let processor = processor.as_ptr();
        // SAFETY: see install().
        unsafe {
            let framework = *(*processor).vtbl;
            let change = |ours: &mut IAudioProcessorVtbl| {
                ours.process = process;
                ours.setupProcessing = setup_processing;
                ours.getLatencySamples = get_latency_samples;
            };
            let table = self.processor.get_or_init(|| Table::new(framework, &self.instance, change));
            (*processor).vtbl = &table.ours;
        }
    }
}
