//! VST3 preset files (.vstpreset): the factory presets, for the folder where hosts look for a plugin's presets.
//!
//! A file is a header with the class id, then chunks, then a list of where the chunks lie. All numbers are
//! little-endian. The chunk "Comp" is the plugin's state, "Info" is XML that a host can show without the plugin.

use nice_plug::prelude::{Plugin, Vst3Plugin, Vst3SubCategory};

use crate::plugin::Lull;
use crate::preset::FactoryPreset;
use crate::project::state;

/// Folders below the user's folder of presets.
pub const FOLDERS: [&str; 2] = [Lull::VENDOR, Lull::NAME];
const FORMAT_VERSION: u32 = 1;
/// Magic, version, class id as hexadecimal text, place of the list.
const HEADER_BYTES: usize = 4 + 4 + 32 + 8;
/// Id, place, size.
const ENTRY_BYTES: usize = 4 + 8 + 8;
const STATE: [u8; 4] = *b"Comp";
const META_INFO: [u8; 4] = *b"Info";

/// The file's name. Colons are not for file names.
pub fn file_name(preset: &FactoryPreset) -> String {
    format!("{}.vstpreset", preset.name.replace(':', " -"))
}

/// The file's content. Setup only.
pub fn file(preset: &FactoryPreset) -> Vec<u8> {
    let state = serde_json::to_vec(&state::of_preset(&preset.params())).expect("a state is JSON");
    write(&[(STATE, &state), (META_INFO, meta_info(preset).as_bytes())])
}

/// Whether a file is one that [`file`] has made, of this version of Lull or another: no preset that a user has saved
/// from a host.
pub fn is_factory_file(file: &[u8]) -> bool {
    let state = chunk(file, STATE).and_then(|state| serde_json::from_slice(state).ok());
    state.is_some_and(|state| state::is_preset(&state))
}

/// The plugin's class id as hosts write it, which is the same text on every system.
pub fn class_id() -> String {
    Lull::VST3_CLASS_ID.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn write(chunks: &[([u8; 4], &[u8])]) -> Vec<u8> {
    let list_at = HEADER_BYTES + chunks.iter().map(|(_, data)| data.len()).sum::<usize>();
    let mut file = b"VST3".to_vec();
    file.extend(FORMAT_VERSION.to_le_bytes());
    file.extend(class_id().as_bytes());
    file.extend((list_at as u64).to_le_bytes());
    let mut list = b"List".to_vec();
    list.extend((chunks.len() as u32).to_le_bytes());
    for (id, data) in chunks {
        list.extend(id);
        list.extend((file.len() as u64).to_le_bytes());
        list.extend((data.len() as u64).to_le_bytes());
        file.extend(*data);
    }
    file.extend(list);
    file
}

/// A chunk of a file, if it is a preset of this plugin and has one.
fn chunk(file: &[u8], wanted: [u8; 4]) -> Option<&[u8]> {
    let number = |at: usize, bytes: usize| -> Option<usize> {
        let mut number = [0; 8];
        number[..bytes].copy_from_slice(file.get(at..at.checked_add(bytes)?)?);
        usize::try_from(u64::from_le_bytes(number)).ok()
    };
    let list_at = number(HEADER_BYTES - 8, 8)?;
    let list = file.get(list_at..)?;
    if !file.starts_with(b"VST3") || &file[8..40] != class_id().as_bytes() || !list.starts_with(b"List") {
        return None;
    }
    let entries = list.get(8..)?.chunks_exact(ENTRY_BYTES).take(number(list_at + 4, 4)?);
    let index = entries.into_iter().position(|entry| entry.starts_with(&wanted))?;
    let entry_at = list_at + 8 + index * ENTRY_BYTES;
    let (at, size) = (number(entry_at + 4, 8)?, number(entry_at + 12, 8)?);
    file.get(at..at.checked_add(size)?)
}

/// What hosts show and search by.
fn meta_info(preset: &FactoryPreset) -> String {
    let category: Vec<_> = Lull::VST3_SUBCATEGORIES.iter().map(Vst3SubCategory::as_str).collect();
    let attributes = [
        ("MediaType", "VstPreset"),
        ("PlugInCategory", &category.join("|")),
        ("PlugInName", Lull::NAME),
        ("PlugInVendor", Lull::VENDOR),
        ("Name", preset.name),
        ("Comment", preset.purpose),
    ];
    let mut xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<MetaInfo>\n".to_owned();
    for (id, value) in attributes {
        let value = value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        xml += &format!(
            "\t<Attribute id=\"{id}\" value=\"{value}\" type=\"string\" flags=\"writeProtected\"/>\n"
        );
    }
    xml + "</MetaInfo>\n"
}

#[cfg(test)]
mod tests {
    use nice_plug::plugin::PluginState;

    use super::*;
    use crate::preset::FACTORY;

    #[test]
    fn a_preset_comes_back_from_its_file() {
        for preset in &FACTORY {
            let file = file(preset);
            let state: PluginState = serde_json::from_slice(chunk(&file, STATE).unwrap()).unwrap();
            let expected = state::of_preset(&preset.params());
            assert_eq!(format!("{:?}", state.params), format!("{:?}", expected.params), "{}", preset.name);
            let info = std::str::from_utf8(chunk(&file, META_INFO).unwrap()).unwrap();
            assert!(info.contains(preset.name) && info.contains("\"Fx|Restoration\""), "{info}");
            assert!(is_factory_file(&file));
        }
    }

    #[test]
    fn the_parts_lie_where_the_format_has_them() {
        let file = write(&[(STATE, b"abc"), (META_INFO, b"de")]);
        let mut expected = b"VST3\x01\0\0\0".to_vec();
        expected.extend(b"4C756C6C537065637472616C44656E6F\x35\0\0\0\0\0\0\0abcde");
        expected.extend(b"List\x02\0\0\0");
        expected.extend(b"Comp\x30\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\0");
        expected.extend(b"Info\x33\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0");
        assert_eq!(file, expected);
    }

    #[test]
    fn a_preset_of_a_user_or_a_damaged_file_is_no_factory_preset() {
        assert!(!is_factory_file(&write(&[(STATE, br#"{"params":{},"fields":{}}"#)])));
        let whole = file(&FACTORY[1]);
        // The last entry of the list is the meta information's.
        for end in 0..whole.len() - ENTRY_BYTES {
            assert!(!is_factory_file(&whole[..end]), "cut after {end} bytes");
        }
        for at in [44, whole.len() - 30, whole.len() - 9] {
            let mut far = whole.clone();
            far[at] = 0xff;
            is_factory_file(&far);
        }
    }

    #[test]
    fn file_names_are_ones_on_every_system_and_differ() {
        let mut names: Vec<String> = FACTORY.iter().map(file_name).collect();
        assert!(
            names
                .iter()
                .chain(&FOLDERS.map(String::from))
                .all(|name| !name.contains(['\\', '*', '?', '/', ':', '<', '>', '|', '"']))
        );
        names.sort();
        names.dedup();
        assert_eq!(names.len(), FACTORY.len());
    }
}
