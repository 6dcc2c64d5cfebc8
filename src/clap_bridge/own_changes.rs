//! Parameter changes that the plugin makes itself, such as a reset from the host's menu: they wait until the host calls
//! process() or flush().

use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_GESTURE_BEGIN, CLAP_EVENT_PARAM_GESTURE_END,
    CLAP_EVENT_PARAM_VALUE, clap_event_header, clap_event_param_gesture, clap_event_param_value,
    clap_input_events, clap_output_events,
};
use clap_sys::id::clap_id;
use crossbeam::queue::ArrayQueue;

use super::events;

/// Changes that can wait.
const CAPACITY: usize = 64;

/// Values by parameter id.
pub struct OwnChanges(ArrayQueue<(clap_id, f64)>);

impl Default for OwnChanges {
    fn default() -> Self {
        Self(ArrayQueue::new(CAPACITY))
    }
}

impl OwnChanges {
    pub fn add(&self, id: clap_id, value: f64) {
        // Full only if the host never calls process() or flush(): then it would not see the change either.
        let _ = self.0.push((id, value));
    }

    /// Passes each change to `apply` as a list of one event, and to the host as a gesture. RT-safe.
    ///
    /// # Safety
    /// `out` is null or the host's list.
    pub unsafe fn flush(&self, apply: impl Fn(&clap_input_events), out: *const clap_output_events) {
        while let Some((id, value)) = self.0.pop() {
            let event = value_event(id, value);
            apply(&events::one(&event));
            // SAFETY: by this function's own contract; the host copies the events.
            unsafe {
                if let Some(try_push) = out.as_ref().and_then(|out| out.try_push) {
                    try_push(out, &gesture(CLAP_EVENT_PARAM_GESTURE_BEGIN, id).header);
                    try_push(out, (&raw const event).cast());
                    try_push(out, &gesture(CLAP_EVENT_PARAM_GESTURE_END, id).header);
                }
            }
        }
    }
}

fn value_event(id: clap_id, value: f64) -> clap_event_param_value {
    clap_event_param_value {
        header: header::<clap_event_param_value>(CLAP_EVENT_PARAM_VALUE),
        param_id: id,
        cookie: std::ptr::null_mut(),
        note_id: -1,
        port_index: -1,
        channel: -1,
        key: -1,
        value,
    }
}

fn gesture(kind: u16, id: clap_id) -> clap_event_param_gesture {
    clap_event_param_gesture { header: header::<clap_event_param_gesture>(kind), param_id: id }
}

fn header<T>(kind: u16) -> clap_event_header {
    clap_event_header {
        size: size_of::<T>() as u32,
        time: 0,
        space_id: CLAP_CORE_EVENT_SPACE_ID,
        type_: kind,
        flags: 0,
    }
}
