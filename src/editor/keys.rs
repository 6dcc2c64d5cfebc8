//! Which keys the window takes, and which it leaves to the host.
//!
//! While no control has the focus, egui-baseview 0.9 passes every key on to the host, and to the window as well. A key that
//! means something to both would then act twice. So:
//!
//! - Space starts and stops the host's transport: the window ignores it outside text fields.
//! - Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y (Command on macOS) are the window's while a control in it has the focus and there is
//!   something to undo or redo. Otherwise they are the host's undo, and the window ignores them.
//! - A key that comes as a capital is the host's: egui-baseview translates small letters alone. With Ctrl they are small on X11,
//!   but Ctrl+Shift+Z is a capital on Windows, where Ctrl+Y redoes.

use egui::{Context, Key, Modifiers, RawInput};

use super::history::History;

/// Keys that go to the host while a control has the focus, in a window without a text field that is being typed into.
pub fn left_to_the_host(history: &History) -> Vec<nice_plug_egui::Key> {
    let mut keys = vec![" ", "Z", "Y"];
    let (undo, redo) = (history.to_undo().is_some(), history.to_redo().is_some());
    keys.extend((!undo && !redo).then_some("z"));
    keys.extend((!redo).then_some("y"));
    keys.into_iter().map(|key| nice_plug_egui::Key::Character(key.into())).collect()
}

/// What a combination of keys means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndoKey {
    Undo,
    Redo,
}

impl UndoKey {
    /// From a key that is pressed.
    pub fn of(key: Key, modifiers: Modifiers) -> Option<Self> {
        match (key, modifiers.shift) {
            _ if !modifiers.command || modifiers.alt => None,
            (Key::Z, false) => Some(Self::Undo),
            (Key::Z, true) | (Key::Y, false) => Some(Self::Redo),
            _ => None,
        }
    }
}

/// Removes keys that are the host's from the window's input.
pub struct HostKeys;

impl egui::Plugin for HostKeys {
    fn debug_name(&self) -> &'static str {
        "leave keys to the host"
    }

    fn input_hook(&mut self, context: &Context, input: &mut RawInput) {
        if context.text_edit_focused() {
            return;
        }
        let has_focus = context.memory(|memory| memory.focused().is_some());
        input.events.retain(|event| match *event {
            egui::Event::Key { key: Key::Space, .. } => false,
            egui::Event::Key { key, modifiers, .. } => has_focus || UndoKey::of(key, modifiers).is_none(),
            _ => true,
        });
    }
}
