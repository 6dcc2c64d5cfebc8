//! Events as the framework needs them: within their block, in order, and as long as their kind is.
//!
//! A host must send them so, and then the list passes through as it is. If one does not, the framework would read past
//! the host's buffers. The parameter events are then copied, brought into the block and sorted; others mean nothing to
//! Lull.

use std::ffi::c_void;

use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_MOD, CLAP_EVENT_PARAM_VALUE, CLAP_EVENT_TRANSPORT,
    clap_event_header, clap_event_param_mod, clap_event_param_value, clap_event_transport, clap_input_events,
};

/// Events of a faulty list that are kept; what comes after them is dropped.
const MOST_EVENTS: usize = 512;

// A modulation is laid out as a value is, so that one type holds both.
const _: () = assert!(
    size_of::<clap_event_param_value>() == size_of::<clap_event_param_mod>()
        && std::mem::offset_of!(clap_event_param_value, value)
            == std::mem::offset_of!(clap_event_param_mod, amount)
);

/// The events of one call, in the order in which they act.
pub struct Events {
    copies: Vec<clap_event_param_value>,
    /// Place in `copies`, by time.
    order: Vec<(u32, u32)>,
    list: clap_input_events,
}

impl Events {
    /// Setup only.
    pub fn new() -> Self {
        Self {
            copies: Vec::with_capacity(MOST_EVENTS),
            order: Vec::with_capacity(MOST_EVENTS),
            list: clap_input_events { ctx: std::ptr::null_mut(), size: Some(size), get: Some(get) },
        }
    }

    /// The list itself if it is right, or a corrected one that is good until the next call. RT-safe.
    ///
    /// # Safety
    /// `events` is null or a list whose events are as long as they say.
    pub unsafe fn corrected(
        &mut self,
        events: *const clap_input_events,
        frames: u32,
    ) -> *const clap_input_events {
        // SAFETY: by this function's own contract.
        let Some(list) = (unsafe { events.as_ref() }) else { return events };
        let (Some(size), Some(get)) = (list.size, list.get) else { return std::ptr::null() };
        let last_sample = frames.saturating_sub(1);
        let mut earliest = 0;
        // SAFETY: the list is the host's, and gets its own pointer back.
        let (count, event) = unsafe { (size(events), |index| get(events, index).as_ref()) };
        let is_right = (0..count).all(|index| match event(index) {
            Some(event) if event.time >= earliest && event.time <= last_sample && is_whole(event) => {
                earliest = event.time;
                true
            }
            _ => false,
        });
        if is_right {
            return events;
        }
        self.copies.clear();
        self.order.clear();
        for event in (0..count).filter_map(event) {
            if self.copies.len() == MOST_EVENTS {
                break;
            }
            if is_parameter(event) && is_whole(event) {
                // SAFETY: it is as long as one, and both kinds are laid out alike.
                let mut copy = unsafe { *(&raw const *event).cast::<clap_event_param_value>() };
                copy.header.time = copy.header.time.min(last_sample);
                self.order.push((copy.header.time, self.copies.len() as u32));
                self.copies.push(copy);
            }
        }
        // By time, and at one time as they came.
        self.order.sort_unstable();
        self.list.ctx = (&raw const *self).cast_mut().cast();
        &self.list
    }
}

fn is_parameter(event: &clap_event_header) -> bool {
    event.space_id == CLAP_CORE_EVENT_SPACE_ID
        && matches!(event.type_, CLAP_EVENT_PARAM_VALUE | CLAP_EVENT_PARAM_MOD)
}

/// Whether the event is as long as what the framework takes it for.
fn is_whole(event: &clap_event_header) -> bool {
    let length = match (event.space_id, event.type_) {
        (CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_VALUE | CLAP_EVENT_PARAM_MOD) => {
            size_of::<clap_event_param_value>()
        }
        (CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_TRANSPORT) => size_of::<clap_event_transport>(),
        _ => size_of::<clap_event_header>(),
    };
    event.size as usize >= length
}

unsafe extern "C" fn size(list: *const clap_input_events) -> u32 {
    // SAFETY: the list is that of an `Events`, which it points to.
    let events: &Events = unsafe { &*(*list).ctx.cast() };
    events.order.len() as u32
}

unsafe extern "C" fn get(list: *const clap_input_events, index: u32) -> *const clap_event_header {
    // SAFETY: as above.
    let events: &Events = unsafe { &*(*list).ctx.cast() };
    match events.order.get(index as usize) {
        Some(&(_, place)) => (&raw const events.copies[place as usize]).cast(),
        None => std::ptr::null(),
    }
}

/// A list of one event, for the framework. The event lives as long as the list is used.
pub fn one(event: &clap_event_param_value) -> clap_input_events {
    unsafe extern "C" fn size(_: *const clap_input_events) -> u32 {
        1
    }
    unsafe extern "C" fn get(list: *const clap_input_events, index: u32) -> *const clap_event_header {
        // SAFETY: the list's context is its one event.
        if index == 0 { unsafe { (*list).ctx.cast() } } else { std::ptr::null() }
    }
    clap_input_events {
        ctx: (&raw const *event).cast_mut().cast::<c_void>(),
        size: Some(size),
        get: Some(get),
    }
}
