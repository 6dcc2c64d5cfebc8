//! The editor as a host's window: its lifecycle, and its size from the project.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use crossbeam::atomic::AtomicCell;
use egui::{Context, Ui};
use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::{LogicalSize, NativeSize, PhysicalSize, Size};
use nice_plug::editor::{
    Editor, HostMethods, ParentWindowHandle, ResizeHint, SizeConstraints, SpawnedEditor,
};
use nice_plug_egui::baseview::{HandlerError, WindowSize};
use nice_plug_egui::{
    EguiEditor, EguiEditorState, EguiNiceSettings, Frame, GlConfig, GraphicsConfig, KeyCapture, NiceEguiApp,
    RepaintNotifier, create_egui_editor,
};

use super::files::Folder;
use super::gesture::Gestures;
use super::handle::{LullEditorHandle, may_open};
use super::kept::Kept;
use super::keys::{self, HostKeys};
use super::long_term::LongTerm;
use super::pace::Pace;
use super::panel_context::{PanelContext, UiState};
use super::window_thread::{JoinedWindow, WindowThread};
use super::{layout, theme};
use crate::analyzer::Analyzer;
use crate::host_link::HostLink;
use crate::params::LullParams;
use crate::project::editor_size::{EditorSize, SMALLEST};

/// Time until the framework's timer requests the first frame. The window's mapping requests it anyway. On X11, baseview
/// 0.4.2 listens to the display's answer only from the mapping on, and after a request before it waits for an answer that
/// it has missed: with the default of 16 ms, a window that its host showed later stayed empty.
const NEVER: Duration = Duration::from_secs(24 * 3600);

/// The editor of one instance. Each new window gets the size that the project has at that time.
pub struct LullEditor {
    params: Arc<LullParams>,
    analyzer: Arc<Analyzer>,
    link: Arc<HostLink>,
    kept: Arc<Kept>,
    /// Pixels per point of the last screen, once there was a window.
    screen_scale: Arc<AtomicCell<Option<f32>>>,
}

impl LullEditor {
    pub fn new(params: Arc<LullParams>, analyzer: Arc<Analyzer>, link: Arc<HostLink>) -> Self {
        let kept = Arc::new(Kept::new(&params));
        Self { params, analyzer, link, kept, screen_scale: Arc::default() }
    }

    fn make(&self, size: Size, zoom: f32, thread: WindowThread) -> Option<EguiEditor<App>> {
        let settings = EguiNiceSettings::new()
            .with_tile("Lull")
            .with_resize_hint(self.resize_hint())
            .with_graphics_config(graphics())
            .with_repaint_poll_interval(NEVER);
        let app = App {
            params: self.params.clone(),
            analyzer: self.analyzer.clone(),
            link: self.link.clone(),
            kept: self.kept.clone(),
            screen_scale: self.screen_scale.clone(),
            thread,
            state: UiState::new(Folder::of_user("Presets"), Folder::of_user("Profiles")),
            open: None,
            pace: Pace::default(),
        };
        create_egui_editor(EguiEditorState::from_size(size, zoom), RepaintNotifier::new(), settings, app)
    }

    /// The project's size in pixels at `screen_scale`.
    fn pixels(&self, screen_scale: f32) -> PhysicalSize<u32> {
        let EditorSize { width, height, zoom } = self.params.editor_size.get();
        let pixels = |points: f32| (points * zoom * screen_scale).round() as u32;
        PhysicalSize { width: pixels(width), height: pixels(height) }
    }
}

impl Editor for LullEditor {
    type Handle = LullEditorHandle;

    fn spawn(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        fallback_scale_factor: Option<f64>,
        context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<Self::Handle>, Box<dyn Error>> {
        let EditorSize { width, height, zoom } = self.params.editor_size.get();
        let fallback_scale_factor =
            fallback_scale_factor.or_else(|| self.params.host_state.scale().map(f64::from));
        let size = match fallback_scale_factor {
            // A size in points would count at 100 % until the window knows its screen, and be too small.
            Some(scale) => Size::Physical(self.pixels(scale as f32)),
            None => Size::Logical(LogicalSize { width: f64::from(width), height: f64::from(height) }),
        };
        // The user sees what was heard, and may choose it.
        self.params.heard.want();
        let thread = WindowThread::default();
        let editor = self.make(size, zoom, thread.clone()).ok_or("no window can be made here")?;
        let open = || editor.spawn(parent, wait_for_parent, fallback_scale_factor, context, host);
        let SpawnedEditor { handle, window } = may_open(open)?;
        // Hosts ask for the size before the first frame: the window knows its screen by now.
        self.screen_scale.store(Some(window.size().scale_factor as f32));
        Ok(SpawnedEditor { handle: LullEditorHandle(handle), window: JoinedWindow::new(window, thread) })
    }

    fn size(&self) -> NativeSize<u32> {
        // Hosts ask before there is a window as well.
        let scale = self.screen_scale.load().or(self.params.host_state.scale()).unwrap_or(1.0);
        let pixels = self.pixels(scale);
        NativeSize::from_size(pixels.into(), f64::from(scale))
    }

    fn resize_hint(&self) -> ResizeHint {
        ResizeHint {
            can_resize: true,
            can_resize_horizontally: true,
            can_resize_vertically: true,
            size_constraints: SizeConstraints::min_logical_size(LogicalSize {
                width: SMALLEST.0,
                height: SMALLEST.1,
            }),
            ..ResizeHint::NON_RESIZABLE
        }
    }
}

/// Leaves out what egui does not use, and what costs much where the processor draws: noise on every pixel against bands in
/// long gradients, of which there are none here.
fn graphics() -> GraphicsConfig {
    let gl_config = GlConfig { depth_bits: 0, stencil_bits: 0, ..GlConfig::default() };
    GraphicsConfig { gl_config, dithering: false, ..GraphicsConfig::default() }
}

/// What the window runs.
pub struct App {
    params: Arc<LullParams>,
    analyzer: Arc<Analyzer>,
    link: Arc<HostLink>,
    kept: Arc<Kept>,
    screen_scale: Arc<AtomicCell<Option<f32>>>,
    thread: WindowThread,
    state: UiState,
    /// Set while the window is open.
    open: Option<Open>,
    pace: Pace,
}

struct Open {
    host: GuiContext,
    size: EditorSize,
}

impl NiceEguiApp for App {
    fn build(&mut self, context: Context, host: GuiContext, frame: &mut Frame) -> Result<(), HandlerError> {
        self.thread.note();
        #[cfg(target_os = "linux")]
        super::gl_driver::keep_loaded();
        theme::install(&context);
        context.add_plugin(HostKeys);
        // The clear colour is in gamma space, not in linear light.
        let [red, green, blue, _] = theme::BACKGROUND.to_normalized_gamma_f32();
        frame.set_clear_color(egui::Rgba::from_rgb(red, green, blue));
        self.open = Some(Open { host, size: self.params.editor_size.get() });
        self.analyzer.set_editor_open(true);
        Ok(())
    }

    fn ui(&mut self, ui: &mut Ui, frame: &mut Frame) {
        let Some(Open { host, .. }) = &self.open else { return };
        frame.set_key_capture(if ui.ctx().text_edit_focused() {
            KeyCapture::CaptureAll
        } else {
            KeyCapture::IgnoreKeys(keys::left_to_the_host(&self.kept.history))
        });
        let mut context = PanelContext {
            params: &self.params,
            analyzer: &self.analyzer,
            status: self.analyzer.status(),
            gestures: Gestures::new(host, &self.link, &self.kept.history),
            kept: &self.kept,
            ui: &mut self.state,
        };
        layout::draw(ui, &mut context);
        if let Some(question) = self.pace.question() {
            ui.painter().add(question);
        }
        // The audio thread cannot request a frame, so the window polls.
        ui.ctx().request_repaint_after(self.pace.until_next_frame(self.state.view.is_moving()));
    }

    fn resized(&mut self, size: WindowSize) {
        let Some(open) = &mut self.open else { return };
        (open.size.width, open.size.height) = (size.logical.width as f32, size.logical.height as f32);
        self.screen_scale.store(Some((size.scale_factor / f64::from(open.size.zoom)) as f32));
        self.params.editor_size.put(open.size);
    }

    fn zoom_factor_changed(&mut self, zoom: f32) {
        let Some(open) = &mut self.open else { return };
        open.size.zoom = zoom;
        self.params.editor_size.put(open.size);
    }

    fn editor_closed(&mut self) {
        self.close();
    }
}

impl App {
    fn close(&mut self) {
        self.analyzer.set_editor_open(false);
        self.state.spectrograms.close();
        self.state.long_term = LongTerm::default();
        self.open = None;
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.close();
    }
}
