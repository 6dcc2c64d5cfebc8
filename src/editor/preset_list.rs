//! The presets that the browser lists: the factory's and the user's, found by words and tags.

use super::files::Folder;
use crate::preset::{self, FACTORY, FactoryPreset, Snapshot};

/// The tag of the user's own presets.
pub const YOURS: &str = "yours";

/// Where a preset comes from.
#[derive(Clone, Copy)]
pub enum Origin {
    Factory(&'static FactoryPreset),
    User,
}

/// One line of the list.
#[derive(Clone)]
pub struct Entry {
    pub name: String,
    /// What it is for; of a user's preset, what it sets.
    pub about: String,
    pub origin: Origin,
}

/// What the browser keeps while the window is open.
#[derive(Default)]
pub struct Browser {
    pub search: String,
    pub tag: Option<&'static str>,
    pub new_name: String,
    pub question: Option<Question>,
    /// As they were when the panel was opened, or something was done in it.
    pub entries: Vec<Entry>,
    pub is_open: bool,
}

/// What is done once the user has confirmed it.
#[derive(Clone)]
pub enum Question {
    Delete(String),
    Overwrite(String),
}

/// All presets, the factory's first. Reads the user's files.
pub fn entries(folder: &Folder) -> Vec<Entry> {
    let factory = FACTORY.iter().map(|preset| Entry {
        name: preset.name.to_owned(),
        about: preset.purpose.to_owned(),
        origin: Origin::Factory(preset),
    });
    let user = folder.names().into_iter().map(|name| {
        let about = folder.read(&name).and_then(|text| preset::about_json(&text));
        let about = about.unwrap_or_else(|why| format!("Not usable: {why}"));
        Entry { name, about, origin: Origin::User }
    });
    factory.chain(user).collect()
}

/// All tags, in the order in which the presets have them; the user's own last.
pub fn tags() -> Vec<&'static str> {
    let mut tags: Vec<&str> = Vec::new();
    for tag in FACTORY.iter().flat_map(|preset| preset.tags).chain([&YOURS]) {
        if !tags.contains(tag) {
            tags.push(tag);
        }
    }
    tags
}

impl Entry {
    pub fn is_users(&self) -> bool {
        matches!(self.origin, Origin::User)
    }

    fn tags(&self) -> &'static [&'static str] {
        match self.origin {
            Origin::Factory(preset) => preset.tags,
            Origin::User => &[YOURS],
        }
    }

    /// Whether it has the tag, and each word of `search` in its name, its description or a tag.
    pub fn matches(&self, search: &str, tag: Option<&str>) -> bool {
        let text = format!("{} {} {}", self.name, self.about, self.tags().join(" ")).to_lowercase();
        let has_words = search.to_lowercase().split_whitespace().all(|word| text.contains(word));
        has_words && tag.is_none_or(|tag| self.tags().contains(&tag))
    }

    /// Where it puts every parameter.
    ///
    /// # Errors
    /// In words for the user: its file cannot be read, or is no preset.
    pub fn snapshot(&self, folder: &Folder) -> Result<Snapshot, String> {
        match self.origin {
            Origin::Factory(preset) => Ok(preset::factory_snapshot(preset)),
            Origin::User => folder.read(&self.name).and_then(|text| preset::from_json(&text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(entries: &[Entry], search: &str, tag: Option<&str>) -> Vec<String> {
        entries.iter().filter(|entry| entry.matches(search, tag)).map(|entry| entry.name.clone()).collect()
    }

    #[test]
    fn presets_are_found_by_words_and_tags() {
        let home = tempfile::tempdir().unwrap();
        let folder = Folder::at(home.path());
        folder.write("My amp", r#"{"lull_preset": 1, "parameters": {"reduction": "12 dB"}}"#).unwrap();
        folder.write("Broken", "{}").unwrap();
        let entries = entries(&folder);
        assert_eq!(entries.len(), FACTORY.len() + 2);
        assert_eq!(found(&entries, "", None).len(), entries.len());
        assert_eq!(found(&entries, "AMP", None), ["Guitar amp", "My amp"], "whatever the case");
        assert_eq!(found(&entries, "amp guitar", None), ["Guitar amp"], "every word");
        assert_eq!(found(&entries, "mains", None), ["Hum and buzz"], "a tag");
        assert_eq!(found(&entries, "", Some("vinyl")), ["Tape and vinyl"]);
        assert_eq!(found(&entries, "amp", Some(YOURS)), ["My amp"]);
        assert_eq!(found(&entries, "nothing of the kind", None), [""; 0]);
        let about = |name: &str| entries.iter().find(|entry| entry.name == name).unwrap().about.clone();
        assert_eq!(about("My amp"), "Reduction 12.0 dB");
        assert!(about("Broken").contains("Not usable"));
    }

    #[test]
    fn every_factory_preset_is_found_by_each_of_its_tags() {
        let home = tempfile::tempdir().unwrap();
        let entries = entries(&Folder::at(home.path()));
        let tags = tags();
        for preset in &FACTORY {
            for tag in preset.tags {
                assert!(
                    tags.contains(tag) && found(&entries, "", Some(tag)).contains(&preset.name.to_owned())
                );
            }
        }
        assert_eq!(tags.last(), Some(&YOURS));
    }
}
