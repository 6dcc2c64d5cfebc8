//! The command line's renders of the demo's recording, here and on another system: they must be equal.

use std::path::{Path, PathBuf};

use super::difference::Difference;
use crate::outcome::Result;
use crate::starter::Starter;
use crate::{cargo_build, shell};

const QUALITIES: [&str; 3] = ["live", "standard", "best"];
/// Noise alone in the recording, in seconds (testing/studio/src/recording.rs).
const LEARN: &str = "0:1.4";
/// Takes the float recording off the grid of 16 bits.
const GAIN: f32 = 0.7;

/// The renders of this system.
pub struct Renders {
    folder: PathBuf,
    /// Formats of the recording, and their files.
    recordings: [(&'static str, PathBuf); 2],
}

impl Renders {
    /// Builds the command line for this system and renders.
    ///
    /// # Errors
    /// When it does not build or fails.
    pub fn here() -> Result<Self> {
        let folder = shell::target().join("elsewhere/renders");
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        // The whole workspace, as the tests: with other packages, dependencies get other features and are built again.
        let built = cargo_build::executables(&["build", "--quiet", "--workspace", "--bin", "lull"])?;
        let here = Lull { program: cargo_build::program(&built, "lull")?, starter: &Starter::HERE };
        let recording = shell::root().join("assets/demo/guitar-vinyl.flac");
        let copy = folder.join("recording-16-bit.wav");
        here.render(&recording, &copy, &["--set", "bypass=on"])?;
        let float = folder.join("recording-float.wav");
        as_float(&copy, &float)?;
        let renders = Self { folder, recordings: [("16-bit", recording), ("float", float)] };
        renders.render_all(&here)?;
        Ok(renders)
    }

    /// Renders on another system and compares. Without `most_db` the files must be equal to the bit; with it, no float sample
    /// may differ by more, in dB of the largest, and no integer by more than one step.
    ///
    /// # Errors
    /// When a render fails or differs.
    pub fn compare(&self, program: &Path, there: &Starter, most_db: Option<f64>) -> Result {
        self.render_all(&Lull { program, starter: there })?;
        for (format, _) in &self.recordings {
            let mut all = Difference::default();
            for quality in QUALITIES {
                let [ours, theirs] =
                    [Starter::HERE.system, there.system].map(|system| self.file(system, format, quality));
                let found = Difference::between(&ours, &theirs)?;
                if !found.is_within(most_db) {
                    return Err(format!("{}, {format}, {quality}: {found}", there.system));
                }
                all.add(&found);
            }
            println!("  ok     lull render on {}, three qualities, {format}: {all}", there.system);
        }
        Ok(())
    }

    fn render_all(&self, lull: &Lull) -> Result {
        for (format, quality) in self.cases() {
            let (_, input) =
                self.recordings.iter().find(|(name, _)| *name == format).expect("one of the cases");
            lull.render(input, &self.file(lull.starter.system, format, quality), &["--quality", quality])?;
        }
        Ok(())
    }

    fn cases(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let formats = self.recordings.each_ref().map(|(format, _)| *format);
        formats.into_iter().flat_map(|format| QUALITIES.map(|quality| (format, quality)))
    }

    fn file(&self, system: &str, format: &str, quality: &str) -> PathBuf {
        self.folder.join(format!("{system}-{format}-{quality}.wav"))
    }
}

/// The command line on a system.
struct Lull<'a> {
    program: &'a Path,
    starter: &'a Starter<'a>,
}

impl Lull<'_> {
    fn render(&self, input: &Path, output: &Path, options: &[&str]) -> Result {
        let Starter { system, start, path } = self.starter;
        let mut lull = start(self.program);
        lull.args(["render", &path(input), &path(output), "--learn", LEARN, "--force"]).args(options);
        let failed = |what: &dyn std::fmt::Display| format!("lull render on {system}: {what}");
        let ended = lull.output().map_err(|error| failed(&error))?;
        if ended.status.success() {
            return Ok(());
        }
        Err(failed(&format!("{}\n{}", ended.status, String::from_utf8_lossy(&ended.stderr))))
    }
}

/// Writes a 16-bit file anew with float samples.
fn as_float(from: &Path, to: &Path) -> Result {
    let fault = |error: hound::Error| format!("{}: {error}", to.display());
    let mut reader = hound::WavReader::open(from).map_err(fault)?;
    let spec =
        hound::WavSpec { bits_per_sample: 32, sample_format: hound::SampleFormat::Float, ..reader.spec() };
    let mut writer = hound::WavWriter::create(to, spec).map_err(fault)?;
    for sample in reader.samples::<i16>() {
        writer.write_sample(f32::from(sample.map_err(fault)?) / 32768.0 * GAIN).map_err(fault)?;
    }
    writer.finalize().map_err(fault)
}
