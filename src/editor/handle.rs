//! The open editor as the framework holds it: egui's handle, with a window whose thread has ended when it is closed.

use nice_plug::editor::dpi::NativeSize;
use nice_plug::editor::{EditorHandle, Modifiers, ParentWindowHandle, VirtualKeyCode};
use nice_plug_egui::{EguiEditorHandle, baseview};

use super::window_thread::JoinedWindow;

/// Runs what may open the window: making the editor in VST3, setting its parent in CLAP.
#[cfg(not(windows))]
pub(super) fn may_open<R>(open: impl FnOnce() -> R) -> R {
    open()
}
#[cfg(windows)]
pub(super) use super::dummy_window::without_leftovers as may_open;

/// Passes all calls on to egui's handle.
pub struct LullEditorHandle(pub(super) EguiEditorHandle);

impl EditorHandle for LullEditorHandle {
    type Window = JoinedWindow;
    type Error = baseview::Error;

    fn run_until_closed(window: JoinedWindow) -> Result<(), Self::Error> {
        EguiEditorHandle::run_until_closed(window.into_inner())
    }

    fn set_parent(&self, parent: ParentWindowHandle, window: &JoinedWindow) -> Result<(), Self::Error> {
        may_open(|| self.0.set_parent(parent, window.get()))
    }

    fn show(&self, window: &JoinedWindow) -> Result<(), Self::Error> {
        may_open(|| self.0.show(window.get()))
    }

    fn hide(&self, window: &JoinedWindow) -> Result<(), Self::Error> {
        self.0.hide(window.get())
    }

    fn set_size(&self, size: NativeSize<u32>, window: &JoinedWindow) -> Result<(), Self::Error> {
        self.0.set_size(size, window.get())
    }

    fn host_main_thread_callback(&self, window: &JoinedWindow) {
        self.0.host_main_thread_callback(window.get());
    }

    fn adjust_size(&self, size: NativeSize<u32>, window: &JoinedWindow) -> Option<NativeSize<u32>> {
        self.0.adjust_size(size, window.get())
    }

    fn set_fallback_scale_factor(&self, scale: f64, window: &JoinedWindow) -> Result<(), Self::Error> {
        self.0.set_fallback_scale_factor(scale, window.get())
    }

    fn on_virtual_key_from_host(&self, key: VirtualKeyCode, is_down: bool, modifiers: Modifiers) -> bool {
        self.0.on_virtual_key_from_host(key, is_down, modifiers)
    }

    fn state_changed(&self) {
        self.0.state_changed();
    }

    fn param_value_changed(&self, id: &str, normalized_value: f32) {
        self.0.param_value_changed(id, normalized_value);
    }

    fn param_modulation_changed(&self, id: &str, modulation_offset: f32) {
        self.0.param_modulation_changed(id, modulation_offset);
    }
}
