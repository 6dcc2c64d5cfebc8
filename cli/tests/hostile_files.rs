//! Promise: no file crashes the command line: any header, any length.

#[path = "../../engine/tests/common/mod.rs"]
mod common;

use common::any::cases;
use common::noise;
use lull_cli::Audio;
use lull_cli::audio_file::{self, SampleFormat};
use proptest::prelude::*;
use proptest::sample::{Index, select};

proptest! {
    #![proptest_config(cases(256, "tests/regressions/hostile_files.txt"))]

    /// A WAV file with any bytes in its header, or truncated anywhere, is read, or refused in one line.
    #[test]
    fn any_wav_header(
        changes in proptest::collection::vec((0usize..64, any::<u8>()), 0..8),
        length in proptest::option::of(any::<Index>()),
        format in select(vec![SampleFormat::Float, SampleFormat::Integer(16), SampleFormat::Integer(24)]),
        channels in 1usize..=3,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("any.wav");
        let audio = Audio { sample_rate_hz: 48_000, channels: vec![noise(1, 500, 0.1); channels] };
        audio_file::write(&path, &audio, format).unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        if let Some(length) = length {
            bytes.truncate(length.index(bytes.len()));
        }
        std::fs::write(&path, bytes).unwrap();
        match audio_file::read(&path) {
            Ok((audio, _)) => prop_assert!(audio.samples() > 0 && audio.sample_rate_hz > 0),
            Err(why) => prop_assert!(why.lines().count() == 1 && why.contains("any.wav"), "{}", why),
        }
    }
}
