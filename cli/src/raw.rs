//! Samples without a header, as --raw describes them.

use std::str::FromStr;

use crate::sample_format::SampleFormat;

/// Rate, channels and format of raw samples, which are interleaved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raw {
    pub sample_rate_hz: u32,
    pub channels: u16,
    pub format: SampleFormat,
}

const FORMATS: [(&str, SampleFormat); 3] = [
    ("f32le", SampleFormat::Float),
    ("s16le", SampleFormat::Integer(16)),
    ("s24le", SampleFormat::Integer(24)),
];

impl FromStr for Raw {
    type Err = String;

    /// Reads "48000,2,f32le".
    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        let [rate, channels, format] = parts[..] else {
            return Err("expected RATE,CHANNELS,FORMAT, as in 48000,2,f32le".into());
        };
        let sample_rate_hz = rate.parse().ok().filter(|&rate| rate > 0);
        let channels_count = channels.parse().ok().filter(|&channels| channels > 0);
        let known = FORMATS.iter().find(|(name, _)| name.eq_ignore_ascii_case(format));
        Ok(Self {
            sample_rate_hz: sample_rate_hz.ok_or_else(|| format!("'{rate}' is no rate in Hz"))?,
            channels: channels_count.ok_or_else(|| format!("'{channels}' is no number of channels"))?,
            format: known.ok_or_else(|| format!("'{format}' is none of f32le, s16le and s24le"))?.1,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_parts_are_read_and_wrong_ones_named() {
        let raw = Raw { sample_rate_hz: 48_000, channels: 2, format: SampleFormat::Integer(24) };
        assert_eq!("48000,2,s24le".parse(), Ok(raw));
        for (text, why) in [
            ("48000,2", "RATE,CHANNELS,FORMAT"),
            ("0,2,f32le", "'0' is no rate"),
            ("48000,x,f32le", "'x' is no number"),
            ("48000,2,f32be", "f32be"),
        ] {
            assert!(text.parse::<Raw>().unwrap_err().contains(why), "{text}");
        }
    }
}
