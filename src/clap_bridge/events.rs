//! Events as the framework needs them: within their block, in order, and of the size of their type.
//!
//! CLAP requires this of hosts, and a correct list passes through unchanged. With an incorrect list the framework would
//! read past the host's buffers: then the parameter events are copied, moved into the block and sorted, and other events,
//! which Lull does not use, are dropped.

use std::ffi::c_void;

use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_MOD, CLAP_EVENT_PARAM_VALUE, CLAP_EVENT_TRANSPORT,
    clap_event_header, clap_event_param_mod, clap_event_param_value, clap_event_transport, clap_input_events,
};

/// Events that are kept of an incorrect list; later ones are dropped.
const MOST_EVENTS: usize = 512;

// Modulation and value events have the same layout, so that one type holds both.
const _: () = assert!(
    size_of::<clap_event_param_value>() == size_of::<clap_event_param_mod>()
        && std::mem::offset_of!(clap_event_param_value, value)
            == std::mem::offset_of!(clap_event_param_mod, amount)
);

/// The corrected events of one call.
pub struct Events {
    copies: Vec<clap_event_param_value>,
    /// Time, and index in `copies`.
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

    /// The list itself if it is correct, or else a corrected one, which is valid until the next call. RT-safe.
    ///
    /// # Safety
    /// `events` is null or a list whose events have the size that their headers say.
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
        // SAFETY: the host's own functions, with their own list.
        let (count, event) = unsafe { (size(events), |index| get(events, index).as_ref()) };
        let is_correct = (0..count).all(|index| match event(index) {
            Some(event) if event.time >= earliest && event.time <= last_sample && is_whole(event) => {
                earliest = event.time;
                true
            }
            _ => false,
        });
        if is_correct {
            return events;
        }
        self.copies.clear();
        self.order.clear();
        for event in (0..count).filter_map(event) {
            if self.copies.len() == MOST_EVENTS {
                break;
            }
            if is_parameter(event) && is_whole(event) {
                // SAFETY: it has this size, and both types have the same layout.
                let mut copy = unsafe { *(&raw const *event).cast::<clap_event_param_value>() };
                copy.header.time = copy.header.time.min(last_sample);
                self.order.push((copy.header.time, self.copies.len() as u32));
                self.copies.push(copy);
            }
        }
        // By time; events of the same time keep their order.
        self.order.sort_unstable();
        self.list.ctx = (&raw const *self).cast_mut().cast();
        &self.list
    }
}

fn is_parameter(event: &clap_event_header) -> bool {
    event.space_id == CLAP_CORE_EVENT_SPACE_ID
        && matches!(event.type_, CLAP_EVENT_PARAM_VALUE | CLAP_EVENT_PARAM_MOD)
}

/// Whether the event has at least the size of the type that the framework reads.
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
    // SAFETY: the list belongs to an `Events`, which it points to.
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

/// A list of one event, for the framework. The event must exist as long as the list is used.
pub fn one(event: &clap_event_param_value) -> clap_input_events {
    unsafe extern "C" fn size(_: *const clap_input_events) -> u32 {
        1
    }
    unsafe extern "C" fn get(list: *const clap_input_events, index: u32) -> *const clap_event_header {
        // SAFETY: the list's context is its event.
        if index == 0 { unsafe { (*list).ctx.cast() } } else { std::ptr::null() }
    }
    clap_input_events {
        ctx: (&raw const *event).cast_mut().cast::<c_void>(),
        size: Some(size),
        get: Some(get),
    }
}
