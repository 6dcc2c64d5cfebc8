//! Promise: what a file says besides its sound stays: chunks of WAV files, comments and pictures of FLAC files, and plain
//! tags from one kind to the other.

#[path = "../../engine/tests/common/mod.rs"]
mod common;
mod folder;

use std::path::Path;

use common::*;
use flac_codec::metadata::{self, BlockList, Picture, PictureType, VorbisComment};
use folder::*;
use lull_cli::Audio;
use lull_cli::audio_file::{self, SampleFormat};
use lull_cli::riff::{self, Chunk};

fn chunk(id: &[u8; 4], data: &[u8]) -> Chunk {
    Chunk { id: *id, data: data.to_vec() }
}

/// A list INFO with a title and an artist.
fn info() -> Chunk {
    let mut data = b"INFO".to_vec();
    riff::write_chunk(&chunk(b"INAM", b"Rain\0"), &mut data);
    riff::write_chunk(&chunk(b"IART", b"Somebody\0"), &mut data);
    chunk(b"LIST", &data)
}

/// in.wav with chunks before and after its samples, of which there is an odd number of bytes.
fn write_wav(folder: &Path, before: &[Chunk], after: &[Chunk]) {
    let samples = noise(1, 16_001, 0.01);
    let audio = Audio { sample_rate_hz: 16_000, channels: vec![samples] };
    let path = folder.join("in.wav");
    audio_file::write(&path, &audio, SampleFormat::Integer(24)).unwrap();
    let mut wav = std::fs::read(&path).unwrap();
    let data_at = wav.windows(4).position(|bytes| bytes == b"data").unwrap();
    let mut first = Vec::new();
    before.iter().for_each(|chunk| riff::write_chunk(chunk, &mut first));
    wav.splice(data_at..data_at, first);
    wav.push(0);
    after.iter().for_each(|chunk| riff::write_chunk(chunk, &mut wav));
    let size = wav.len() as u32 - 8;
    wav[4..8].copy_from_slice(&size.to_le_bytes());
    std::fs::write(&path, wav).unwrap();
}

/// The chunks of a file that neither describe nor hold samples.
fn chunks(path: &Path) -> Vec<Chunk> {
    let wav = std::fs::read(path).unwrap();
    let mut chunks = riff::all_chunks(&mut std::io::Cursor::new(&wav[12..])).unwrap();
    chunks.retain(|chunk| ![b"fmt ", b"fact"].contains(&&chunk.id));
    chunks
}

fn rendered(folder: &Path, input: &str, output: &str) {
    let done = lull(&["render", input, output, "--learn", "0:0.9", "--force"], folder);
    assert!(done.status.success() && said(&done).is_empty(), "{input} to {output}: {}", said(&done));
}

fn comment(path: &Path) -> VorbisComment {
    metadata::block(path).unwrap().expect("a comment")
}

#[test]
fn chunks_of_a_wav_file_stay_and_the_samples_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write_wav(folder.path(), &[], &[]);
    rendered(folder.path(), "in.wav", "bare.wav");
    let before = [chunk(b"bext", &[7; 602]), chunk(b"PEAK", &[1; 16]), info()];
    let after = [chunk(b"cue ", &[3; 28]), chunk(b"iXML", b"<odd/>\n"), chunk(b"LIST", b"adtllabl")];
    write_wav(folder.path(), &before, &after);
    rendered(folder.path(), "in.wav", "out.wav");
    let [bext, _, info] = before;
    let [cue, ixml, labels] = after;
    assert_eq!(chunks(&at("out.wav")), [bext, info, cue, ixml, labels]);
    let [bare, out] = ["bare.wav", "out.wav"].map(|name| audio_file::read(&at(name)).unwrap());
    assert!(bare == out);
    // In place as well, and twice over.
    rendered(folder.path(), "out.wav", "out.wav");
    assert_eq!(chunks(&at("out.wav")).len(), 5);
    assert_eq!(listing(folder.path()), ["bare.wav", "in.wav", "out.wav"]);
}

#[test]
fn comments_and_pictures_of_a_flac_file_stay() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write_wav(folder.path(), &[], &[]);
    rendered(folder.path(), "in.wav", "in.flac");
    let fields = ["TITLE=Rain", "ARTIST=One", "ARTIST=Two", "MY OWN=kept"].map(str::to_owned).into();
    let comment_in = VorbisComment { fields, ..VorbisComment::default() };
    let picture = Picture {
        picture_type: PictureType::FrontCover,
        media_type: "image/png".into(),
        description: "rain".into(),
        width: 1,
        height: 1,
        color_depth: 24,
        colors_used: None,
        data: vec![9; 1000],
    };
    metadata::update(at("in.flac"), |blocks: &mut BlockList| -> Result<(), flac_codec::Error> {
        blocks.insert(comment_in.clone());
        blocks.insert(picture.clone());
        Ok(())
    })
    .unwrap();
    rendered(folder.path(), "in.flac", "out.flac");
    assert_eq!(comment(&at("out.flac")), comment_in);
    let pictures = BlockList::open(at("out.flac")).unwrap();
    assert_eq!(pictures.get_all::<Picture>().collect::<Vec<_>>(), [&picture]);
    rendered(folder.path(), "out.flac", "out.wav");
    let list = &chunks(&at("out.wav"))[0];
    assert!(list.data.windows(5).any(|bytes| bytes == b"Rain\0"), "{list:?}");
}

#[test]
fn plain_tags_go_from_one_kind_to_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write_wav(folder.path(), &[], &[info()]);
    rendered(folder.path(), "in.wav", "out.flac");
    assert_eq!(comment(&at("out.flac")).fields, ["TITLE=Rain", "ARTIST=Somebody"]);
    // ID3v2.3: a frame is its id, its size, two flags, the encoding and the text.
    let mut id3 = Vec::new();
    for (id, text) in [(b"TIT2", "Rain"), (b"TPE1", "Somebody"), (b"TRCK", "3")] {
        id3.extend(id);
        id3.extend((text.len() as u32 + 1).to_be_bytes());
        id3.extend([0, 0, 0]);
        id3.extend(text.as_bytes());
    }
    let mut mp3 = [b"ID3\x03\0\0\0\0\0", &[id3.len() as u8][..], &id3].concat();
    mp3.extend(std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/formats/tone.mp3")).unwrap());
    std::fs::write(at("in.mp3"), mp3).unwrap();
    rendered(folder.path(), "in.mp3", "mp3.flac");
    let mut fields = comment(&at("mp3.flac")).fields;
    fields.sort();
    assert_eq!(fields, ["ARTIST=Somebody", "TITLE=Rain", "TRACKNUMBER=3"]);
    rendered(folder.path(), "in.mp3", "mp3.wav");
    rendered(folder.path(), "mp3.wav", "again.flac");
    let mut again = comment(&at("again.flac")).fields;
    again.sort();
    assert_eq!(again, fields);
}
