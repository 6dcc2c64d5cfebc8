//! How often the window is drawn.

use std::sync::Arc;
use std::time::Duration;

use crossbeam::atomic::AtomicCell;
use egui::{PaintCallback, Rect, Shape};
use egui_glow::CallbackFn;
use egui_glow::glow::{HasContext, RENDERER};

/// Time from frame to frame while audio runs, while audio runs and the processor draws, and while nothing moves.
const FRAME: Duration = Duration::from_millis(33);
const SLOW_FRAME: Duration = Duration::from_millis(160);
const IDLE_FRAME: Duration = Duration::from_millis(100);

/// In the names of renderers that draw with the processor: Mesa's, Google's, Microsoft's, Apple's.
const SOFTWARE: [&str; 6] =
    ["llvmpipe", "softpipe", "swiftshader", "gdi generic", "basic render", "software renderer"];

/// Chooses the time between frames. A window that the processor draws is drawn less often, so that it takes no more than a
/// tenth of a core: the audio needs it. The pointer and the keys are still answered at once.
#[derive(Default)]
pub struct Pace {
    processor_draws: Arc<AtomicCell<Option<bool>>>,
}

impl Pace {
    /// What the first frames have to draw, to find out what draws them.
    pub fn question(&self) -> Option<Shape> {
        if self.processor_draws.load().is_some() {
            return None;
        }
        let answer = self.processor_draws.clone();
        let ask = move |_, painter: &egui_glow::Painter| {
            // SAFETY: the painter calls this while its context is current, and every context has this string.
            let renderer = unsafe { painter.gl().get_parameter_string(RENDERER) };
            answer.store(Some(is_software(&renderer)));
        };
        let rect = Rect::from_min_size(egui::Pos2::ZERO, egui::vec2(1.0, 1.0));
        Some(PaintCallback { rect, callback: Arc::new(CallbackFn::new(ask)) }.into())
    }

    /// Time until the next frame.
    pub fn until_next_frame(&self, is_moving: bool) -> Duration {
        match (is_moving, self.processor_draws.load()) {
            (true, Some(true)) => SLOW_FRAME,
            (true, _) => FRAME,
            (false, _) => IDLE_FRAME,
        }
    }
}

fn is_software(renderer: &str) -> bool {
    let renderer = renderer.to_lowercase();
    SOFTWARE.iter().any(|name| renderer.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_processor_draws_is_drawn_less_often() {
        for (renderer, is_slow) in [
            ("llvmpipe (LLVM 15.0.6, 256 bits)", true),
            ("GDI Generic", true),
            ("ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)", true),
            ("ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11 vs_5_0 ps_5_0)", true),
            ("Apple Software Renderer", true),
            ("Apple M2", false),
            ("AMD Radeon RX 6600 (navi23, LLVM 15.0.7, DRM 3.54)", false),
            ("Mesa Intel(R) UHD Graphics 620 (KBL GT2)", false),
            ("NVIDIA GeForce RTX 3060/PCIe/SSE2", false),
        ] {
            let pace = Pace::default();
            pace.processor_draws.store(Some(is_software(renderer)));
            assert_eq!(pace.until_next_frame(true), if is_slow { SLOW_FRAME } else { FRAME }, "{renderer}");
            assert_eq!(pace.until_next_frame(false), IDLE_FRAME, "{renderer}");
        }
    }

    #[test]
    fn a_window_asks_until_it_knows() {
        let pace = Pace::default();
        assert!(pace.question().is_some() && pace.question().is_some());
        assert_eq!(pace.until_next_frame(true), FRAME);
        pace.processor_draws.store(Some(false));
        assert!(pace.question().is_none());
    }
}
