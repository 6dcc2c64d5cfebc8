//! Scans the VST3 as a host does: its moduleinfo.json must say the same as the library's factory.

use std::ffi::c_char;
use std::path::Path;

use lull_host::Result;
use serde_json::{Value, json};
use vst3::ComRef;
use vst3::Steinberg::{
    IPluginFactory, IPluginFactory2, IPluginFactory2Trait, IPluginFactoryTrait, kResultOk,
};

use super::module::Module;

/// # Errors
/// When file and factory differ, or the library cannot be asked.
pub fn check(library: &Path, module_info: &Path) -> Result<()> {
    println!("--- moduleinfo.json and the factory (VST3)");
    let fault = |error: &dyn std::fmt::Display| format!("{}: {error}", module_info.display());
    let text = std::fs::read_to_string(module_info).map_err(|error| fault(&error))?;
    let told: Value = serde_json::from_str(&text).map_err(|error| fault(&error))?;
    let module = Module::load(library)?;
    let factory = module.factory()?;
    // SAFETY: the module lives longer than the factory.
    let asked = unsafe { ask(factory.as_com_ref())? };
    for part in ["Factory Info", "Classes"] {
        if told[part] != asked[part] {
            return Err(format!("the file has {}, the factory {}", told[part], asked[part]));
        }
    }
    println!("  ok     {} class, the same in both", asked["Classes"].as_array().map_or(0, Vec::len));
    Ok(())
}

/// The factory's answers, in the file's form.
///
/// # Safety
/// The factory's library stays loaded.
unsafe fn ask(factory: ComRef<'_, IPluginFactory>) -> Result<Value> {
    let factory = factory.cast::<IPluginFactory2>().ok_or("the factory has no IPluginFactory2")?;
    // SAFETY: both are plain C structs of numbers and texts, for which zeros are values; the factory fills them in.
    unsafe {
        let mut info = std::mem::zeroed();
        if factory.getFactoryInfo(&mut info) != kResultOk {
            return Err("the factory has no information about itself".into());
        }
        let mut classes = Vec::new();
        for index in 0..factory.countClasses() {
            let mut class = std::mem::zeroed();
            if factory.getClassInfo2(index, &mut class) != kResultOk {
                return Err(format!("the factory has no information about class {index}"));
            }
            classes.push(json!({
                "CID": class_id(class.cid),
                "Category": text(&class.category),
                "Name": text(&class.name),
                "Vendor": text(&class.vendor),
                "Version": text(&class.version),
                "SDKVersion": text(&class.sdkVersion),
                "Sub Categories": text(&class.subCategories).split('|').collect::<Vec<_>>(),
                "Class Flags": class.classFlags,
                "Cardinality": class.cardinality,
                "Snapshots": [],
            }));
        }
        Ok(json!({
            "Factory Info": {
                "Vendor": text(&info.vendor),
                "URL": text(&info.url),
                "E-Mail": text(&info.email),
                "Flags": {
                    "Unicode": info.flags & 1 << 4 != 0,
                    "Classes Discardable": info.flags & 1 != 0,
                    "Component Non Discardable": info.flags & 1 << 3 != 0,
                },
            },
            "Classes": classes,
        }))
    }
}

/// In hexadecimal. On Windows its first three parts are numbers, with their lowest byte first.
fn class_id(cid: [c_char; 16]) -> String {
    let order = if cfg!(windows) {
        [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
    } else {
        std::array::from_fn(|at| at)
    };
    order.iter().map(|&at: &usize| format!("{:02X}", cid[at] as u8)).collect()
}

fn text(field: &[c_char]) -> String {
    let bytes: Vec<u8> = field.iter().map(|&c| c as u8).take_while(|&byte| byte != 0).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}
