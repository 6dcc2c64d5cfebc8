//! What a file says besides its sound: a WAV file keeps its chunks in a WAV file, a FLAC file its comments, pictures and cue
//! sheet in a FLAC file, and plain tags (title, artist, ...) go from any kind to both.

use std::io::{Read, Seek};
use std::path::Path;

use flac_codec::metadata::{BlockList, Cuesheet, Picture, VorbisComment};
use symphonia::core::meta::{MetadataRevision, StandardTag};

use crate::riff::{self, Chunk};

/// Chunks that stay true when a file of the same length is denoised. Others describe the samples, as PEAK does, or are
/// padding.
const KEPT: [&[u8; 4]; 12] = [
    b"LIST", b"bext", b"iXML", b"cue ", b"smpl", b"inst", b"acid", b"cart", b"axml", b"_PMX", b"id3 ",
    b"ID3 ",
];

/// Plain tags: their names in Vorbis comments, and in the list INFO of WAV files.
const TAGS: [(&str, &[u8; 4]); 9] = [
    ("TITLE", b"INAM"),
    ("ARTIST", b"IART"),
    ("ALBUM", b"IPRD"),
    ("DATE", b"ICRD"),
    ("GENRE", b"IGNR"),
    ("COMMENT", b"ICMT"),
    ("TRACKNUMBER", b"ITRK"),
    ("COPYRIGHT", b"ICOP"),
    ("LANGUAGE", b"ILNG"),
];

/// What a file says besides its sound.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Metadata {
    /// Of a WAV file.
    chunks: Vec<Chunk>,
    /// Of a FLAC file.
    flac: Option<FlacBlocks>,
    /// Names of Vorbis comments, and texts.
    tags: Vec<(&'static str, String)>,
}

/// Blocks of a FLAC file.
#[derive(Debug, Clone, PartialEq)]
pub struct FlacBlocks {
    pub comment: Option<VorbisComment>,
    pub pictures: Vec<Picture>,
    pub cue_sheets: Vec<Cuesheet>,
}

impl Metadata {
    /// Of the chunks of a WAV file.
    pub fn of_chunks(mut chunks: Vec<Chunk>) -> Self {
        chunks.retain(|chunk| KEPT.contains(&&chunk.id));
        let infos = chunks.iter().filter(|chunk| &chunk.id == b"LIST");
        let tags =
            infos.filter_map(|chunk| chunk.data.strip_prefix(b"INFO")).flat_map(tags_of_info).collect();
        Self { chunks, flac: None, tags }
    }

    /// Of an open WAV file, before or after its samples. Nothing, if its chunks are damaged.
    pub fn of_wav(file: &mut (impl Read + Seek)) -> Self {
        riff::all_chunks(file).map(Self::of_chunks).unwrap_or_default()
    }

    /// Of a FLAC file. Nothing, if its blocks are damaged.
    pub fn of_flac(path: &Path) -> Self {
        let Ok(blocks) = BlockList::open(path) else { return Self::default() };
        let comment = blocks.get::<VorbisComment>().cloned();
        let tags = comment.iter().flat_map(|comment| {
            TAGS.iter().filter_map(|(name, _)| Some((*name, comment.get(name)?.to_owned())))
        });
        let tags = tags.collect();
        let pictures = blocks.get_all::<Picture>().cloned().collect();
        let cue_sheets = blocks.get_all::<Cuesheet>().cloned().collect();
        Self { chunks: Vec::new(), flac: Some(FlacBlocks { comment, pictures, cue_sheets }), tags }
    }

    /// Of another file, as the decoder has read its tags.
    pub fn of_tags(revision: Option<&MetadataRevision>) -> Self {
        let containers = revision.into_iter().flat_map(|revision| {
            let per_track = revision.per_track.iter().map(|track| &track.metadata);
            std::iter::once(&revision.media).chain(per_track)
        });
        let mut tags: Vec<(&'static str, String)> = Vec::new();
        for tag in containers.flat_map(|container| &container.tags) {
            if let Some((name, text)) = tag.std.as_ref().and_then(plain)
                && !text.is_empty()
                && tags.iter().all(|(other, _)| *other != name)
            {
                tags.push((name, text));
            }
        }
        Self { tags, ..Self::default() }
    }

    /// The chunks of a WAV file with this.
    pub fn wav_chunks(&self) -> Vec<Chunk> {
        if !self.chunks.is_empty() || self.tags.is_empty() {
            return self.chunks.clone();
        }
        let mut data = b"INFO".to_vec();
        for (name, text) in &self.tags {
            let id = TAGS.iter().find(|(other, _)| other == name).map_or(*b"ICMT", |(_, id)| **id);
            riff::write_chunk(&Chunk { id, data: format!("{text}\0").into_bytes() }, &mut data);
        }
        vec![Chunk { id: *b"LIST", data }]
    }

    /// The blocks of a FLAC file with this.
    pub fn flac_blocks(&self) -> FlacBlocks {
        if let Some(flac) = &self.flac {
            return flac.clone();
        }
        let fields = self.tags.iter().map(|(name, text)| format!("{name}={text}")).collect();
        let comment = VorbisComment { fields, ..VorbisComment::default() };
        FlacBlocks {
            comment: (!self.tags.is_empty()).then_some(comment),
            pictures: Vec::new(),
            cue_sheets: Vec::new(),
        }
    }
}

/// The name and text of a tag that all kinds of files have.
fn plain(tag: &StandardTag) -> Option<(&'static str, String)> {
    let (name, text) = match tag {
        StandardTag::TrackTitle(text) => ("TITLE", text),
        StandardTag::Artist(text) => ("ARTIST", text),
        StandardTag::Album(text) => ("ALBUM", text),
        StandardTag::RecordingDate(text) | StandardTag::ReleaseDate(text) => ("DATE", text),
        StandardTag::Genre(text) => ("GENRE", text),
        StandardTag::Comment(text) => ("COMMENT", text),
        StandardTag::Copyright(text) => ("COPYRIGHT", text),
        StandardTag::Language(text) => ("LANGUAGE", text),
        StandardTag::TrackNumber(number) => return Some(("TRACKNUMBER", number.to_string())),
        _ => return None,
    };
    Some((name, text.to_string()))
}

/// The tags of a list INFO, after its name.
fn tags_of_info(mut data: &[u8]) -> Vec<(&'static str, String)> {
    let mut tags = Vec::new();
    while let Some((head, rest)) = data.split_at_checked(8) {
        let size = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let Some(content) = rest.get(..size) else { break };
        if let Some((name, _)) = TAGS.iter().find(|(_, id)| head.starts_with(*id)) {
            tags.push((*name, text_of(content)));
        }
        data = rest.get(size.next_multiple_of(2)..).unwrap_or_default();
    }
    tags.retain(|(_, text)| !text.is_empty());
    tags
}

/// Up to the first zero: UTF-8, or else Latin-1, which has a character for every byte.
fn text_of(bytes: &[u8]) -> String {
    let bytes = bytes.split(|&byte| byte == 0).next().unwrap_or_default();
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_through_the_list_info_and_back() {
        let tags = vec![("TITLE", "Fünf".to_owned()), ("TRACKNUMBER", "7".to_owned())];
        let metadata = Metadata { tags: tags.clone(), ..Metadata::default() };
        let read = Metadata::of_chunks(metadata.wav_chunks());
        assert_eq!(read.tags, tags);
        assert_eq!(read.wav_chunks(), metadata.wav_chunks());
        let comment = read.flac_blocks().comment.unwrap();
        assert_eq!(comment.fields, ["TITLE=Fünf", "TRACKNUMBER=7"]);
    }

    #[test]
    fn damaged_lists_give_what_is_whole() {
        let list = |data: &[u8]| {
            let data = [b"INFO", data].concat();
            Metadata::of_chunks(vec![Chunk { id: *b"LIST", data }]).tags
        };
        assert_eq!(list(b"INAM\x02\0\0\0ab\0\0"), [("TITLE", "ab".to_owned())]);
        assert_eq!(list(b"INAM\x03\0\0\0a\xE9\0\0IART\xFF\0\0\0b"), [("TITLE", "aé".to_owned())]);
        assert_eq!(list(b"INAM\x01"), []);
        assert_eq!(list(b""), []);
    }

    #[test]
    fn chunks_that_describe_the_samples_are_not_kept() {
        let chunk = |id: &[u8; 4]| Chunk { id: *id, data: vec![1, 2] };
        let all = [b"fmt ", b"bext", b"PEAK", b"fact", b"JUNK", b"cue ", b"iXML"].map(chunk);
        let kept = Metadata::of_chunks(all.to_vec()).wav_chunks();
        assert_eq!(kept, [b"bext", b"cue ", b"iXML"].map(chunk));
    }
}
