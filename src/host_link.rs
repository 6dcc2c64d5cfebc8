//! Requests to the host, and its answers, beyond what the framework passes on.
//!
//! The plugin, its audio thread and its window leave a request here; the bridge for CLAP ([`crate::clap_bridge`]) serves
//! it on the host's main thread. Without a bridge, requests return false at once, so that the caller can use another way.

use std::any::Any;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::Params;

use crate::background_barrier::Barrier;

/// Queues a barrier for the framework's background thread.
pub type Background = Box<dyn Fn(Barrier) + Send + Sync>;
/// Asks the host to call the plugin on the main thread. RT-safe: the host function that it calls has to be.
pub type Wake = Box<dyn Fn() + Send + Sync>;

/// Requests of one instance, and what its host has told it.
pub struct HostLink {
    /// Set when a bridge connects.
    wake: OnceLock<Wake>,
    project_changed: AtomicBool,
    memory_requested: AtomicBool,
    asleep: AtomicBool,
    latency: LatencyNews,
    /// The host renders offline.
    is_offline: AtomicBool,
    /// In the parameters' order.
    indications: Vec<(ParamPtr, Indication)>,
    menu: Mutex<MenuTraffic>,
    /// Access to the framework's background thread.
    background: OnceLock<Background>,
    /// What has to live as long as the plugin.
    kept_alive: OnceLock<Box<dyn Any + Send + Sync>>,
}

/// The latency, for a host that may be told another one while it processes.
#[derive(Default)]
struct LatencyNews {
    samples: AtomicU32,
    /// Calls the host. Set when a bridge connects.
    tell: OnceLock<Box<dyn Fn() + Send + Sync>>,
    /// Runs [`HostLink::tell_latency`] on the main thread, later.
    request: OnceLock<Box<dyn Fn() + Send + Sync>>,
    /// Looks whether another quality was chosen.
    look: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

/// The host's marks of a parameter, packed; 0 is none.
#[derive(Default)]
struct Indication {
    mapping: AtomicU32,
    automation: AtomicU32,
}

/// A colour from the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// How a parameter is automated at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Automation {
    /// There is an automation curve, and it is not playing.
    Present,
    Playing,
    Recording,
    /// The user holds the control against the curve.
    Overriding,
}

/// The host's marks of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Indicated {
    /// A controller is mapped to it, shown in this colour.
    pub mapping: Option<Rgb>,
    /// It is automated, shown in this colour.
    pub automation: Option<(Automation, Rgb)>,
}

/// One line of a host's menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MenuItem {
    Entry { label: String, enabled: bool, action: u32 },
    Check { label: String, enabled: bool, checked: bool, action: u32 },
    Separator,
    Title { label: String },
    SubmenuBegin { label: String, enabled: bool },
    SubmenuEnd,
}

/// State of a request for a menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MenuAnswer {
    /// The main thread has not run yet.
    Waiting,
    /// The main thread asks the host. If the host shows its menu in this call, until the user closes the menu.
    Asking,
    /// The host shows its own menu, or has shown it.
    Shown,
    /// The host's items, for the window to show among its own. Empty if the host has no menu.
    Items(Vec<MenuItem>),
}

/// A request of the window for the host's menu.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MenuRequest {
    /// Open the menu of a parameter, by its index in the parameters' order, at a position in the window in pixels.
    Open { param: usize, x_px: i32, y_px: i32 },
    /// Perform an item of that menu.
    Perform { param: usize, action: u32 },
}

#[derive(Default)]
struct MenuTraffic {
    requests: Vec<MenuRequest>,
    answer: Option<MenuAnswer>,
}

impl HostLink {
    /// Setup only.
    pub fn new(params: &dyn Params) -> Self {
        let indication = |(_, param, _)| (param, Indication::default());
        Self {
            wake: OnceLock::new(),
            project_changed: AtomicBool::new(false),
            memory_requested: AtomicBool::new(false),
            asleep: AtomicBool::new(false),
            latency: LatencyNews::default(),
            is_offline: AtomicBool::new(false),
            indications: params.param_map().into_iter().map(indication).collect(),
            menu: Mutex::default(),
            background: OnceLock::new(),
            kept_alive: OnceLock::new(),
        }
    }

    /// Connects a bridge. Setup only.
    pub fn connect(&self, wake: Wake) {
        // One instance has one bridge. If there were a second one, the first would stay.
        let connected = self.wake.set(wake).is_ok();
        debug_assert!(connected);
    }

    /// Sets the access to the background thread. Setup only.
    pub fn set_background(&self, background: Background) {
        let _ = self.background.set(background);
    }

    /// Queues a barrier for the background thread; false if there is none. Setup only.
    pub fn run_in_background(&self, barrier: Barrier) -> bool {
        let Some(background) = self.background.get() else { return false };
        background(barrier);
        true
    }

    /// Keeps a value of a bridge for as long as the plugin lives. Setup only.
    pub fn keep_alive(&self, value: Box<dyn Any + Send + Sync>) {
        let _ = self.kept_alive.set(value);
    }

    /// True if there is a bridge.
    pub fn is_connected(&self) -> bool {
        self.wake.get().is_some()
    }

    /// Marks the project as changed in something that is no parameter, such as the noise profile. False without a bridge.
    /// RT-safe, on any thread.
    pub fn mark_project_changed(&self) -> bool {
        let Some(wake) = self.wake.get() else { return false };
        self.project_changed.store(true, SeqCst);
        wake();
        true
    }

    /// For the bridge: whether the project has changed since the last call.
    pub fn take_project_changed(&self) -> bool {
        self.project_changed.swap(false, SeqCst)
    }

    /// Requests memory for what is heard; false without a bridge. RT-safe.
    pub fn request_memory(&self) -> bool {
        let Some(wake) = self.wake.get() else { return false };
        self.memory_requested.store(true, SeqCst);
        wake();
        true
    }

    /// For the bridge: whether memory for what is heard was requested since the last call.
    pub fn take_memory_request(&self) -> bool {
        self.memory_requested.swap(false, SeqCst)
    }

    /// Whether input and output are silent, and stay so until there is input or an event. RT-safe.
    pub fn set_asleep(&self, asleep: bool) {
        self.asleep.store(asleep, SeqCst);
    }

    /// RT-safe.
    pub fn is_asleep(&self) -> bool {
        self.asleep.load(SeqCst)
    }

    /// Whether the host renders offline. RT-safe.
    pub fn is_offline(&self) -> bool {
        self.is_offline.load(SeqCst)
    }

    /// For the bridge. RT-safe.
    pub fn set_offline(&self, is_offline: bool) {
        self.is_offline.store(is_offline, SeqCst);
    }

    /// Index of a parameter in the parameters' order.
    pub fn index_of(&self, param: ParamPtr) -> Option<usize> {
        self.indications.iter().position(|(known, _)| *known == param)
    }

    /// The host's marks of a parameter.
    pub fn indicated(&self, param: ParamPtr) -> Indicated {
        let Some(index) = self.index_of(param) else { return Indicated::default() };
        let Indication { mapping, automation } = &self.indications[index].1;
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
    pub fn indicate_mapping(&self, index: usize, color: Option<Rgb>) {
        if let Some((_, indication)) = self.indications.get(index) {
            indication.mapping.store(color.map_or(0, |color| packed(1, color)), SeqCst);
        }
    }

    /// For the bridge.
    pub fn indicate_automation(&self, index: usize, automation: Option<(Automation, Rgb)>) {
        let number = |(state, color)| {
            let state = match state {
                Automation::Present => 1,
                Automation::Playing => 2,
                Automation::Recording => 3,
                Automation::Overriding => 4,
            };
            packed(state, color)
        };
        if let Some((_, indication)) = self.indications.get(index) {
            indication.automation.store(automation.map_or(0, number), SeqCst);
        }
    }

    /// For the window: leaves a request; false without a bridge. [`Self::menu_answer`] follows [`MenuRequest::Open`].
    pub fn request_menu(&self, request: MenuRequest) -> bool {
        let Some(wake) = self.wake.get() else { return false };
        let mut menu = self.lock_menu();
        if matches!(request, MenuRequest::Open { .. }) {
            menu.answer = Some(MenuAnswer::Waiting);
        }
        menu.requests.push(request);
        drop(menu);
        wake();
        true
    }

    /// For the window: state of the last request for a menu, if there was one.
    pub fn menu_answer(&self) -> Option<MenuAnswer> {
        self.lock_menu().answer.clone()
    }

    /// For the bridge, on the main thread.
    pub fn take_menu_requests(&self) -> Vec<MenuRequest> {
        let mut menu = self.lock_menu();
        if menu.requests.iter().any(|request| matches!(request, MenuRequest::Open { .. })) {
            menu.answer = Some(MenuAnswer::Asking);
        }
        std::mem::take(&mut menu.requests)
    }

    /// For the bridge, on the main thread.
    pub fn answer_menu(&self, answer: MenuAnswer) {
        self.lock_menu().answer = Some(answer);
    }

    /// For the main thread and the window; the audio thread never locks it.
    fn lock_menu(&self) -> MutexGuard<'_, MenuTraffic> {
        self.menu.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The latency, in a host that may be told another one while it processes (VST3).
impl HostLink {
    /// Connects a bridge whose `tell` makes the host read [`Self::latency_samples`] again, or restart the plugin, on the main
    /// thread. Setup only.
    pub fn connect_latency(&self, tell: Box<dyn Fn() + Send + Sync>) {
        let _ = self.latency.tell.set(tell);
    }

    /// Sets what runs [`Self::tell_latency`] on the main thread, on call from any other. Setup only.
    pub fn set_latency_request(&self, request: Box<dyn Fn() + Send + Sync>) {
        let _ = self.latency.request.set(request);
    }

    /// Sets what looks whether another quality was chosen. Setup only.
    pub fn set_quality_look(&self, look: Box<dyn Fn() + Send + Sync>) {
        let _ = self.latency.look.set(look);
    }

    /// For the bridge: the host may have chosen another quality while nothing is processed. Setup only.
    pub fn look_at_quality(&self) {
        if let Some(look) = self.latency.look.get() {
            look();
        }
    }

    /// Whether there is a bridge that tells the host. RT-safe.
    pub fn tells_latency(&self) -> bool {
        self.latency.tell.get().is_some()
    }

    /// The latency that the host is to know. RT-safe.
    pub fn latency_samples(&self) -> u32 {
        self.latency.samples.load(SeqCst)
    }

    /// RT-safe.
    pub fn set_latency_samples(&self, samples: u32) {
        self.latency.samples.store(samples, SeqCst);
    }

    /// Has the host told of the latency on the main thread, later. Not for the audio thread.
    pub fn request_latency_notice(&self) {
        if let Some(request) = self.latency.request.get() {
            request();
        }
    }

    /// Tells the host that the latency has changed, or is to change at a restart. Main thread.
    pub fn tell_latency(&self) {
        if let Some(tell) = self.latency.tell.get() {
            tell();
        }
    }
}

/// A state from 1 to 255 and a colour in one number, which is never 0.
fn packed(state: u8, Rgb(red, green, blue): Rgb) -> u32 {
    u32::from_be_bytes([state, red, green, blue])
}

fn unpacked(number: u32) -> (u8, Rgb) {
    let [state, red, green, blue] = number.to_be_bytes();
    (state, Rgb(red, green, blue))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;

    use lull_engine::Parameter;

    use super::*;
    use crate::params::LullParams;

    #[test]
    fn requests_wake_the_main_thread_and_are_refused_without_a_bridge() {
        let params = LullParams::default();
        let link = HostLink::new(&params);
        let open = MenuRequest::Open { param: 3, x_px: 10, y_px: 20 };
        assert!(!link.mark_project_changed() && !link.request_menu(open));
        assert!(!link.take_project_changed() && link.take_menu_requests().is_empty());

        let woken = Arc::new(AtomicUsize::new(0));
        let count = woken.clone();
        link.connect(Box::new(move || {
            count.fetch_add(1, SeqCst);
        }));
        assert!(link.mark_project_changed() && link.request_menu(open));
        assert_eq!(woken.load(SeqCst), 2);
        assert!(link.take_project_changed() && !link.take_project_changed(), "told once");
        assert_eq!(link.menu_answer(), Some(MenuAnswer::Waiting));
        assert_eq!(link.take_menu_requests(), [open]);
        assert_eq!(link.menu_answer(), Some(MenuAnswer::Asking));
        link.answer_menu(MenuAnswer::Shown);
        assert_eq!(link.menu_answer(), Some(MenuAnswer::Shown));
        assert!(link.request_menu(MenuRequest::Perform { param: 3, action: 1 }));
        link.take_menu_requests();
        assert_eq!(link.menu_answer(), Some(MenuAnswer::Shown), "the last menu's answer");
    }

    #[test]
    fn each_parameter_has_its_own_marks() {
        let params = LullParams::default();
        let link = HostLink::new(&params);
        let (threshold, mix) = (params.view(Parameter::Threshold), params.view(Parameter::Mix));
        let index = link.index_of(threshold.pointer()).unwrap();
        link.indicate_mapping(index, Some(Rgb(0, 0, 0)));
        link.indicate_automation(index, Some((Automation::Recording, Rgb(200, 30, 4))));
        assert_eq!(
            link.indicated(threshold.pointer()),
            Indicated {
                mapping: Some(Rgb(0, 0, 0)),
                automation: Some((Automation::Recording, Rgb(200, 30, 4)))
            }
        );
        assert_eq!(link.indicated(mix.pointer()), Indicated::default());
        link.indicate_mapping(index, None);
        link.indicate_automation(index, None);
        assert_eq!(link.indicated(threshold.pointer()), Indicated::default());
    }
}
