//! What the plugin wants of its host, and hears from it, beyond what the framework passes on.
//!
//! The plugin, its audio thread and its window only leave a wish here; a bridge for the plugin format
//! ([`crate::clap_bridge`]) answers it on the host's main thread. Where there is no bridge, wishes are refused at once,
//! so that who makes them can do something else.

use std::any::Any;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::Params;

use crate::vst3_bridge::Barrier;

/// Hands a barrier to the framework's background thread.
pub type Background = Box<dyn Fn(Barrier) + Send + Sync>;
/// Wakes the main thread. RT-safe, as hosts promise it of what it calls.
pub type Wake = Box<dyn Fn() + Send + Sync>;

/// One instance's wishes and what its host has told.
pub struct HostLink {
    /// There once a bridge has connected.
    wake: OnceLock<Wake>,
    project_changed: AtomicBool,
    asleep: AtomicBool,
    /// In the parameters' order.
    indications: Vec<(ParamPtr, Indication)>,
    menu: Mutex<MenuTraffic>,
    /// The way to the framework's background thread.
    background: OnceLock<Background>,
    /// What a bridge keeps for as long as the plugin lives.
    kept: OnceLock<Box<dyn Any + Send + Sync>>,
}

/// What a host shows of a parameter in its own colours, packed; 0 is nothing.
#[derive(Default)]
struct Indication {
    mapping: AtomicU32,
    automation: AtomicU32,
}

/// A colour of the host's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// How a parameter is automated at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Automation {
    /// There is a curve, and it is not playing.
    Present,
    Playing,
    Recording,
    /// The user holds the control against the curve.
    Overriding,
}

/// What a host has said of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Indicated {
    /// A controller is mapped to it, shown in this colour.
    pub mapping: Option<Rgb>,
    /// It is automated, shown in this colour.
    pub automation: Option<(Automation, Rgb)>,
}

/// One line of a host's menu, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MenuItem {
    Entry { label: String, enabled: bool, action: u32 },
    Check { label: String, enabled: bool, checked: bool, action: u32 },
    Separator,
    Title { label: String },
    SubmenuBegin { label: String, enabled: bool },
    SubmenuEnd,
}

/// What came of the wish for a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MenuAnswer {
    /// The main thread has not had its turn yet.
    Waiting,
    /// The main thread asks the host. Where the host shows a menu at once, this lasts until the user is done with it.
    Asking,
    /// The host shows its own menu, or has shown it.
    Shown,
    /// The host's items, for the window to show among its own. None where the host has no menu.
    Items(Vec<MenuItem>),
}

/// What the window wishes of the host's menus.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MenuWish {
    /// The menu of a parameter, by its place in the parameters' order; at a place in the window, in pixels.
    Open { param: usize, x_px: i32, y_px: i32 },
    /// An item of that menu was chosen.
    Perform { param: usize, action: u32 },
}

#[derive(Default)]
struct MenuTraffic {
    wishes: Vec<MenuWish>,
    answer: Option<MenuAnswer>,
}

impl HostLink {
    /// Setup only.
    pub fn new(params: &dyn Params) -> Self {
        let indication = |(_, param, _)| (param, Indication::default());
        Self {
            wake: OnceLock::new(),
            project_changed: AtomicBool::new(false),
            asleep: AtomicBool::new(false),
            indications: params.param_map().into_iter().map(indication).collect(),
            menu: Mutex::default(),
            background: OnceLock::new(),
            kept: OnceLock::new(),
        }
    }

    /// Connects a bridge. Setup only.
    pub fn connect(&self, wake: Wake) {
        // A second bridge to one instance would be a mistake of ours; the first one stays.
        let connected = self.wake.set(wake).is_ok();
        debug_assert!(connected);
    }

    /// The plugin is made, and has a background thread. Setup only.
    pub fn set_background(&self, background: Background) {
        let _ = self.background.set(background);
    }

    /// Sends a barrier through the background thread's queue; false if there is none. Setup only.
    pub fn run_in_background(&self, barrier: Barrier) -> bool {
        let Some(background) = self.background.get() else { return false };
        background(barrier);
        true
    }

    /// Keeps what a bridge needs for as long as the plugin lives. Setup only.
    pub fn keep(&self, kept: Box<dyn Any + Send + Sync>) {
        let _ = self.kept.set(kept);
    }

    /// True if there is a bridge.
    pub fn is_connected(&self) -> bool {
        self.wake.get().is_some()
    }

    /// The project has changed in something that is no parameter, such as the noise profile: the host is to ask before
    /// it is closed. False if nobody can tell the host. RT-safe, on any thread.
    pub fn mark_project_changed(&self) -> bool {
        let Some(wake) = self.wake.get() else { return false };
        self.project_changed.store(true, SeqCst);
        wake();
        true
    }

    /// For the bridge: whether the project has changed since it asked last.
    pub fn take_project_changed(&self) -> bool {
        self.project_changed.swap(false, SeqCst)
    }

    /// Input and output are silent, and stay so until there is input or an event. RT-safe.
    pub fn set_asleep(&self, asleep: bool) {
        self.asleep.store(asleep, SeqCst);
    }

    /// RT-safe.
    pub fn is_asleep(&self) -> bool {
        self.asleep.load(SeqCst)
    }

    /// Place of a parameter in the parameters' order.
    pub fn place_of(&self, param: ParamPtr) -> Option<usize> {
        self.indications.iter().position(|(known, _)| *known == param)
    }

    /// What the host has said of a parameter.
    pub fn indicated(&self, param: ParamPtr) -> Indicated {
        let Some(place) = self.place_of(param) else { return Indicated::default() };
        let Indication { mapping, automation } = &self.indications[place].1;
        let (mapping, automation) = (mapping.load(SeqCst), automation.load(SeqCst));
        Indicated {
            mapping: (mapping != 0).then(|| unpacked(mapping).1),
            automation: match unpacked(automation) {
                (1, color) => Some((Automation::Present, color)),
                (2, color) => Some((Automation::Playing, color)),
                (3, color) => Some((Automation::Recording, color)),
                (4, color) => Some((Automation::Overriding, color)),
                _ => None,
            },
        }
    }

    /// For the bridge.
    pub fn indicate_mapping(&self, place: usize, color: Option<Rgb>) {
        if let Some((_, indication)) = self.indications.get(place) {
            indication.mapping.store(color.map_or(0, |color| packed(1, color)), SeqCst);
        }
    }

    /// For the bridge.
    pub fn indicate_automation(&self, place: usize, automation: Option<(Automation, Rgb)>) {
        let figure = |(state, color)| {
            let state = match state {
                Automation::Present => 1,
                Automation::Playing => 2,
                Automation::Recording => 3,
                Automation::Overriding => 4,
            };
            packed(state, color)
        };
        if let Some((_, indication)) = self.indications.get(place) {
            indication.automation.store(automation.map_or(0, figure), SeqCst);
        }
    }

    /// For the window: leaves a wish; false if nobody can fulfil it. What comes of [`MenuWish::Open`] is
    /// [`Self::menu_answer`].
    pub fn wish_for_menu(&self, wish: MenuWish) -> bool {
        let Some(wake) = self.wake.get() else { return false };
        let mut menu = self.lock_menu();
        if matches!(wish, MenuWish::Open { .. }) {
            menu.answer = Some(MenuAnswer::Waiting);
        }
        menu.wishes.push(wish);
        drop(menu);
        wake();
        true
    }

    /// For the window: what came of the last wish for a menu, if there was one.
    pub fn menu_answer(&self) -> Option<MenuAnswer> {
        self.lock_menu().answer.clone()
    }

    /// For the bridge, on the main thread.
    pub fn take_menu_wishes(&self) -> Vec<MenuWish> {
        let mut menu = self.lock_menu();
        if menu.wishes.iter().any(|wish| matches!(wish, MenuWish::Open { .. })) {
            menu.answer = Some(MenuAnswer::Asking);
        }
        std::mem::take(&mut menu.wishes)
    }

    /// For the bridge, on the main thread.
    pub fn answer_menu(&self, answer: MenuAnswer) {
        self.lock_menu().answer = Some(answer);
    }

    /// Of the main thread and the window's; the audio thread never locks it.
    fn lock_menu(&self) -> MutexGuard<'_, MenuTraffic> {
        self.menu.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A state from 1 to 255 and a colour in one figure, which is never 0.
fn packed(state: u8, Rgb(red, green, blue): Rgb) -> u32 {
    u32::from_be_bytes([state, red, green, blue])
}

fn unpacked(figure: u32) -> (u8, Rgb) {
    let [state, red, green, blue] = figure.to_be_bytes();
    (state, Rgb(red, green, blue))
}

/// The parts of a plugin that a bridge works with.
pub struct Parts {
    pub params: Arc<crate::params::LullParams>,
    pub link: Arc<HostLink>,
}

thread_local! {
    /// Some(..) while [`parts_of`] waits for a plugin to be made on this thread.
    static MAKING: std::cell::RefCell<Option<Option<Parts>>> = const { std::cell::RefCell::new(None) };
}

/// Runs `make`, which makes a plugin on this thread, as the framework does it, and gives the plugin's parts with what
/// it returns. Setup only.
pub fn parts_of<R>(make: impl FnOnce() -> R) -> (R, Option<Parts>) {
    MAKING.set(Some(None));
    let made = make();
    (made, MAKING.take().flatten())
}

/// Called by a plugin that is being made. Setup only.
pub fn announce(parts: impl FnOnce() -> Parts) {
    MAKING.with_borrow_mut(|making| {
        if let Some(waiting) = making {
            *waiting = Some(parts());
        }
    });
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;
    use crate::params::{LullParams, ParamView};

    #[test]
    fn wishes_wake_the_main_thread_and_are_refused_without_a_bridge() {
        let params = LullParams::default();
        let link = HostLink::new(&params);
        let open = MenuWish::Open { param: 3, x_px: 10, y_px: 20 };
        assert!(!link.mark_project_changed() && !link.wish_for_menu(open));
        assert!(!link.take_project_changed() && link.take_menu_wishes().is_empty());

        let woken = Arc::new(AtomicUsize::new(0));
        let count = woken.clone();
        link.connect(Box::new(move || {
            count.fetch_add(1, SeqCst);
        }));
        assert!(link.mark_project_changed() && link.wish_for_menu(open));
        assert_eq!(woken.load(SeqCst), 2);
        assert!(link.take_project_changed() && !link.take_project_changed(), "told once");
        assert_eq!(link.menu_answer(), Some(MenuAnswer::Waiting));
        assert_eq!(link.take_menu_wishes(), [open]);
        assert_eq!(link.menu_answer(), Some(MenuAnswer::Asking));
        link.answer_menu(MenuAnswer::Shown);
        assert_eq!(link.menu_answer(), Some(MenuAnswer::Shown));
        assert!(link.wish_for_menu(MenuWish::Perform { param: 3, action: 1 }));
        link.take_menu_wishes();
        assert_eq!(link.menu_answer(), Some(MenuAnswer::Shown), "of the last menu");
    }

    #[test]
    fn indications_are_those_of_their_parameter() {
        let params = LullParams::default();
        let link = HostLink::new(&params);
        let (threshold, mix) = (ParamView::of(&params.mask.threshold), ParamView::of(&params.output.mix));
        let place = link.place_of(threshold.pointer()).unwrap();
        link.indicate_mapping(place, Some(Rgb(0, 0, 0)));
        link.indicate_automation(place, Some((Automation::Recording, Rgb(200, 30, 4))));
        assert_eq!(
            link.indicated(threshold.pointer()),
            Indicated {
                mapping: Some(Rgb(0, 0, 0)),
                automation: Some((Automation::Recording, Rgb(200, 30, 4)))
            }
        );
        assert_eq!(link.indicated(mix.pointer()), Indicated::default());
        link.indicate_mapping(place, None);
        link.indicate_automation(place, None);
        assert_eq!(link.indicated(threshold.pointer()), Indicated::default());
    }

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
        assert!(parts_of(|| ()).1.is_none(), "made before anyone asked");
    }
}
