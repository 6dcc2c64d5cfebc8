//! The open editor as the framework holds it: egui's handle, with a window that corrects what baseview gets wrong.

use nice_plug::editor::dpi::NativeSize;
use nice_plug::editor::{EditorHandle, Modifiers, ParentWindowHandle, VirtualKeyCode};
use nice_plug_egui::{EguiEditorHandle, baseview};

use super::until_shown::UntilShown;
use super::window_thread::JoinedWindow;

/// Runs what may open the window: making the editor in VST3, setting its parent in CLAP.
#[cfg(not(windows))]
pub(super) fn may_open<R>(open: impl FnOnce() -> R) -> R {
    open()
}
#[cfg(windows)]
pub(super) use super::dummy_window::without_leftovers as may_open;

/// The window of an open editor.
pub struct EditorWindow {
    pub(super) window: JoinedWindow,
    pub(super) until_shown: UntilShown,
}

/// Passes all calls on to egui's handle.
pub struct LullEditorHandle(pub(super) EguiEditorHandle);

impl EditorHandle for LullEditorHandle {
    type Window = EditorWindow;
    type Error = baseview::Error;

    fn run_until_closed(window: EditorWindow) -> Result<(), Self::Error> {
        EguiEditorHandle::run_until_closed(window.window.into_inner())
    }

    fn set_parent(&self, parent: ParentWindowHandle, window: &EditorWindow) -> Result<(), Self::Error> {
        may_open(|| self.0.set_parent(parent, window.window.get()))
    }

    fn show(&self, window: &EditorWindow) -> Result<(), Self::Error> {
        may_open(|| self.0.show(window.window.get()))?;
        let (scale, size) = window.until_shown.shown();
        if let Some(scale) = scale {
            self.set_fallback_scale_factor(scale, window)?;
        }
        size.map_or(Ok(()), |size| self.set_size(size, window))
    }

    fn hide(&self, window: &EditorWindow) -> Result<(), Self::Error> {
        self.0.hide(window.window.get())
    }

    fn set_size(&self, size: NativeSize<u32>, window: &EditorWindow) -> Result<(), Self::Error> {
        if window.until_shown.keeps_size(size) { Ok(()) } else { self.0.set_size(size, window.window.get()) }
    }

    fn host_main_thread_callback(&self, window: &EditorWindow) {
        self.0.host_main_thread_callback(window.window.get());
    }

    fn adjust_size(&self, size: NativeSize<u32>, window: &EditorWindow) -> Option<NativeSize<u32>> {
        self.0.adjust_size(size, window.window.get())
    }

    fn set_fallback_scale_factor(&self, scale: f64, window: &EditorWindow) -> Result<(), Self::Error> {
        if window.until_shown.keeps_scale(scale) {
            return Ok(());
        }
        self.0.set_fallback_scale_factor(scale, window.window.get())
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
