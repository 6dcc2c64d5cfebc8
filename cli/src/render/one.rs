//! Denoises one file, block by block.

use std::path::Path;

use lull_cli::denoise::{Denoiser, Piece};
use lull_cli::reader::Reader;
use lull_cli::shape::Shape;
use lull_cli::writer::Container;
use lull_engine::{Settings, ThresholdCurve, Values};

use super::meter::Meter;
use super::noise::Noise;
use super::options::Render;
use super::outputs::Outputs;
use super::plan::Job;
use super::report::FileReport;
use crate::free::free_to_write;
use crate::interrupt;
use crate::progress::Voice;
use crate::report;
use crate::source::Source;

/// What is the same for all files of a render.
pub struct Task<'a> {
    pub options: &'a Render,
    pub values: &'a Values,
    pub curve: ThresholdCurve,
    pub noise: &'a Noise,
    pub voice: &'a Voice,
}

impl Task<'_> {
    /// Denoises a file, or with --dry-run only looks whether that is possible, and says what became of it.
    pub fn run(&self, job: &Job) -> FileReport {
        let text = |path: &std::path::PathBuf| report::text(path);
        let mut report = FileReport {
            input: report::text(&job.input),
            output: report::text(&job.output),
            removed: self.options.removed.as_ref().map(text),
            spectrogram: self.options.spectrogram.as_ref().map(text),
            profile: self.options.profile.as_ref().map(text),
            ..FileReport::default()
        };
        report.error = self.try_run(job, &mut report).err();
        report
    }

    fn try_run(&self, job: &Job, report: &mut FileReport) -> Result<(), String> {
        interrupt::check()?;
        let others = [self.options.removed.as_deref(), self.options.spectrogram.as_deref()];
        for path in [Some(&*job.output)].into_iter().chain(others).flatten() {
            free_to_write(path, self.options.force)?;
        }
        let source = Source { path: &job.input, raw: self.options.raw.as_ref() };
        let (learned, reader) = self.noise.learn(&source, self.values.quality())?;
        if let Some(seconds) = learned.seconds.as_ref() {
            report.learned = Some(seconds.into());
            if self.noise.is_to_be_found() {
                self.note(job, report, format!("learns from {:.1}:{:.1}", seconds.start, seconds.end));
            }
        }
        let shape = self.shape(job, &reader)?;
        job.container.check(&job.output, &shape)?;
        let settings = Settings { curve: self.curve, ..self.values.settings() };
        let Shape { sample_rate_hz: rate_hz, channels, .. } = shape;
        let denoiser = Denoiser::new(&learned.profile, rate_hz, channels, self.values.quality(), settings)
            .map_err(|error| reader.fault(error))?;
        report.rate_hz = Some(rate_hz);
        report.channels = Some(channels);
        report.format = Some(job.container.format_of(shape.format).to_string());
        if self.options.dry_run {
            self.tell_length(report, reader.samples());
            return Ok(());
        }
        let passage =
            learned.seconds.map(|seconds| reader.sample_at(seconds.start)..reader.sample_at(seconds.end));
        let meter = self.options.json.then(|| Meter::new(passage));
        let outputs = Outputs::create(self.options, job, &shape)?;
        let samples = self.denoise(job, reader, denoiser, outputs, meter, report)?;
        self.tell_length(report, Some(samples));
        Ok(())
    }

    /// The output is as the input, but a raw pipe is as it was described.
    fn shape(&self, job: &Job, reader: &Reader) -> Result<Shape, String> {
        let mut shape = Shape {
            sample_rate_hz: reader.sample_rate_hz(),
            channels: reader.channels(),
            format: reader.format(),
            dither: !self.options.no_dither,
            samples: reader.samples(),
            metadata: reader.metadata().clone(),
        };
        if let (Some(raw), Container::Raw) = (&self.options.raw, job.container) {
            shape.format = raw.format;
            if (raw.sample_rate_hz, usize::from(raw.channels)) != (shape.sample_rate_hz, shape.channels) {
                let (rate_hz, channels) = (shape.sample_rate_hz, shape.channels);
                return Err(
                    reader.fault(format!("has {rate_hz} Hz and {channels} channels, and --raw others"))
                );
            }
        }
        Ok(shape)
    }

    /// Returns the length in samples.
    fn denoise(
        &self,
        job: &Job,
        mut reader: Reader,
        mut denoiser: Denoiser,
        mut outputs: Outputs,
        mut meter: Option<Meter>,
        report: &mut FileReport,
    ) -> Result<u64, String> {
        if outputs.need_input() || meter.is_some() {
            denoiser = denoiser.keep_input();
        }
        let mut write = |piece: Piece| {
            if let Some(meter) = &mut meter {
                meter.add(&piece);
            }
            outputs.write(&piece)
        };
        let bar = self.voice.bar(&job.input, reader.samples());
        let mut samples = 0;
        while let Some(mut block) = reader.next_block()? {
            interrupt::check()?;
            denoiser.push(&mut block, &mut write)?;
            samples += block[0].len() as u64;
            bar.set_position(samples);
        }
        denoiser.finish(&mut write)?;
        bar.finish_and_clear();
        if let Some(missing_s) = reader.missing_s(samples) {
            let what = "before its header says; what is there was denoised";
            self.note(job, report, format!("ends {missing_s:.2} s {what}"));
        }
        let clipped = outputs.clipped();
        report.clipped = Some(clipped);
        if clipped > 0 {
            let what = "samples of the output beyond full scale, which were clipped";
            self.note(job, report, format!("{what}: {clipped}"));
        }
        meter.into_iter().for_each(|meter| meter.tell(report));
        // Windows replaces no file that is open.
        drop(reader);
        outputs.keep()?;
        Ok(samples)
    }

    fn note(&self, job: &Job, report: &mut FileReport, what: String) {
        self.voice.note(&job.input, &what);
        report.notes.push(what);
    }

    fn tell_length(&self, report: &mut FileReport, samples: Option<u64>) {
        report.samples = samples;
        report.seconds =
            samples.zip(report.rate_hz).map(|(samples, rate_hz)| samples as f64 / f64::from(rate_hz));
    }
}

/// What --dry-run says about a file that could be denoised.
pub fn intention(report: &FileReport, path: &Path) -> String {
    let known = |text: Option<String>| text.unwrap_or_else(|| "of unknown length".to_owned());
    let noise = match (&report.learned, &report.profile) {
        (Some(passage), _) => format!("learns from {}:{}", passage.from_s, passage.to_s),
        (None, Some(profile)) => format!("with the profile {profile}"),
        (None, None) => String::new(),
    };
    format!(
        "{} -> {}: {} Hz, {} channels, {}, {}; {noise}\n",
        report.input,
        path.display(),
        report.rate_hz.unwrap_or_default(),
        report.channels.unwrap_or_default(),
        report.format.as_deref().unwrap_or_default(),
        known(report.seconds.map(|seconds| format!("{seconds:.2} s"))),
    )
}
