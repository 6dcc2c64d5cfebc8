//! Reads VST3 preset files (.vstpreset), to tell the factory's from a user's. The plugin writes them
//! (src/vst_preset.rs), and has the format's description.

use serde_json::Value;

/// Magic, version and class id, before the position of the list.
const LIST_POSITION_AT: usize = 4 + 4 + 32;
/// Id, position, size.
const ENTRY_BYTES: usize = 4 + 8 + 8;
/// The chunk with the plugin's state.
const STATE: &[u8] = b"Comp";
/// Field of a state that is a factory preset's. A preset that a host saves is a whole project and lacks it.
const IS_PRESET: &str = "preset";

/// Whether a file is a factory preset of any version of Lull, rather than one that a user has saved from a host.
pub fn is_factory_file(file: &[u8]) -> bool {
    let state = state(file).and_then(|state| serde_json::from_slice::<Value>(state).ok());
    state.is_some_and(|state| state["fields"].get(IS_PRESET).is_some())
}

/// The plugin's state in a preset file, if the file is whole and has one.
fn state(file: &[u8]) -> Option<&[u8]> {
    let list_at = number(file, LIST_POSITION_AT, 8)?;
    let list = file.get(list_at..)?;
    if !file.starts_with(b"VST3") || !list.starts_with(b"List") {
        return None;
    }
    let entries = list.get(8..)?.chunks_exact(ENTRY_BYTES).take(number(list, 4, 4)?);
    let entry = entries.into_iter().find(|entry| entry.starts_with(STATE))?;
    let (at, size) = (number(entry, 4, 8)?, number(entry, 12, 8)?);
    file.get(at..at.checked_add(size)?)
}

/// A little-endian number of up to eight bytes.
fn number(bytes: &[u8], at: usize, size: usize) -> Option<usize> {
    let mut number = [0; 8];
    number[..size].copy_from_slice(bytes.get(at..at.checked_add(size)?)?);
    usize::try_from(u64::from_le_bytes(number)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::committed;

    #[test]
    fn every_committed_preset_is_the_factorys() {
        let files: Vec<_> = std::fs::read_dir(committed("vst3")).unwrap().flatten().collect();
        assert!(!files.is_empty());
        for file in files {
            assert!(is_factory_file(&std::fs::read(file.path()).unwrap()), "{:?}", file.path());
        }
    }

    #[test]
    fn a_preset_of_a_user_or_a_damaged_file_is_not() {
        let whole = std::fs::read(committed("vst3/Default.vstpreset")).unwrap();
        let mark = b"\"preset\"";
        let at = whole.windows(mark.len()).position(|bytes| bytes == mark).unwrap();
        let mut users = whole.clone();
        users[at + 1] = b'P';
        assert!(!is_factory_file(&users));
        // The last entry of the list is not the state's.
        for end in 0..whole.len() - ENTRY_BYTES {
            assert!(!is_factory_file(&whole[..end]), "cut after {end} bytes");
        }
        for at in [LIST_POSITION_AT + 4, whole.len() - 30, whole.len() - 9] {
            let mut far = whole.clone();
            far[at] = 0xff;
            is_factory_file(&far);
        }
    }
}
