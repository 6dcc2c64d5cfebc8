//! The items of a control's menu: Lull's own, and the host's with its submenus and check marks.

use std::sync::Arc;

use egui::containers::menu::SubMenuButton;
use egui::{
    Atom, AtomKind, AtomPaintArgs, Button, IntoSizedResult, Response, Role, ScrollArea, SizedAtomKind,
    Stroke, TextWrapMode, Ui, Vec2, WidgetInfo, vec2,
};

use super::theme;
use crate::host_link::MenuItem;
use crate::params::ParamView;

const LARGEST_WIDTH: f32 = 260.0;
/// Size of the check mark left of a label.
const CHECK_MARK: Vec2 = vec2(12.0, 12.0);

/// What was chosen.
#[derive(Clone, Copy)]
pub enum Choice {
    Reset,
    Type,
    /// The host's action of that id.
    Host(u32),
}

/// The area of a menu or submenu: as wide as its lines, up to a limit. It scrolls if it is higher than the window.
pub fn column<R>(ui: &mut Ui, lines: impl FnOnce(&mut Ui) -> R) -> R {
    ui.spacing_mut().button_padding = vec2(6.0, 2.0);
    ui.set_max_width(ui.available_width().min(LARGEST_WIDTH));
    if ui.is_sizing_pass() {
        // A scroll area would take all the available width.
        ui.style_mut().wrap_mode = Some(TextWrapMode::Extend);
        return lines(ui);
    }
    ui.style_mut().wrap_mode = Some(TextWrapMode::Truncate);
    let height = ui.ctx().content_rect().height() - 4.0 * theme::MARGIN;
    ScrollArea::vertical().max_height(height).show(ui, lines).inner
}

/// Lull's items, then the host's. Returns what was clicked.
pub fn all_lines(ui: &mut Ui, param: ParamView, has_field: bool, lines: &[MenuItem]) -> Option<Choice> {
    let indent = has_checks(lines);
    let reset = format!("Reset to {}", param.text(param.default_normalized()));
    let mut chosen = entry(ui, &reset, true, indent).then_some(Choice::Reset);
    if has_field && entry(ui, "Type a value...", true, indent) {
        chosen = Some(Choice::Type);
    }
    chosen.or(host_lines(ui, lines, true).map(Choice::Host))
}

/// The action of the line that was clicked.
fn host_lines(ui: &mut Ui, lines: &[MenuItem], follows_others: bool) -> Option<u32> {
    let indent = has_checks(lines);
    let (mut chosen, mut rest) = (None, lines);
    // Separators are drawn only between lines.
    let (mut is_first, mut is_apart) = (!follows_others, follows_others);
    while let Some((line, next)) = rest.split_first() {
        rest = next;
        match line {
            MenuItem::Separator => {
                is_apart = true;
                continue;
            }
            MenuItem::SubmenuEnd => continue,
            _ if is_apart && !is_first => {
                ui.separator();
            }
            _ => {}
        }
        (is_first, is_apart) = (false, false);
        match line {
            MenuItem::Entry { label, enabled, action } => {
                if entry(ui, label, *enabled, indent) {
                    chosen = Some(*action);
                }
            }
            MenuItem::Check { label, enabled, checked, action } => {
                if check(ui, label, *enabled, *checked) {
                    chosen = Some(*action);
                }
            }
            MenuItem::Title { label } => {
                ui.label(egui::RichText::new(label).color(theme::QUIET_TEXT).small());
            }
            MenuItem::SubmenuBegin { label, enabled } => {
                let (inside, after) = split_submenu(next);
                rest = after;
                if let Some(action) = submenu(ui, label, *enabled, indent, inside) {
                    chosen = Some(action);
                }
            }
            MenuItem::Separator | MenuItem::SubmenuEnd => {}
        }
    }
    chosen
}

fn has_checks(lines: &[MenuItem]) -> bool {
    lines.iter().any(|line| matches!(line, MenuItem::Check { .. }))
}

/// The lines of a submenu, and those after its end. Without an end, all lines are in the submenu.
pub fn split_submenu(lines: &[MenuItem]) -> (&[MenuItem], &[MenuItem]) {
    let mut depth = 1;
    for (index, line) in lines.iter().enumerate() {
        match line {
            MenuItem::SubmenuBegin { .. } => depth += 1,
            MenuItem::SubmenuEnd => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (&lines[..index], &lines[index + 1..]);
        }
    }
    (lines, &[])
}

/// A button; with a place for a check mark if `indent`.
fn labelled(label: &str, indent: bool, checked: bool) -> Button<'_> {
    if indent { Button::new((check_mark(checked), label)) } else { Button::new(label) }
}

/// Drawn, because the font has no check mark.
fn check_mark(checked: bool) -> Atom<'static> {
    let paint = move |ui: &Ui, args: AtomPaintArgs| {
        let centre = args.rect.center();
        let line = [(-4.0, 0.0), (-1.0, 3.0), (4.0, -3.0)].map(|(x, y)| centre + vec2(x, y));
        if checked {
            ui.painter().line(line.to_vec(), Stroke::new(1.5, args.fallback_text_color));
        }
    };
    let paint = Arc::new(paint);
    AtomKind::closure(move |_, _| IntoSizedResult {
        intrinsic_size: CHECK_MARK,
        sized: SizedAtomKind::Paint { paint: paint.clone(), size: CHECK_MARK },
    })
    .into()
}

/// True if it was clicked, which closes the menu.
pub fn entry(ui: &mut Ui, label: &str, enabled: bool, indent: bool) -> bool {
    let response = ui.add_enabled(enabled, labelled(label, indent, false));
    response.widget_info(|| WidgetInfo::labeled(Role::MenuItem, enabled, label));
    closing(ui, &response)
}

fn check(ui: &mut Ui, label: &str, enabled: bool, checked: bool) -> bool {
    let response = ui.add_enabled(enabled, labelled(label, true, checked));
    response.widget_info(|| WidgetInfo::selected(Role::MenuItemCheckBox, enabled, checked, label));
    closing(ui, &response)
}

fn closing(ui: &Ui, response: &Response) -> bool {
    if response.clicked() {
        ui.close();
    }
    response.clicked()
}

fn submenu(ui: &mut Ui, label: &str, enabled: bool, indent: bool, lines: &[MenuItem]) -> Option<u32> {
    let button = labelled(label, indent, false).right_text(SubMenuButton::arrow_atom(None));
    let content = |ui: &mut Ui| column(ui, |ui| host_lines(ui, lines, false));
    let (response, shown) =
        ui.add_enabled_ui(enabled, |ui| SubMenuButton::from_button(button).ui(ui, content)).inner;
    response.widget_info(|| WidgetInfo::labeled(Role::MenuItem, enabled, label));
    shown.and_then(|shown| shown.inner)
}
