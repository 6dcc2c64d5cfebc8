//! What the VST3 bundle says of its library without the library being loaded (moduleinfo.json), so that hosts can scan
//! it faster. It is made of what the library's own factory answers with.

use std::ffi::c_char;

use nice_plug::prelude::Plugin;
use nice_plug::wrapper::vst3::PluginInfo;
use serde_json::json;

use crate::plugin::Lull;
use crate::vst_preset;

/// Bits of a factory's flags.
const CLASSES_DISCARDABLE: i32 = 1 << 0;
const COMPONENT_NON_DISCARDABLE: i32 = 1 << 3;
const UNICODE: i32 = 1 << 4;

/// The file's content. Setup only.
pub fn json() -> String {
    let info = PluginInfo::for_plugin::<Lull>();
    let (factory, class) = (info.create_factory_info(), info.create_class_info_2());
    let has = |flag| factory.flags & flag != 0;
    let sub_categories = text(&class.subCategories);
    let content = json!({
        "Name": Lull::NAME,
        "Version": Lull::VERSION,
        "Factory Info": {
            "Vendor": text(&factory.vendor),
            "URL": text(&factory.url),
            "E-Mail": text(&factory.email),
            "Flags": {
                "Unicode": has(UNICODE),
                "Classes Discardable": has(CLASSES_DISCARDABLE),
                "Component Non Discardable": has(COMPONENT_NON_DISCARDABLE),
            },
        },
        "Classes": [{
            "CID": vst_preset::class_id(),
            "Category": text(&class.category),
            "Name": text(&class.name),
            "Vendor": text(&class.vendor),
            "Version": text(&class.version),
            "SDKVersion": text(&class.sdkVersion),
            "Sub Categories": sub_categories.split('|').collect::<Vec<_>>(),
            "Class Flags": class.classFlags,
            "Cardinality": class.cardinality,
            "Snapshots": [],
        }],
    });
    serde_json::to_string_pretty(&content).expect("texts and numbers are JSON") + "\n"
}

/// A text that ends at its first zero.
fn text(field: &[c_char]) -> String {
    let bytes: Vec<u8> = field.iter().map(|&c| c as u8).take_while(|&byte| byte != 0).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::preset::committed;

    #[test]
    fn the_committed_module_info_is_what_the_code_writes() {
        let file = ("moduleinfo.json".to_owned(), json().into_bytes());
        committed::expect("presets", "moduleinfo.json", &BTreeMap::from([file]));
    }
}
