//! The menu that a right click opens in the spectrum, or on a point of the threshold.

use egui::{Popup, Response};

use super::menu_lines::{column, entry};

/// What was chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    Add,
    Remove,
    RemoveAll,
}

/// What may be chosen.
pub struct Offer {
    /// The first line, and whether it can be chosen: it adds a point to the spectrum, or removes the one that was clicked.
    pub first: Choice,
    pub first_is_possible: bool,
    pub has_points: bool,
}

/// Adds the menu to a control. Returns what was chosen in this frame.
pub fn offer(response: &Response, offer: &Offer) -> Option<Choice> {
    if response.secondary_clicked() {
        // The arrow keys belong to the menu.
        response.surrender_focus();
    }
    let menu = Popup::context_menu(response).accessible_name("Menu of points".to_owned());
    menu.show(|ui| column(ui, |ui| lines(ui, offer))).and_then(|shown| shown.inner)
}

fn lines(ui: &mut egui::Ui, offer: &Offer) -> Option<Choice> {
    let first = if offer.first == Choice::Add { "Add a point here" } else { "Remove this point" };
    let lines = [
        (first, offer.first_is_possible, offer.first),
        ("Remove all points", offer.has_points, Choice::RemoveAll),
    ];
    let mut chosen = None;
    for (label, is_possible, choice) in lines {
        if entry(ui, label, is_possible, false) {
            chosen = Some(choice);
        }
    }
    chosen
}
