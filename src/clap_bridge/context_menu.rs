//! Menus of parameters: Lull's item in the host's menu, and the host's items for Lull's menu.

use std::ffi::{CStr, CString, c_char, c_void};

use clap_sys::ext::context_menu::{
    CLAP_CONTEXT_MENU_ITEM_BEGIN_SUBMENU, CLAP_CONTEXT_MENU_ITEM_CHECK_ENTRY,
    CLAP_CONTEXT_MENU_ITEM_END_SUBMENU, CLAP_CONTEXT_MENU_ITEM_ENTRY, CLAP_CONTEXT_MENU_ITEM_SEPARATOR,
    CLAP_CONTEXT_MENU_ITEM_TITLE, CLAP_CONTEXT_MENU_TARGET_KIND_PARAM, clap_context_menu_builder,
    clap_context_menu_check_entry, clap_context_menu_entry, clap_context_menu_item_kind,
    clap_context_menu_item_title, clap_context_menu_submenu, clap_context_menu_target,
    clap_plugin_context_menu,
};
use clap_sys::id::clap_id;
use clap_sys::plugin::clap_plugin;

use super::bridge::{Bridge, behind};
use crate::host_link::{MenuAnswer, MenuItem, MenuRequest};

/// Lull's own item in a host's menu.
const RESET: clap_id = 1;

pub static CONTEXT_MENU: clap_plugin_context_menu =
    clap_plugin_context_menu { populate: Some(populate), perform: Some(perform) };

// SAFETY of both functions below: see plugin.rs. Target and builder are null or the host's.

unsafe extern "C" fn populate(
    plugin: *const clap_plugin,
    target: *const clap_context_menu_target,
    builder: *const clap_context_menu_builder,
) -> bool {
    let (Some(bridge), Some(target)) = (unsafe { (behind(plugin), target.as_ref()) }) else { return false };
    let add_item = unsafe { builder.as_ref() }.and_then(|builder| builder.add_item);
    let (Some(add_item), CLAP_CONTEXT_MENU_TARGET_KIND_PARAM) = (add_item, target.kind) else { return false };
    let reset = bridge.with_param(target.id, |_, view| view.text(view.default_normalized()));
    let Some(label) = reset.and_then(|text| CString::new(format!("Reset to {text}")).ok()) else {
        return false;
    };
    let entry = clap_context_menu_entry { label: label.as_ptr(), is_enabled: true, action_id: RESET };
    unsafe { add_item(builder, CLAP_CONTEXT_MENU_ITEM_ENTRY, (&raw const entry).cast()) }
}

unsafe extern "C" fn perform(
    plugin: *const clap_plugin,
    target: *const clap_context_menu_target,
    action: clap_id,
) -> bool {
    let (Some(bridge), Some(target)) = (unsafe { (behind(plugin), target.as_ref()) }) else { return false };
    if (target.kind, action) != (CLAP_CONTEXT_MENU_TARGET_KIND_PARAM, RESET) {
        return false;
    }
    let default =
        bridge.with_param(target.id, |known, view| f64::from(view.default_normalized()) * known.steps);
    default.is_some_and(|default| {
        bridge.change(target.id, default);
        true
    })
}

/// Serves the window's requests for the host's menus. Main thread.
pub fn serve_requests(bridge: &Bridge) {
    for request in bridge.parts.link.take_menu_requests() {
        match request {
            MenuRequest::Open { param, x_px, y_px } => {
                bridge.parts.link.answer_menu(open(bridge, param, x_px, y_px));
            }
            MenuRequest::Perform { param, action } => {
                if let (Some(target), Some((menu, host))) =
                    (target(bridge, param), bridge.host.context_menu())
                    && let Some(perform) = menu.perform
                {
                    // SAFETY: the host's own function, with its own pointer and a valid target.
                    unsafe { perform(host, &target, action) };
                }
            }
        }
    }
}

fn target(bridge: &Bridge, index: usize) -> Option<clap_context_menu_target> {
    let known = bridge.known().iter().find(|known| known.index == index)?;
    Some(clap_context_menu_target { kind: CLAP_CONTEXT_MENU_TARGET_KIND_PARAM, id: known.id })
}

/// Lets the host show its menu; if it cannot, returns its items.
fn open(bridge: &Bridge, index: usize, x_px: i32, y_px: i32) -> MenuAnswer {
    let none = MenuAnswer::Items(Vec::new());
    let (Some(target), Some((menu, host))) = (target(bridge, index), bridge.host.context_menu()) else {
        return none;
    };
    // SAFETY: the host's own functions, with its own pointer and valid arguments; the builder lives until populate()
    // returns.
    unsafe {
        let can_popup = menu.can_popup.is_some_and(|can_popup| can_popup(host));
        if can_popup && menu.popup.is_some_and(|popup| popup(host, &target, 0, x_px, y_px)) {
            return MenuAnswer::Shown;
        }
        let Some(populate) = menu.populate else { return none };
        let mut items = Vec::new();
        let builder = clap_context_menu_builder {
            ctx: (&raw mut items).cast(),
            add_item: Some(add_item),
            supports: Some(supports),
        };
        if populate(host, &target, &builder) { MenuAnswer::Items(items) } else { none }
    }
}

/// # Safety
/// The builder was made in [`open`], and the data belongs to the kind.
unsafe extern "C" fn add_item(
    builder: *const clap_context_menu_builder,
    kind: clap_context_menu_item_kind,
    data: *const c_void,
) -> bool {
    // SAFETY: by this function's own contract.
    let (items, item) = unsafe {
        let items: &mut Vec<MenuItem> = &mut *(*builder).ctx.cast();
        (items, item(kind, data))
    };
    let is_known = item.is_some();
    items.extend(item);
    is_known
}

unsafe extern "C" fn supports(
    _builder: *const clap_context_menu_builder,
    kind: clap_context_menu_item_kind,
) -> bool {
    kind <= CLAP_CONTEXT_MENU_ITEM_TITLE
}

/// # Safety
/// The data is null or belongs to the kind.
unsafe fn item(kind: clap_context_menu_item_kind, data: *const c_void) -> Option<MenuItem> {
    // SAFETY: by this function's own contract; labels are C strings.
    unsafe {
        Some(match kind {
            CLAP_CONTEXT_MENU_ITEM_ENTRY => {
                let entry: &clap_context_menu_entry = data.cast::<clap_context_menu_entry>().as_ref()?;
                MenuItem::Entry {
                    label: text_of(entry.label),
                    enabled: entry.is_enabled,
                    action: entry.action_id,
                }
            }
            CLAP_CONTEXT_MENU_ITEM_CHECK_ENTRY => {
                let entry = data.cast::<clap_context_menu_check_entry>().as_ref()?;
                MenuItem::Check {
                    label: text_of(entry.label),
                    enabled: entry.is_enabled,
                    checked: entry.is_checked,
                    action: entry.action_id,
                }
            }
            CLAP_CONTEXT_MENU_ITEM_SEPARATOR => MenuItem::Separator,
            CLAP_CONTEXT_MENU_ITEM_BEGIN_SUBMENU => {
                let submenu = data.cast::<clap_context_menu_submenu>().as_ref()?;
                MenuItem::SubmenuBegin { label: text_of(submenu.label), enabled: submenu.is_enabled }
            }
            CLAP_CONTEXT_MENU_ITEM_END_SUBMENU => MenuItem::SubmenuEnd,
            CLAP_CONTEXT_MENU_ITEM_TITLE => {
                let title = data.cast::<clap_context_menu_item_title>().as_ref()?;
                MenuItem::Title { label: text_of(title.title) }
            }
            _ => return None,
        })
    }
}

/// # Safety
/// `text` is null or a C string.
unsafe fn text_of(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: by this function's own contract.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}
