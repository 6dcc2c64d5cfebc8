//! VST3 preset files (.vstpreset): the factory presets, for the folder where hosts look for a plugin's presets.
//!
//! A file is a header with the class id, then chunks, then a list of where the chunks lie. All numbers are
//! little-endian. The chunk "Comp" is the plugin's state, "Info" is XML that a host can show without the plugin.

use nice_plug::prelude::{Plugin, Vst3Plugin, Vst3SubCategory};

use crate::plugin::Lull;
use crate::preset::{FactoryPreset, factory_params};
use crate::project::state;

const FORMAT_VERSION: u32 = 1;
/// Magic, version, class id as hexadecimal text, place of the list.
const HEADER_BYTES: usize = 4 + 4 + 32 + 8;
const STATE: [u8; 4] = *b"Comp";
const META_INFO: [u8; 4] = *b"Info";

/// The file's name. Colons are not for file names.
pub fn file_name(preset: &FactoryPreset) -> String {
    format!("{}.vstpreset", preset.name.replace(':', " -"))
}

/// The file's content. Setup only.
pub fn file(preset: &FactoryPreset) -> Vec<u8> {
    let state = serde_json::to_vec(&state::of_preset(&factory_params(preset))).expect("a state is JSON");
    write(&[(STATE, &state), (META_INFO, meta_info(preset).as_bytes())])
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
    use crate::preset::{FACTORY, committed};

    /// The data of a chunk, found through the list at the file's end.
    fn chunk(file: &[u8], wanted: [u8; 4]) -> &[u8] {
        let number = |at: usize| u64::from_le_bytes(file[at..at + 8].try_into().unwrap()) as usize;
        let first_entry = number(HEADER_BYTES - 8) + 8;
        let entry = (0..).map(|index| first_entry + 20 * index).find(|&at| file[at..].starts_with(&wanted));
        let (at, bytes) = entry.map(|at| (number(at + 4), number(at + 12))).unwrap();
        &file[at..at + bytes]
    }

    #[test]
    fn a_preset_comes_back_from_its_file() {
        for preset in &FACTORY {
            let file = file(preset);
            let state: PluginState = serde_json::from_slice(chunk(&file, STATE)).unwrap();
            let expected = state::of_preset(&factory_params(preset));
            assert_eq!(format!("{:?}", state.params), format!("{:?}", expected.params), "{}", preset.name);
            let info = std::str::from_utf8(chunk(&file, META_INFO)).unwrap();
            assert!(info.contains(preset.name) && info.contains("\"Fx|Restoration\""), "{info}");
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
    fn the_committed_vst3_presets_are_what_the_code_writes() {
        let files = FACTORY.iter().map(|preset| (file_name(preset), file(preset)));
        committed::expect("presets/vst3", ".vstpreset", &files.collect());
    }

    #[test]
    fn file_names_are_ones_on_every_system_and_differ() {
        let mut names: Vec<String> = FACTORY.iter().map(file_name).collect();
        assert!(names.iter().all(|name| !name.contains(['\\', '*', '?', '/', ':', '<', '>', '|', '"'])));
        names.sort();
        names.dedup();
        assert_eq!(names.len(), FACTORY.len());
    }
}
