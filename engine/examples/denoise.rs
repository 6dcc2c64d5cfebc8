//! Reads a recording (WAV or FLAC), learns the noise between two times, denoises all of it and writes a WAV file.
//!
//! `cargo run -p lull-engine --example denoise -- IN OUT.wav FROM TO`. Without arguments it denoises the demo recording
//! into the folder for temporary files.

use std::error::Error;
use std::fs::File;
use std::path::PathBuf;

use lull_engine::{Config, Engine, NoiseProfile, Quality, Settings};
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::formats::TrackType;
use symphonia::core::formats::probe::Hint;
use symphonia::core::io::MediaSourceStream;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (input, output, from_s, to_s) = match &arguments[..] {
        [] => {
            let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/demo/guitar-vinyl.flac");
            (PathBuf::from(demo), std::env::temp_dir().join("denoised.wav"), 0.0, 1.4)
        }
        [input, output, from, to] => (input.into(), output.into(), from.parse()?, to.parse()?),
        _ => return Err("usage: denoise IN OUT.wav FROM TO, with the times of noise alone in seconds".into()),
    };
    let (mut channels, sample_rate_hz) = read(&input)?;
    let config = Config {
        sample_rate_hz: sample_rate_hz.into(),
        channels: channels.len(),
        quality: Quality::Standard,
    };
    let mut engine = Engine::new(config)?;

    let at = |seconds: f64| (seconds * config.sample_rate_hz) as usize;
    let noise: Option<Vec<&[f32]>> =
        channels.iter().map(|channel| channel.get(at(from_s)..at(to_s))).collect();
    let noise = noise.ok_or("the passage of noise is not in the recording")?;
    engine.set_profile(&NoiseProfile::learn(&noise, config)?);

    // The output is one latency late: the input is extended by it, and the output shortened at the beginning.
    let latency = engine.latency_samples();
    for channel in &mut channels {
        channel.resize(channel.len() + latency, 0.0);
    }
    let mut slices: Vec<&mut [f32]> = channels.iter_mut().map(Vec::as_mut_slice).collect();
    engine.process(&mut slices, &Settings::default());

    let spec = hound::WavSpec {
        channels: channels.len() as u16,
        sample_rate: sample_rate_hz,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(&output, spec)?;
    for sample in latency..channels[0].len() {
        for channel in &channels {
            writer.write_sample(channel[sample])?;
        }
    }
    writer.finalize()?;
    println!("{} -> {}", input.display(), output.display());
    Ok(())
}

/// All channels of a recording, and its sample rate.
fn read(path: &PathBuf) -> Result<(Vec<Vec<f32>>, u32)> {
    let stream = MediaSourceStream::new(Box::new(File::open(path)?), Default::default());
    let mut reader = symphonia::default::get_probe().probe(
        &Hint::new(),
        stream,
        Default::default(),
        Default::default(),
    )?;
    let track = reader.default_track(TrackType::Audio).ok_or("there is no audio in it")?;
    let params = track.codec_params.as_ref().and_then(|params| params.audio()).ok_or("unknown format")?;
    let sample_rate_hz = params.sample_rate.ok_or("unknown sample rate")?;
    let mut decoder =
        symphonia::default::get_codecs().make_audio_decoder(params, &AudioDecoderOptions::default())?;
    let (mut channels, mut block) = (Vec::<Vec<f32>>::new(), Vec::<Vec<f32>>::new());
    while let Some(packet) = reader.next_packet()? {
        decoder.decode(&packet)?.copy_to_vecs_planar(&mut block);
        channels.resize(block.len(), Vec::new());
        for (channel, samples) in channels.iter_mut().zip(&block) {
            channel.extend_from_slice(samples);
        }
    }
    Ok((channels, sample_rate_hz))
}
