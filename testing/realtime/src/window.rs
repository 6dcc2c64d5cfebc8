//! A bare X11 window for a plugin's editor, and what can be seen of the editor from outside.

use std::fmt::Display;
use std::time::{Duration, Instant};

use lull_host::ClapHost;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::damage::{ConnectionExt as _, ReportLevel};
use x11rb::protocol::xproto::{ConfigureWindowAux, ConnectionExt, CreateWindowAux, ImageFormat, WindowClass};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;
use x11rb::{COPY_DEPTH_FROM_PARENT, COPY_FROM_PARENT, NONE};

/// The corner of the editor that is looked at, in pixels: it lies on any screen, whatever the editor's size.
const CORNER_PX: (u16, u16) = (600, 400);
/// Time in which the first frame comes, with software GL on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Window {
    connection: RustConnection,
    id: u32,
    /// Tells of each change of the editor's pixels, once [`Self::watch_frames`] was called.
    damage: Option<u32>,
}

fn failed(what: impl Display) -> String {
    format!("no window: {what}")
}

impl Window {
    /// Opens a window on the display that the environment names.
    ///
    /// # Errors
    /// When there is no display.
    pub fn open(width: u16, height: u16) -> Result<Self, String> {
        let (connection, screen) = x11rb::connect(None).map_err(failed)?;
        let id = connection.generate_id().map_err(failed)?;
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
            .map_err(failed)?;
        connection.map_window(id).map_err(failed)?;
        // The plugin comes over a connection of its own: by then the window must be there.
        connection.sync().map_err(failed)?;
        Ok(Self { connection, id, damage: None })
    }

    pub fn id(&self) -> u32 {
        self.id
    }

    /// # Errors
    /// When the window is gone.
    pub fn resize(&self, width: u32, height: u32) -> Result<(), String> {
        let size = ConfigureWindowAux::new().width(width).height(height);
        self.connection.configure_window(self.id, &size).map_err(failed)?;
        self.connection.sync().map_err(failed)
    }

    /// The plugin's window inside this one.
    ///
    /// # Errors
    /// When there is none.
    pub fn editor(&self) -> Result<u32, String> {
        self.tree()?.first().copied().ok_or("the plugin has put no window into the host's".into())
    }

    /// How many windows are inside this one.
    ///
    /// # Errors
    /// When this one is gone.
    pub fn children(&self) -> Result<usize, String> {
        Ok(self.tree()?.len())
    }

    fn tree(&self) -> Result<Vec<u32>, String> {
        let tree = self.connection.query_tree(self.id).map_err(failed)?.reply().map_err(failed)?;
        Ok(tree.children)
    }

    /// Width and height of the plugin's window.
    ///
    /// # Errors
    /// When there is none.
    pub fn editor_size_px(&self) -> Result<(u32, u32), String> {
        let editor = self.editor()?;
        let geometry = self.connection.get_geometry(editor).map_err(failed)?.reply().map_err(failed)?;
        Ok((geometry.width.into(), geometry.height.into()))
    }

    /// True if the editor shows more than one colour.
    ///
    /// # Errors
    /// When it cannot be seen.
    pub fn shows_something(&self) -> Result<bool, String> {
        let (editor, (width, height)) = (self.editor()?, self.editor_size_px()?);
        let (width, height) = (width.min(CORNER_PX.0.into()) as u16, height.min(CORNER_PX.1.into()) as u16);
        let image = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, editor, 0, 0, width, height, u32::MAX)
            .map_err(failed)?
            .reply()
            .map_err(failed)?;
        let (pixels, _) = image.data.as_chunks::<4>();
        Ok(pixels.iter().any(|pixel| pixel != &pixels[0]))
    }

    /// Waits for the first frame.
    ///
    /// # Errors
    /// When it does not come in 10 s.
    pub fn wait_until_it_shows_something(&self, host: &mut ClapHost) -> Result<(), String> {
        let begin = Instant::now();
        while !self.shows_something()? {
            if begin.elapsed() > PATIENCE {
                return Err(format!("the editor shows nothing in {PATIENCE:?}"));
            }
            host.idle();
            std::thread::sleep(Duration::from_millis(4));
        }
        Ok(())
    }

    /// Begins to count what the editor draws.
    ///
    /// # Errors
    /// When the display does not tell.
    pub fn watch_frames(&mut self) -> Result<(), String> {
        let editor = self.editor()?;
        self.connection.damage_query_version(1, 1).map_err(failed)?.reply().map_err(failed)?;
        let damage = self.connection.generate_id().map_err(failed)?;
        self.connection.damage_create(damage, editor, ReportLevel::NON_EMPTY).map_err(failed)?;
        self.connection.sync().map_err(failed)?;
        self.damage = Some(damage);
        Ok(())
    }

    /// Frames drawn since it was asked last: 0 or 1 if it is asked more often than frames come.
    ///
    /// # Errors
    /// When the display is gone.
    pub fn new_frames(&self) -> Result<u64, String> {
        let mut frames = 0;
        while let Some(event) = self.connection.poll_for_event().map_err(failed)? {
            if let (Event::DamageNotify(_), Some(damage)) = (event, self.damage) {
                frames += 1;
                self.connection.damage_subtract(damage, NONE, NONE).map_err(failed)?;
            }
        }
        self.connection.flush().map_err(failed)?;
        Ok(frames)
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.connection.destroy_window(self.id);
        let _ = self.connection.flush();
    }
}
