//! How much two WAV files differ.

use std::fmt;
use std::path::Path;

use crate::outcome::Result;

/// The samples of two files, or of several pairs of files.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Difference {
    pub samples: usize,
    /// Samples that are not equal to the bit.
    pub different: usize,
    largest_difference: f64,
    largest_sample: f64,
    is_integer: bool,
}

impl Difference {
    /// # Errors
    /// When a file cannot be read, or the two have not the same form.
    pub fn between(ours: &Path, theirs: &Path) -> Result<Self> {
        let ((our_form, our_samples), (their_form, their_samples)) = (read(ours)?, read(theirs)?);
        if our_form != their_form || our_samples.len() != their_samples.len() {
            return Err(format!("{} and {} have not the same form", ours.display(), theirs.display()));
        }
        let is_integer = our_form.sample_format == hound::SampleFormat::Int;
        let mut found = Self { samples: our_samples.len(), is_integer, ..Self::default() };
        for (&a, &b) in our_samples.iter().zip(&their_samples) {
            found.different += usize::from(a.to_bits() != b.to_bits());
            // A comparison with NaN is false: it counts as the largest difference of all.
            let difference = f64::from(a) - f64::from(b);
            let difference = if difference.is_nan() { f64::INFINITY } else { difference.abs() };
            found.largest_difference = found.largest_difference.max(difference);
            found.largest_sample = found.largest_sample.max(f64::from(a).abs());
        }
        Ok(found)
    }

    pub fn add(&mut self, other: &Self) {
        let worse = other.level_db() > self.level_db();
        self.samples += other.samples;
        self.different += other.different;
        if worse {
            (self.largest_difference, self.largest_sample) = (other.largest_difference, other.largest_sample);
        }
    }

    /// Whether the files are equal to the bit, or, if a level in dB is allowed, no float differs by more and no integer by more
    /// than one step: its rounding may turn on any difference.
    pub fn is_within(&self, most_db: Option<f64>) -> bool {
        let is_near = |most_db: f64| {
            if self.is_integer { self.largest_difference <= 1.0 } else { self.level_db() <= most_db }
        };
        self.different == 0 || most_db.is_some_and(is_near)
    }

    /// The largest difference in dB of the largest sample.
    pub fn level_db(&self) -> f64 {
        20.0 * (self.largest_difference / self.largest_sample.max(f64::MIN_POSITIVE)).log10()
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} of {} samples differ", self.different, self.samples)?;
        if self.different > 0 { write!(f, ", by {:.1} dB at most", self.level_db()) } else { Ok(()) }
    }
}

/// A file's samples, integers as they are.
fn read(path: &Path) -> Result<(hound::WavSpec, Vec<f32>)> {
    let fault = |error: hound::Error| format!("{}: {error}", path.display());
    let mut reader = hound::WavReader::open(path).map_err(fault)?;
    let spec = reader.spec();
    let samples: hound::Result<Vec<f32>> = match spec.sample_format {
        hound::SampleFormat::Float => reader.samples::<f32>().collect(),
        // 24 bits at most: exact.
        hound::SampleFormat::Int => reader.samples::<i32>().map(|sample| sample.map(|x| x as f32)).collect(),
    };
    Ok((spec, samples.map_err(fault)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(folder: &Path, name: &str, samples: &[f32]) -> std::path::PathBuf {
        let path = folder.join(name);
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 48_000,
            bits_per_sample: 32,
            sample_format: hound::SampleFormat::Float,
        };
        let mut writer = hound::WavWriter::create(&path, spec).unwrap();
        samples.iter().for_each(|&sample| writer.write_sample(sample).unwrap());
        writer.finalize().unwrap();
        path
    }

    #[test]
    fn an_integer_may_differ_by_one_step() {
        let by = |steps: f64| Difference {
            samples: 9,
            different: 1,
            largest_difference: steps,
            largest_sample: 100.0,
            is_integer: true,
        };
        assert!(by(1.0).is_within(Some(-120.0)) && !by(2.0).is_within(Some(-120.0)));
        assert!(!by(1.0).is_within(None));
    }

    #[test]
    fn a_bit_is_a_difference_and_its_level_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, samples: &[f32]| file(folder.path(), name, samples);
        let a = file("a", &[0.0, 0.5, -1.0]);
        let between = |name: &str, samples: &[f32]| Difference::between(&a, &file(name, samples));
        assert_eq!(between("b", &[0.0, 0.5, -1.0]).unwrap().to_string(), "0 of 3 samples differ");
        let tenth = between("c", &[0.0, 0.6, -1.0]).unwrap();
        assert_eq!(tenth.to_string(), "1 of 3 samples differ, by -20.0 dB at most");
        assert!(tenth.is_within(Some(-19.9)) && !tenth.is_within(Some(-20.1)) && !tenth.is_within(None));
        assert!(between("h", &[0.0, 0.5, -1.0]).unwrap().is_within(None));
        assert_eq!(between("d", &[-0.0, 0.5, -1.0]).unwrap().different, 1);
        assert!(between("e", &[0.0, f32::NAN, -1.0]).unwrap().level_db() > 0.0);
        assert!(between("f", &[0.0, 0.5]).unwrap_err().contains("form"));
        let mut all = Difference::default();
        all.add(&tenth);
        all.add(&between("g", &[0.0, 0.5, -1.0]).unwrap());
        assert_eq!(all.to_string(), "1 of 6 samples differ, by -20.0 dB at most");
    }
}
