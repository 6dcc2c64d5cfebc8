//! The plugin's window: opening, showing, resizing and closing it. On Windows it is inside a window of Windows, elsewhere
//! inside one of X11.

use std::sync::atomic::Ordering::Relaxed;

use clack_extensions::gui::{GuiApiType, GuiConfiguration, GuiSize, PluginGui, Window};

use super::{ClapHost, Result};
use crate::parent::ParentId;

#[cfg(windows)]
const API: GuiApiType<'static> = GuiApiType::WIN32;
#[cfg(not(windows))]
const API: GuiApiType<'static> = GuiApiType::X11;

impl ClapHost {
    /// Opens the plugin's window inside one of the host's, by its id.
    ///
    /// # Errors
    /// When the plugin has no window for this system, or cannot open it.
    pub fn open_editor(&mut self, parent: ParentId) -> Result<()> {
        self.open_editor_scaled(parent, None)
    }

    /// As [`Self::open_editor`], with the host's opinion how many pixels make a point.
    ///
    /// # Errors
    /// As [`Self::open_editor`], and when the plugin does not take the scale.
    pub fn open_editor_scaled(&mut self, parent: ParentId, scale: Option<f64>) -> Result<()> {
        self.make_editor(scale)?;
        self.put_editor(parent)?;
        self.show_editor()
    }

    /// Makes the plugin's window, which has no parent yet and is not shown.
    ///
    /// # Errors
    /// When the plugin has no window for this system, cannot make it, or does not take the scale.
    pub fn make_editor(&mut self, scale: Option<f64>) -> Result<()> {
        let gui = self.extension::<PluginGui>()?;
        let handle = self.instance.plugin_handle();
        let configuration = GuiConfiguration { api_type: API, is_floating: false };
        gui.create(&handle, configuration).map_err(|error| format!("the editor: {error}"))?;
        if let Some(scale) = scale {
            gui.set_scale(&handle, scale).map_err(|error| format!("the editor's scale: {error}"))?;
        }
        Ok(())
    }

    /// Puts the window that [`Self::make_editor`] made inside one of the host's.
    ///
    /// # Errors
    /// When the plugin cannot put it there.
    pub fn put_editor(&mut self, parent: ParentId) -> Result<()> {
        let gui = self.extension::<PluginGui>()?;
        #[cfg(windows)]
        // SAFETY: as below.
        let window = unsafe { Window::from_win32_hwnd(parent) };
        #[cfg(not(windows))]
        let window = Window::from_x11_handle(parent.into());
        // SAFETY: a window is a number that its system looks up, not memory: one that is gone is an error of the plugin's.
        unsafe { gui.set_parent(&self.instance.plugin_handle(), window) }
            .map_err(|error| format!("the editor's parent: {error}"))
    }

    /// Shows the window that [`Self::make_editor`] made.
    ///
    /// # Errors
    /// When the plugin cannot show it.
    pub fn show_editor(&mut self) -> Result<()> {
        let gui = self.extension::<PluginGui>()?;
        gui.show(&self.instance.plugin_handle()).map_err(|error| format!("showing the editor: {error}"))
    }

    /// Width and height of the plugin's window in pixels, open or not.
    ///
    /// # Errors
    /// When the plugin does not say.
    pub fn editor_size_px(&mut self) -> Result<(u32, u32)> {
        let gui = self.extension::<PluginGui>()?;
        let size = gui.get_size(&self.instance.plugin_handle()).ok_or("the editor has no size")?;
        Ok((size.width, size.height))
    }

    /// Gives the plugin's open window the nearest size that it can have, and says which that is.
    ///
    /// # Errors
    /// When the plugin refuses.
    pub fn resize_editor(&mut self, width_px: u32, height_px: u32) -> Result<(u32, u32)> {
        let gui = self.extension::<PluginGui>()?;
        let handle = self.instance.plugin_handle();
        let size = gui
            .adjust_size(&handle, GuiSize { width: width_px, height: height_px })
            .ok_or("the editor has no size near that")?;
        gui.set_size(&handle, size).map_err(|error| format!("the editor's size: {error}"))?;
        Ok((size.width, size.height))
    }

    /// The size in pixels that the plugin wants the window around its own to have, if it has asked for one since.
    pub fn wished_editor_size(&mut self) -> Option<(u32, u32)> {
        let wish = self.instance.access_shared_handler(|wishes| wishes.editor_size.swap(0, Relaxed));
        let size = GuiSize::unpack_from_u64(wish);
        (wish != 0).then_some((size.width, size.height))
    }

    /// Closes the plugin's window.
    ///
    /// # Errors
    /// When the plugin has none.
    pub fn close_editor(&mut self) -> Result<()> {
        let gui = self.extension::<PluginGui>()?;
        gui.destroy(&self.instance.plugin_handle());
        Ok(())
    }
}
