//! Input events, right or wrong, and the list that hands them to the plugin.

use std::ptr::{null, null_mut};

use clap_sys::events::*;

/// An event as it is sent, right or wrong.
#[derive(Debug, Clone, Copy)]
pub struct RawEvent {
    pub time: u32,
    pub id: u32,
    pub value: f64,
    /// What the event says of its own length; `None` is the truth.
    pub size: Option<u32>,
    pub is_modulation: bool,
}

impl RawEvent {
    pub fn value(time: u32, id: u32, value: f64) -> Self {
        Self { time, id, value, size: None, is_modulation: false }
    }
}

/// Events with the list around them.
pub struct EventList(Vec<clap_event_param_value>);

impl EventList {
    pub fn new(events: &[RawEvent]) -> Self {
        let event = |event: &RawEvent| clap_event_param_value {
            header: clap_event_header {
                size: event.size.unwrap_or(size_of::<clap_event_param_value>() as u32),
                time: event.time,
                space_id: CLAP_CORE_EVENT_SPACE_ID,
                // Both kinds are laid out alike.
                type_: if event.is_modulation { CLAP_EVENT_PARAM_MOD } else { CLAP_EVENT_PARAM_VALUE },
                flags: 0,
            },
            param_id: event.id,
            cookie: null_mut(),
            note_id: -1,
            port_index: -1,
            channel: -1,
            key: -1,
            value: event.value,
        };
        Self(events.iter().map(event).collect())
    }

    /// Good as long as this lives and stays where it is.
    pub fn list(&self) -> clap_input_events {
        clap_input_events {
            ctx: (&raw const *self).cast_mut().cast(),
            size: Some(list_size),
            get: Some(list_get),
        }
    }
}

// SAFETY of all functions below: the plugin calls them with the pointers that this host has passed to it.

unsafe extern "C" fn list_size(list: *const clap_input_events) -> u32 {
    unsafe { &*(*list).ctx.cast::<EventList>() }.0.len() as u32
}

unsafe extern "C" fn list_get(list: *const clap_input_events, index: u32) -> *const clap_event_header {
    let events = unsafe { &*(*list).ctx.cast::<EventList>() };
    events.0.get(index as usize).map_or(null(), |event| (&raw const *event).cast())
}
