//! The functions of the window's view that the bridge replaces: opening and closing go through the gate, and the scale that
//! the host says before it opens the window is kept for that. The framework forgets it, though VST3 has hosts say it then.

use std::ffi::c_void;

use nice_plug::wrapper::vst3::vst3::Interface;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{IEditController, IEditControllerVtbl};
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    FIDString, FUnknown, IPlugView, IPlugViewContentScaleSupport, IPlugViewContentScaleSupport_::ScaleFactor,
    IPlugViewContentScaleSupportVtbl, IPlugViewVtbl, kResultOk, tresult, uint32,
};

use super::instance::Instance;
use super::table::{Table, table};

// SAFETY of all functions below: as in overrides.rs.

pub unsafe extern "system" fn create_view(this: *mut IEditController, name: FIDString) -> *mut IPlugView {
    unsafe {
        let table = table::<IEditControllerVtbl>(this.cast());
        let view = (table.framework.createView)(this, name);
        if !view.is_null() {
            install(view, table.instance);
        }
        view
    }
}

/// The replaced tables of one view. The first one is found through the view, and with it the box of both.
#[repr(C)]
struct ViewTables {
    view: Table<IPlugViewVtbl>,
    /// None if the view has no such interface.
    scale: Option<Table<IPlugViewContentScaleSupportVtbl>>,
}

/// Makes the view's interface pointers lead to tables of its own.
///
/// # Safety
/// `view` is the framework's, and new. The instance lives as long as it.
unsafe fn install(view: *mut IPlugView, instance: *const Instance) {
    // SAFETY: by this function's own contract; an interface pointer leads to a struct that begins with the pointer to its table.
    unsafe {
        let framework = *(*view).vtbl;
        let scale = scale_interface(view);
        let tables = Box::new(ViewTables {
            view: Table::new(framework, instance, |ours: &mut IPlugViewVtbl| {
                ours.attached = attached;
                ours.removed = removed;
                ours.base.release = release;
            }),
            scale: scale.map(|scale| {
                Table::new(*(*scale).vtbl, instance, |ours: &mut IPlugViewContentScaleSupportVtbl| {
                    ours.setContentScaleFactor = set_content_scale_factor;
                })
            }),
        });
        // release() frees it.
        let tables = Box::leak(tables);
        (*view).vtbl = &tables.view.ours;
        if let (Some(scale), Some(table)) = (scale, &tables.scale) {
            (*scale).vtbl = &table.ours;
        }
    }
}

/// The view's interface for its scale; it lives as long as the view.
///
/// # Safety
/// `view` is the framework's.
unsafe fn scale_interface(view: *mut IPlugView) -> Option<*mut IPlugViewContentScaleSupport> {
    // SAFETY: by this function's own contract. The reference that the view returns is given back at once.
    unsafe {
        let base = (*(*view).vtbl).base;
        let mut interface = std::ptr::null_mut();
        let id = IPlugViewContentScaleSupport::IID;
        let found = (base.queryInterface)(view.cast(), id.as_ptr().cast(), &mut interface) == kResultOk;
        if !found || interface.is_null() {
            return None;
        }
        (base.release)(view.cast());
        Some(interface.cast())
    }
}

/// Keeps the scale for the window that is opened next, and tells one that is open.
unsafe extern "system" fn set_content_scale_factor(
    this: *mut IPlugViewContentScaleSupport,
    factor: ScaleFactor,
) -> tresult {
    unsafe {
        let table = table::<IPlugViewContentScaleSupportVtbl>(this.cast());
        let noted = (*table.instance).note_scale(factor);
        let told = (table.framework.setContentScaleFactor)(this, factor);
        if noted { kResultOk } else { told }
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
            drop(Box::from_raw(table.cast_mut().cast::<ViewTables>()));
        }
        left
    }
}
