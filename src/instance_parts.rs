//! Tells a bridge which parts belong to the plugin that the framework has just made for it.
//!
//! The framework makes the plugin inside its own object and gives no access to it. A new plugin therefore announces its
//! parts in a variable of the thread that makes it.

use std::sync::Arc;

use crate::host_link::HostLink;
use crate::params::LullParams;

/// The parts of a plugin that a bridge works with.
pub struct Parts {
    pub params: Arc<LullParams>,
    pub link: Arc<HostLink>,
}

thread_local! {
    /// Some(..) while [`parts_of`] waits for a plugin to be made on this thread.
    static MAKING: std::cell::RefCell<Option<Option<Parts>>> = const { std::cell::RefCell::new(None) };
}

/// Runs `make`, which lets the framework make a plugin on this thread. Returns its result and the plugin's parts. Setup
/// only.
pub fn parts_of<R>(make: impl FnOnce() -> R) -> (R, Option<Parts>) {
    MAKING.set(Some(None));
    let made = make();
    (made, MAKING.take().flatten())
}

/// Called by a new plugin. Setup only.
pub fn announce(parts: impl FnOnce() -> Parts) {
    MAKING.with_borrow_mut(|making| {
        if let Some(waiting) = making {
            *waiting = Some(parts());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_those_of_the_plugin_that_was_made() {
        let make = || {
            let params = Arc::new(LullParams::default());
            let link = Arc::new(HostLink::new(&*params));
            let parts = Parts { params: params.clone(), link };
            announce(|| parts);
            params
        };
        let (params, parts) = parts_of(make);
        assert!(Arc::ptr_eq(&params, &parts.unwrap().params));
        make();
        assert!(parts_of(|| ()).1.is_none(), "made before parts_of() was called");
    }
}
