//! What a frame of the editor costs before the graphics driver gets it: the figures, the layout and the triangles,
//! while audio plays with a profile. A window without a display, so the driver's share is not in it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{Context, Pos2, RawInput, Rect, vec2};
use lull::editor::desk::{Desk, UiState};
use lull::editor::files::Folder;
use lull::editor::gesture::Gestures;
use lull::editor::{draw, theme};
use lull::feed::{Feed, FeedWriter, Reading};
use lull::host_link::HostLink;
use lull::params::LullParams;
use lull_engine::settings::{LearnWindow, Quality, Settings};
use lull_engine::{Config, Engine};
use nice_plug::context::PluginApi;
use nice_plug::context::gui::GuiContextInner;
use nice_plug::params::internals::ParamPtr;
use nice_plug::plugin::PluginState;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

const RATE_HZ: f64 = 48e3;
const FRAMES: usize = 300;
const FRAMES_PER_S: f64 = 30.0;

/// Nobody touches anything.
struct NoHost;

impl GuiContextInner for NoHost {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Clap
    }
    unsafe fn raw_begin_set_parameter(&self, _: ParamPtr) {}
    unsafe fn raw_set_parameter_normalized(&self, _: ParamPtr, _: f32) {}
    unsafe fn raw_end_set_parameter(&self, _: ParamPtr) {}
    fn get_state(&self) -> PluginState {
        unreachable!("the editor asks for no state")
    }
    fn set_state(&self, _: PluginState) {}
    fn request_restart(&self) {}
}

fn main() {
    for (width, height, scale) in [(900.0, 640.0, 1.0), (900.0, 640.0, 2.0), (3840.0, 2160.0, 1.0)] {
        frames(width, height, scale);
    }
}

fn frames(width: f32, height: f32, scale: f32) {
    let (params, feed) = (LullParams::default(), Arc::new(Feed::default()));
    let link = HostLink::new(&params);
    feed.set_editor_open(true);
    let mut engine = Engine::new(Config { sample_rate_hz: RATE_HZ, channels: 2, quality: Quality::Standard });
    let mut display = FeedWriter::new(feed.clone(), &engine);
    let mut rng = StdRng::seed_from_u64(1);
    let mut settings =
        Settings { learn: true, learn_window: LearnWindow::Seconds(0.5), ..Settings::default() };
    let nowhere = std::env::temp_dir().join("lull-bench");
    let mut state = UiState::new(Folder::at(nowhere.join("presets")), Folder::at(nowhere.join("profiles")));
    let context = Context::default();
    theme::install(&context);
    let mut times = Vec::new();
    let (mut watched, mut unwatched) = (Duration::ZERO, Duration::ZERO);
    for frame in 0..FRAMES {
        let samples = (RATE_HZ / FRAMES_PER_S) as usize;
        let mut audio: Vec<Vec<f32>> =
            (0..2).map(|_| (0..samples).map(|_| rng.random_range(-0.1..0.1)).collect()).collect();
        let [left, right] = &mut audio[..] else { unreachable!("two channels") };
        let mut audio = [&mut left[..], &mut right[..]];
        // Every other stretch without a watcher, for what the feed costs the audio thread.
        let begin = Instant::now();
        if frame % 2 == 0 {
            display.read_input(&audio);
            engine.process_watched(&mut audio, &settings, &mut |engine| display.read_hop(engine));
            display.read_output(&audio);
            watched += begin.elapsed();
        } else {
            engine.process(&mut audio, &settings);
            unwatched += begin.elapsed();
        }
        settings.learn = false;
        feed.write(Reading {
            learn: engine.learn_status(),
            has_profile: engine.profile().is_some(),
            restart_needed: false,
        });
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(width, height))),
            time: Some(frame as f64 / FRAMES_PER_S),
            ..RawInput::default()
        };
        input.viewports.entry(egui::ViewportId::ROOT).or_default().native_pixels_per_point = Some(scale);
        let begin = Instant::now();
        let output = context.run_ui(input, |ui| {
            let mut desk = Desk {
                params: &params,
                feed: &feed,
                reading: feed.read(),
                gestures: Gestures::to(&NoHost, &link),
                ui: &mut state,
            };
            draw(ui, &mut desk);
        });
        let triangles = context.tessellate(output.shapes, output.pixels_per_point);
        times.push(begin.elapsed());
        std::hint::black_box(triangles);
    }
    times.sort_unstable();
    let ms = |time: Duration| 1e3 * time.as_secs_f64();
    println!(
        "editor {width} x {height} at {:.0} %: {:.2} ms a frame (median), {:.2} ms at worst of {FRAMES}; the feed \
         adds {:.0} % to the engine's time",
        100.0 * scale,
        ms(times[FRAMES / 2]),
        ms(times[FRAMES - 1]),
        100.0 * (watched.as_secs_f64() / unwatched.as_secs_f64() - 1.0),
    );
}
