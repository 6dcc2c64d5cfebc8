//! A bare X11 window for a plugin's editor.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, CreateWindowAux, WindowClass};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;
use x11rb::{COPY_DEPTH_FROM_PARENT, COPY_FROM_PARENT};

pub struct Window {
    connection: RustConnection,
    id: u32,
}

impl Window {
    /// Opens a window on the display that the environment names.
    ///
    /// # Errors
    /// When there is no display.
    pub fn open(width: u16, height: u16) -> Result<Self, String> {
        let failed = |what: &dyn std::fmt::Display| format!("no window: {what}");
        let (connection, screen) = x11rb::connect(None).map_err(|error| failed(&error))?;
        let id = connection.generate_id().map_err(|error| failed(&error))?;
        let root = connection.setup().roots[screen].root;
        connection
            .create_window(
                COPY_DEPTH_FROM_PARENT,
                id,
                root,
                0,
                0,
                width,
                height,
                0,
                WindowClass::INPUT_OUTPUT,
                COPY_FROM_PARENT,
                &CreateWindowAux::new(),
            )
            .map_err(|error| failed(&error))?;
        connection.map_window(id).map_err(|error| failed(&error))?;
        // The plugin comes over a connection of its own: by then the window must be there.
        connection.sync().map_err(|error| failed(&error))?;
        Ok(Self { connection, id })
    }

    pub fn id(&self) -> u32 {
        self.id
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.connection.destroy_window(self.id);
        let _ = self.connection.flush();
    }
}
