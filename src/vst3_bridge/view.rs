//! The functions of the window's view that the bridge replaces: opening and closing go through the gate.

use std::ffi::c_void;

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{IEditController, IEditControllerVtbl};
use nice_plug::wrapper::vst3::vst3::Steinberg::{
    FIDString, FUnknown, IPlugView, IPlugViewVtbl, tresult, uint32,
};

use super::table::{Table, table};

// SAFETY of all functions below: as in overrides.rs.

pub unsafe extern "system" fn create_view(this: *mut IEditController, name: FIDString) -> *mut IPlugView {
    unsafe {
        let table = table::<IEditControllerVtbl>(this.cast());
        let view = (table.framework.createView)(this, name);
        if !view.is_null() {
            // release() frees it.
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
