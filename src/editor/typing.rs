//! Which value is being typed, and the text so far. Kept in egui's memory under the id of the field.

use egui::{Id, Ui};

/// A value that is being typed.
#[derive(Clone)]
pub struct Typing {
    pub text: String,
    /// The field was not drawn yet.
    pub is_new: bool,
}

/// Opens the field `id` with `text` in it.
pub fn begin(ui: &Ui, id: Id, text: &str) {
    keep(ui, id, Typing { text: text.to_owned(), is_new: true });
    ui.memory_mut(|memory| memory.request_focus(id));
}

/// What is being typed into the field `id`, if it is open.
pub fn current(ui: &Ui, id: Id) -> Option<Typing> {
    ui.data(|data| data.get_temp(id))
}

/// Keeps what is typed until the next frame.
pub fn keep(ui: &Ui, id: Id, typing: Typing) {
    ui.data_mut(|data| data.insert_temp(id, typing));
}

/// Closes the field `id`.
pub fn end(ui: &Ui, id: Id) {
    ui.data_mut(|data| data.remove::<Typing>(id));
}
