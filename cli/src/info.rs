//! `lull info`: describes a file.

use std::path::{Path, PathBuf};

use lull_cli::quiet::{Quiet, QuietFinder};
use serde::Serialize;

use crate::interrupt;
use crate::report::{self, PassageReport, dbfs};
use crate::source::Source;

/// The options of `lull info`.
#[derive(clap::Args)]
pub struct Info {
    /// A file, or - for a pipe.
    input: PathBuf,
    /// Print a JSON document.
    #[arg(long)]
    json: bool,
}

/// What was measured.
struct Description {
    rate_hz: u32,
    channels: usize,
    format: String,
    samples: u64,
    peak: f64,
    rms: f64,
    quiet: Option<Quiet>,
}

#[derive(Serialize, Default)]
struct InfoReport {
    input: String,
    rate_hz: Option<u32>,
    channels: Option<usize>,
    format: Option<String>,
    samples: Option<u64>,
    seconds: Option<f64>,
    peak_dbfs: Option<f64>,
    rms_dbfs: Option<f64>,
    quietest: Option<PassageReport>,
    quietest_dbfs: Option<f64>,
    error: Option<String>,
}

/// # Errors
/// One line that names the file and what is wrong.
pub fn info(job: &Info) -> Result<(), String> {
    interrupt::listen()?;
    let described = describe(&job.input);
    if job.json {
        report::print(&document(&job.input, described.as_ref()))?;
        return described.map(|_| ());
    }
    report::print_lines(&lines(&described?))
}

fn describe(input: &Path) -> Result<Description, String> {
    let mut reader = Source { path: input, raw: None }.open()?;
    let (rate_hz, channels) = (reader.sample_rate_hz(), reader.channels());
    let mut finder = QuietFinder::new(rate_hz);
    let (mut peak, mut squares, mut samples) = (0.0f32, 0.0f64, 0);
    while let Some(block) = reader.next_block()? {
        interrupt::check()?;
        for &x in block.iter().flatten() {
            peak = peak.max(x.abs());
            squares += f64::from(x).powi(2);
        }
        samples += block[0].len() as u64;
        finder.push(&block);
    }
    Ok(Description {
        rate_hz,
        channels,
        format: reader.format().to_string(),
        samples,
        peak: peak.into(),
        rms: (squares / (samples * channels as u64) as f64).sqrt(),
        quiet: finder.found(),
    })
}

fn lines(about: &Description) -> String {
    let db = |amplitude: f64| 20.0 * amplitude.max(1e-10).log10();
    let Description { rate_hz, channels, format, samples, peak, rms, quiet } = about;
    let seconds = *samples as f64 / f64::from(*rate_hz);
    let mut lines = format!(
        "{rate_hz} Hz, {channels} channels, {format}, {seconds:.2} s\npeak {:.1} dBFS, RMS {:.1} dBFS\n",
        db(*peak),
        db(*rms)
    );
    if let Some(quiet) = quiet {
        let (from, to) = (quiet.seconds.start, quiet.seconds.end);
        lines += &format!("quietest passage: {:.1} dBFS (--learn {from:.1}:{to:.1})\n", db(quiet.rms));
    }
    lines
}

fn document(input: &Path, described: Result<&Description, &String>) -> InfoReport {
    let input = report::text(input);
    match described {
        Err(why) => InfoReport { input, error: Some(why.clone()), ..InfoReport::default() },
        Ok(about) => InfoReport {
            input,
            rate_hz: Some(about.rate_hz),
            channels: Some(about.channels),
            format: Some(about.format.clone()),
            samples: Some(about.samples),
            seconds: Some(about.samples as f64 / f64::from(about.rate_hz)),
            peak_dbfs: dbfs(about.peak),
            rms_dbfs: dbfs(about.rms),
            quietest: about.quiet.as_ref().map(|quiet| PassageReport::from(&quiet.seconds)),
            quietest_dbfs: about.quiet.as_ref().and_then(|quiet| dbfs(quiet.rms)),
            error: None,
        },
    }
}
